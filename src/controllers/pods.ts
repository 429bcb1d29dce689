// What controllers ask of Pods and do with them. Mirrors pkg/api/v1/pod/util.go and pkg/controller/controller_utils.go.
import { conditionOf, isFinished, isReady } from '../kinds/pod/facts.js';
import type { Pod, PodTemplateSpec } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import { StatusError } from '../model/status.js';
import type { EventSource, Writer } from '../model/store.js';
import { controllerReference } from './ownership.js';

/** Ready for at least `minReadySeconds`. */
export const isAvailable = (pod: Pod, minReadySeconds: number, now: number): boolean => availableIn(pod, minReadySeconds, now) === 0;

/** Milliseconds until a ready Pod counts as available; Infinity when it is not ready. */
function availableIn(pod: Pod, minReadySeconds: number, now: number): number {
  if (!isReady(pod)) return Number.POSITIVE_INFINITY;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '');
  return Number.isNaN(since) ? Number.POSITIVE_INFINITY : Math.max(0, since + minReadySeconds * 1000 - now);
}

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

/** What became of a Pod: a namespace that ends takes nothing new, and that is no failure. */
type Made = 'made' | 'namespace ends' | { readonly refused: string };

/** Mirrors CreatePods of RealPodControl. Events are about `owner`. */
export function createPod(writer: Writer, pod: Pod & KubeObject, owner: KubeObject, source: EventSource): Made {
  try {
    const { metadata } = writer.create(pod);
    writer.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${metadata.name}`, source);
    return 'made';
  } catch (e) {
    if (!(e instanceof StatusError)) throw e;
    if (isNamespaceEnding(e)) return 'namespace ends';
    writer.event(owner, 'Warning', 'FailedCreate', `Error creating: ${e.message}`, source);
    return { refused: e.message };
  }
}

export const isNamespaceEnding = ({ status }: StatusError): boolean =>
  status.details?.causes?.some((c) => c.reason === 'NamespaceTerminating') ?? false;

/** Mirrors DeletePod of RealPodControl. */
export function deletePod(writer: Writer, pod: KubeObject, owner: KubeObject, source: EventSource): void {
  writer.remove(pod);
  writer.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, source);
}

/** minReadySeconds pass without anything changing: `key` is woken when the first of `pods` becomes available. */
export function awaitAvailability(writer: Writer, pods: readonly Pod[], minReadySeconds: number, key: string): void {
  const now = writer.world.now();
  const waits = pods.map((p) => availableIn(p, minReadySeconds, now)).filter((ms) => ms > 0 && ms < Number.POSITIVE_INFINITY);
  if (waits.length > 0) writer.after(Math.min(...waits), key);
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
    (a, b) => (isReady(a) && isReady(b) ? byYouth((p) => time(conditionOf(p, 'Ready')?.lastTransitionTime), now)(a, b) : 0),
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
