// When that happened which made endpoints change: the annotation by which people measure how long the network lags behind.
// Mirrors k8s.io/endpointslice/util/trigger_time_tracker.go; instead of a memory of its own it reads from the old objects what was known.
import type { Pod, Service } from '../../model/generated/api.js';
import { isReady, readySince } from './membership.js';

export const triggerAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** What the objects to be replaced say: each Pod's uid and whether it was ready. */
export type Known = ReadonlyMap<string, boolean>;

/** The earliest new cause: the Service's creation (when nothing is written yet), or a Pod turning ready or unready. "" when there is none. */
export function triggerTime(service: Service, pods: readonly Pod[], known: Known | undefined): string {
  const times = pods.filter((p) => known?.get(p.metadata.uid ?? '') !== isReady(p)).map(readySince);
  if (!known) times.push(service.metadata.creationTimestamp ?? '');
  return times.filter((t) => t !== '').sort()[0] ?? '';
}

/** The annotations with the trigger time set, or taken away. */
export function withTrigger(annotations: Readonly<Record<string, string>> | undefined, time: string): Record<string, string> {
  const { [triggerAnnotation]: _, ...rest } = annotations ?? {};
  return time === '' ? rest : { ...rest, [triggerAnnotation]: time };
}
