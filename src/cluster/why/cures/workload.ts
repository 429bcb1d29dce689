// Where a Pod's spec can be changed: in the template of what made it, or, for a few fields, in the Pod itself.
import type { Pod } from '../../../model/generated/api.js';
import type { KubeObject } from '../../../model/object.js';
import type { Reader } from '../../../model/store.js';
import { hasNetwork } from '../../../network/net.js';

export interface Maker {
  readonly object: KubeObject;
  /** Where its Pod template's spec is, as a JSON pointer; "/spec" of a bare Pod. */
  readonly at: string;
  readonly bare: boolean;
}

const templated = ['Deployment.apps', 'DaemonSet.apps', 'ReplicaSet.apps', 'StatefulSet.apps'];

/** The topmost owner with a template; undefined when an owner is of a kind without. */
export function makerOf(reader: Reader, pod: Pod): Maker | undefined {
  let object = pod as KubeObject;
  for (;;) {
    const owner = object.metadata.ownerReferences?.find((o: { controller?: boolean }) => o.controller);
    if (!owner) break;
    const group = owner.apiVersion.includes('/') ? owner.apiVersion.split('/')[0] : '';
    const found = reader.get(group ? `${owner.kind}.${group}` : owner.kind, object.metadata.namespace ?? '', owner.name) as
      | KubeObject
      | undefined;
    if (!found) return undefined;
    object = found;
  }
  if (object.kind === 'Pod') return { object, at: '/spec', bare: true };
  const group = object.apiVersion.split('/')[0];
  return templated.includes(`${object.kind}.${group}`) ? { object, at: '/spec/template/spec', bare: false } : undefined;
}

/** Pods by what made them. */
export function byMaker(reader: Reader, pods: readonly Pod[]): Map<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    const maker = makerOf(reader, pod);
    const key = maker && !maker.bare ? `${maker.object.kind}/${maker.object.metadata.name}` : `Pod/${pod.metadata.name}`;
    groups.set(key, [...(groups.get(key) ?? []), pod]);
  }
  return groups;
}

/** A Pod that runs of the same maker: what stands in for one that a change has replaced. */
export const standIn = (reader: Reader, maker: Maker): Pod | undefined =>
  reader
    .list('Pod', { namespace: maker.object.metadata.namespace ?? '' })
    .find((p) => hasNetwork(p) && !p.metadata.deletionTimestamp && makerOf(reader, p)?.object.metadata.uid === maker.object.metadata.uid);
