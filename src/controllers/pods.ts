// What controllers ask of Pods. Mirrors pkg/api/v1/pod/util.go and pkg/controller/controller_utils.go.
import type { Pod, PodCondition, PodTemplateSpec } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import { controllerReference } from './ownership.js';

export const condition = (pod: Pod, type: string): PodCondition | undefined => pod.status?.conditions?.find((c) => c.type === type);

export const isReady = (pod: Pod): boolean => condition(pod, 'Ready')?.status === 'True';

/** Ready for at least `minReadySeconds`. */
export const isAvailable = (pod: Pod, minReadySeconds: number, now: number): boolean => availableIn(pod, minReadySeconds, now) === 0;

/** Milliseconds until a ready Pod counts as available; Infinity when it is not ready. */
export function availableIn(pod: Pod, minReadySeconds: number, now: number): number {
  if (!isReady(pod)) return Number.POSITIVE_INFINITY;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(condition(pod, 'Ready')?.lastTransitionTime ?? '');
  return Number.isNaN(since) ? Number.POSITIVE_INFINITY : Math.max(0, since + minReadySeconds * 1000 - now);
}

export const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Neither finished nor being deleted. */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && !pod.metadata.deletionTimestamp;

/** A Pod of `template`, named after and owned by `owner`. What is in its spec is the template's own: Writer.create() copies it. */
export function podFromTemplate(template: PodTemplateSpec, owner: KubeObject): Pod & KubeObject {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      // The API server makes the name of it.
      name: '',
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace as string,
      ...(labels && { labels: { ...labels } }),
      ...(annotations && { annotations: { ...annotations } }),
      ...(finalizers && { finalizers: [...finalizers] }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...(template.spec ?? { containers: [] }) },
    status: {},
  };
}
