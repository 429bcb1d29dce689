// Which Pods go first when there are too many. Mirrors ActivePodsWithRanks in pkg/controller/controller_utils.go.
import type { Pod } from '../model/generated/api.js';
import { condition, isReady } from './pods.js';

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
