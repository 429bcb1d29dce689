// What a list of Traces comes to when it ended badly: the fork that a learner takes first, and the hop that names the culprit.
import type { Hop, Trace } from './packet.js';

export type Fork = 'refused' | 'timed out' | 'not resolved' | 'unreachable';

export interface Failure {
  readonly fork: Fork;
  /** The packet that tells most. */
  readonly trace: Trace;
  readonly culprit: Hop | undefined;
}

/** The last hop that says what kind of failure this is; a later one knows more than those before it. */
export const culpritOf = (trace: Trace): Hop | undefined => trace.hops.findLast((h) => h.cause !== undefined) ?? trace.hops.at(-1);

/** Of all that was sent, in order; undefined when the last packet arrived, or the last name was found. */
export function failureOf(traces: readonly Trace[]): Failure | undefined {
  const last = traces.at(-1);
  if (!last) return undefined;
  if (!last.question) {
    if (last.outcome === 'ok') return undefined;
    return { fork: forks[last.outcome], trace: last, culprit: culpritOf(last) };
  }
  const lookup = traces.slice(traces.findLastIndex((t) => t.asked !== last.asked || !t.question) + 1);
  if (lookup.some((t) => (t.question?.answers ?? 0) > 0)) return undefined;
  // A server that could not be asked, or could not answer, says more than names that it does not know; of these the likest to a Service's.
  const unknown = lookup.filter((t) => t.outcome === 'ok' || t.outcome === 'nxdomain');
  const trace = lookup.find((t) => !unknown.includes(t)) ?? unknown.find((t) => isServiceName(t.question?.name ?? '')) ?? lookup[0] ?? last;
  return { fork: 'not resolved', trace, culprit: culpritOf(trace) };
}

/** "web.default.svc.cluster.local" */
const isServiceName = (name: string): boolean => /^[^.]+\.[^.]+\.svc\./.test(name);

const forks: Readonly<Record<Exclude<Trace['outcome'], 'ok'>, Fork>> = {
  refused: 'refused',
  reset: 'refused',
  timeout: 'timed out',
  unreachable: 'unreachable',
  nxdomain: 'not resolved',
  servfail: 'not resolved',
};
