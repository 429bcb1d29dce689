// Pod templates compared, and the sets made of them ordered. Mirrors EqualIgnoreHash and ReplicaSetsByCreationTimestamp.
import { same } from '../../lib/same.js';
import type { ObjectMeta, PodTemplateSpec } from '../../model/generated/api.js';

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
