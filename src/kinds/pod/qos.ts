// The quality-of-service class that a Pod's resources give it. Mirrors pkg/apis/core/v1/helper/qos of Kubernetes.
import { compareQuantities, parseQuantity, type Quantity } from '../../lib/quantity.js';
import type { PodSpec, ResourceRequirements } from '../../model/generated/api.js';

export type QOSClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const counted = ['cpu', 'memory'] as const;

/** Zero counts as not set. */
function amount(list: Readonly<Record<string, string>> | undefined, name: string): Quantity | undefined {
  const written = list?.[name];
  const quantity = written === undefined ? undefined : parseQuantity(written);
  return quantity && quantity.nano > 0n ? quantity : undefined;
}

export function qosClass(spec: PodSpec): QOSClass {
  const all: ResourceRequirements[] = spec.resources
    ? [spec.resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => c.resources ?? {});
  if (all.every((r) => counted.every((name) => !amount(r.requests, name) && !amount(r.limits, name)))) return 'BestEffort';
  const guaranteed = all.every((r) =>
    counted.every((name) => {
      const [request, limit] = [amount(r.requests, name), amount(r.limits, name)];
      return request !== undefined && limit !== undefined && compareQuantities(request, limit) === 0;
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
