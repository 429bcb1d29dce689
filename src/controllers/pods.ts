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

// Which Pods go first when there are too many. Mirrors ActivePodsWithRanks in pkg/controller/controller_utils.go.

type Compare = (a: Pod, b: Pod) => number;

const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const by =
  (value: (pod: Pod) => number): Compare =>
  (a, b) =>
    value(a) - value(b);

/** Younger first, by order of magnitude: Pods of about the same age are chosen by uid, which is chance. */
const byYouth =
  (since: (pod: Pod) => number, now: number): Compare =>
  (a, b) => {
    const [x, y] = [since(a), since(b)];
    if (x === y) return 0;
    const [left, right] = [magnitude(now - x), magnitude(now - y)];
    if (left !== right) return left - right;
    return (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1;
  };

const magnitude = (ms: number): number => (ms <= 0 ? -1 : Math.floor(Math.log2(ms * 1e6)));

const time = (text: string | undefined): number => (text ? Date.parse(text) : 0);
const restarts = (pod: Pod): number => Math.max(0, ...(pod.status?.containerStatuses ?? []).map((c) => c.restartCount));
const deletionCost = (pod: Pod): number => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0;

/** `related`: every Pod whose company on a node counts against it. */
export function byDeletionOrder(pods: readonly Pod[], related: readonly Pod[], now: number): Pod[] {
  const crowd = new Map<string, number>();
  for (const { spec } of related) if (spec.nodeName) crowd.set(spec.nodeName, (crowd.get(spec.nodeName) ?? 0) + 1);
  const order: Compare[] = [
    by((p) => (p.spec.nodeName ? 1 : 0)),
    by((p) => phases[p.status?.phase ?? 'Pending'] ?? 0),
    by((p) => (isReady(p) ? 1 : 0)),
    by(deletionCost),
    by((p) => -(crowd.get(p.spec.nodeName ?? '') ?? 0)),
    (a, b) => (isReady(a) && isReady(b) ? byYouth((p) => time(condition(p, 'Ready')?.lastTransitionTime), now)(a, b) : 0),
    by((p) => -restarts(p)),
    byYouth((p) => time(p.metadata.creationTimestamp), now),
  ];
  return [...pods].sort((a, b) => {
    for (const compare of order) {
      const n = compare(a, b);
      if (n !== 0) return n;
    }
    return 0;
  });
}
