// What the descriptions of workloads share. Mirrors getPodStatusForController of k8s.io/kubectl/pkg/describe/describe.go.
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import type { LabelSelector, ObjectMeta, Pod } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';
import type { Api } from '../../model/request.js';
import { formatSelector } from '../labels.js';

export function writeConditions(w: PrefixWriter, conditions: readonly { type: string; status: string; reason?: string }[]): void {
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n  Type\tStatus\tReason\n');
  w.write(1, '----\t------\t------\n');
  for (const c of conditions) w.write(1, `${c.type} \t${c.status}\t${c.reason ?? ''}\n`);
}

/** "2 Running / 0 Waiting / 0 Succeeded / 0 Failed" of the Pods that `owner` controls. */
export function podsStatus(owner: { metadata: ObjectMeta }, selector: LabelSelector, api: Api): string {
  const pods = owned<Pod>(api, { group: '', resource: 'pods' }, owner, selector);
  const count = (phase: string): number => pods.filter((p) => p.status?.phase === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

/** The objects that `selector` finds and `owner` controls. */
export function owned<T extends { metadata: ObjectMeta }>(
  api: Api,
  resource: { group: string; resource: string },
  owner: { metadata: ObjectMeta },
  selector: LabelSelector,
): T[] {
  const labelSelector = formatSelector(selector);
  const reply = api.call({
    verb: 'list',
    ...resource,
    namespace: owner.metadata.namespace as string,
    options: labelSelector === '<none>' ? {} : { labelSelector },
  });
  if (reply.code >= 400) return [];
  const items = (reply.body as KubeObject).items as T[];
  return items.filter((o) => o.metadata.ownerReferences?.some((r) => r.controller && r.uid === owner.metadata.uid));
}
