// What is said of a Pod that fits nowhere. Mirrors FitError of pkg/scheduler/framework/types.go and the messages of the PostFilter plugins.
import type { Pod } from '../../model/generated/api.js';
import type { Refusal } from './filter.js';

/** `blocked`: what rules out every node before any is looked at. */
export function unfitMessage(pod: Pod, nodes: number, refusals: readonly Refusal[], blocked?: string): string {
  const why = blocked ?? histogram(refusals.flatMap((r) => r.reasons));
  return `${head(nodes)} ${why}. no new claims to deallocate, ${preemption(pod, nodes, blocked === undefined ? refusals : undefined)}`;
}

const head = (nodes: number): string => `0/${nodes} nodes are available:`;

function preemption(pod: Pod, nodes: number, refusals: readonly Refusal[] | undefined): string {
  if (pod.spec.preemptionPolicy === 'Never') return 'preemption: not eligible due to preemptionPolicy=Never.';
  const unhelpful = 'Preemption is not helpful for scheduling';
  const reasons = refusals
    ? refusals.map((r) => (r.final ? unhelpful : 'No preemption victims found for incoming pod'))
    : Array.from({ length: nodes }, () => unhelpful);
  return `preemption: ${head(nodes)} ${histogram(reasons)}.`;
}

/** "1 Insufficient cpu, 2 Too many pods" */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, n]) => `${n} ${reason}`)
    .sort()
    .join(', ');
}
