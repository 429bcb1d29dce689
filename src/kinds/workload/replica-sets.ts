// The ReplicaSets of a Deployment: which are its own, in which order, and which is of the present template.
// Mirrors k8s.io/kubectl/pkg/util/deployment/deployment.go, EqualIgnoreHash and ReplicaSetsByCreationTimestamp.
import { same } from '../../lib/same.js';
import type { Deployment, LabelSelector, ObjectMeta, PodTemplateSpec, ReplicaSet } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';
import type { Api } from '../../model/request.js';
import { formatSelector } from '../labels.js';

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

interface ReplicaSets {
  /** The one of the present template. */
  readonly newest: ReplicaSet | undefined;
  /** All others, oldest first. */
  readonly olds: readonly ReplicaSet[];
}

export function ownReplicaSets(d: Deployment, api: Api): ReplicaSets {
  const sets = owned<ReplicaSet>(api, { group: 'apps', resource: 'replicasets' }, d, d.spec.selector).sort(byAge);
  const newest = sets.find((rs) => sameTemplate(rs.spec.template, d.spec.template));
  return { newest, olds: sets.filter((rs) => rs !== newest) };
}

export const byAge = (a: { metadata: ObjectMeta }, b: { metadata: ObjectMeta }): number => {
  const [x, y] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (x !== y) return x < y ? -1 : 1;
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
};

export const hashLabel = 'pod-template-hash';

/** Equal but for the hash label. */
export const sameTemplate = (a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean =>
  same(a?.spec, b?.spec) && same(withoutHash(a), withoutHash(b));

function withoutHash(template: PodTemplateSpec | undefined): unknown {
  const { labels, ...metadata } = template?.metadata ?? {};
  const { [hashLabel]: _, ...rest } = labels ?? {};
  return Object.keys(rest).length > 0 ? { ...metadata, labels: rest } : metadata;
}
