// Which Services' endpoints a change touches. A Pod wakes only the Services that select it, before or after the change.
import type { Change } from '../../model/change.js';
import type { Node, Pod } from '../../model/generated/api.js';
import { keyOf } from '../../model/object.js';
import type { Reader } from '../../model/store.js';
import { changesEndpoint } from './membership.js';

export const servicesOfObject = (change: Change): string[] => [keyOf(change.object)];

export function servicesOfPod(change: Change, reader: Reader): Set<string> {
  const pod = change.object as Pod;
  const before = change.old as Pod | undefined;
  const selecting = (p: Pod) => reader.selecting('Service', p.metadata.namespace ?? '', p.metadata.labels).map(keyOf);
  if (change.type !== 'MODIFIED' || !before) return new Set(selecting(pod));
  const now = selecting(pod);
  const moved = JSON.stringify(before.metadata.labels) !== JSON.stringify(pod.metadata.labels);
  if (changesEndpoint(before, pod)) return new Set(moved ? [...now, ...selecting(before)] : now);
  if (!moved) return new Set();
  // Only the labels changed: those that select it both ways see nothing new.
  const then = new Set(selecting(before));
  return new Set([...now.filter((key) => !then.has(key)), ...[...then].filter((key) => !now.includes(key))]);
}

/** A node that comes, goes or changes its zone touches the Services of its Pods. */
export function servicesOfNode(change: Change, reader: Reader): Set<string> {
  const zone = (node: Node | undefined) => node?.metadata.labels?.['topology.kubernetes.io/zone'];
  const node = change.object as Node;
  if (change.type === 'MODIFIED' && zone(node) === zone(change.old as Node | undefined)) return new Set();
  const pods = reader.list('Pod').filter((p) => p.spec.nodeName === node.metadata.name);
  return new Set(pods.flatMap((p) => reader.selecting('Service', p.metadata.namespace ?? '', p.metadata.labels).map(keyOf)));
}
