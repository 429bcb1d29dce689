// What makes endpoints change: the Services that a change touches, and the moment at which it happened.
// Mirrors k8s.io/endpointslice/util/trigger_time_tracker.go; instead of a memory of its own it reads from the old objects what was known.
import { isReady } from '../../kinds/pod/facts.js';
import { managedByLabel, serviceNameLabel } from '../../kinds/service/facts.js';
import type { Change } from '../../model/change.js';
import type { EndpointSlice, Node, Pod, Service } from '../../model/generated/api.js';
import { keyOf } from '../../model/object.js';
import type { Reader } from '../../model/store.js';
import { podsOn } from '../../network/net.js';
import { changesEndpoint, readySince } from './endpoint.js';

export const servicesOfObject = (change: Change): string[] => [keyOf(change.object)];

/** A Pod wakes only the Services that select it, before or after the change. */
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
  const pods = podsOn(reader, node.metadata.name);
  return new Set(pods.flatMap((p) => reader.selecting('Service', p.metadata.namespace ?? '', p.metadata.labels).map(keyOf)));
}

/** Someone else touched a slice that `controller` manages, or took it away from it: the Service that it is for. */
export const servicesOfSlice =
  (controller: string) =>
  ({ object, old }: Change): string[] =>
    ([object, old] as (EndpointSlice | undefined)[]).flatMap((slice) => {
      const { labels, namespace = '' } = slice?.metadata ?? {};
      const name = labels?.[serviceNameLabel];
      return name && labels?.[managedByLabel] === controller ? [`${namespace}/${name}`] : [];
    });

export const triggerAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** What the objects to be replaced say: each Pod's uid and whether it was ready. */
type Known = ReadonlyMap<string, boolean>;

/** The earliest new cause: the Service's creation (when nothing is written yet), or a Pod turning ready or unready. "" when there is none. */
export function triggerTime(service: Service, pods: readonly Pod[], known: Known | undefined): string {
  const times = pods.filter((p) => known?.get(p.metadata.uid ?? '') !== isReady(p)).map(readySince);
  if (!known) times.push(service.metadata.creationTimestamp ?? '');
  return times.filter((t) => t !== '').sort()[0] ?? '';
}

/** The annotations with the trigger time set, or taken away. */
export function withTrigger(annotations: Readonly<Record<string, string>> | undefined, time: string): Record<string, string> {
  const { [triggerAnnotation]: _, ...rest } = annotations ?? {};
  return time === '' ? rest : { ...rest, [triggerAnnotation]: time };
}
