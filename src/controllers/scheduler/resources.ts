// What Pods ask for, as plain numbers: CPU in thousandths, everything else in units.
// Mirrors k8s.io/component-helpers/resource (PodRequests).
import { milliValue, parseQuantity, wholeValue } from '../../lib/quantity.js';
import type { Container, Pod } from '../../model/generated/api.js';

export type Resources = ReadonlyMap<string, number>;
type Quantities = Readonly<Record<string, string | number>>;

/** The same few texts come again and again. */
const parsed = new Map<string, number>();

function amount(resource: string, text: string | number): number {
  const key = `${resource === 'cpu' ? 'cpu' : ''}/${text}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const quantity = parseQuantity(String(text));
  const n = Number(resource === 'cpu' ? milliValue(quantity) : wholeValue(quantity));
  parsed.set(key, n);
  return n;
}

export const parseResources = (quantities: Quantities): Resources => new Map(Object.entries(quantities).map(([k, v]) => [k, amount(k, v)]));

export function add(sum: Map<string, number>, more: Resources): void {
  for (const [k, v] of more) sum.set(k, (sum.get(k) ?? 0) + v);
}

function most(...all: readonly Resources[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const one of all) for (const [k, v] of one) result.set(k, Math.max(result.get(k) ?? 0, v));
  return result;
}

const ofContainer = (c: Container): Resources => parseResources((c.resources?.requests ?? {}) as Quantities);

/** All containers together, or the largest moment of the start-up when that is more; sidecars run on beside what comes after them. */
export function requestsOf({ spec }: Pod): Resources {
  const running = new Map<string, number>();
  let starting: Resources = new Map();
  for (const c of spec.initContainers ?? []) {
    const own = ofContainer(c);
    if (c.restartPolicy === 'Always') {
      add(running, own);
      starting = most(starting, running);
    } else {
      const moment = new Map(running);
      add(moment, own);
      starting = most(starting, moment);
    }
  }
  for (const c of spec.containers) add(running, ofContainer(c));
  const total = most(starting, running);
  const whole = parseResources((spec.resources?.requests ?? {}) as Quantities);
  for (const [k, v] of whole) total.set(k, v);
  add(total, parseResources((spec.overhead ?? {}) as Quantities));
  return total;
}
