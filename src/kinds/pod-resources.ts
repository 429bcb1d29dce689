// What a Pod asks of its node: the sum of its containers, or its largest init container. For scheduling and `describe node`.
// Mirrors k8s.io/component-helpers/resource (PodRequests, PodLimits).
import { addQuantities, compareQuantities, formatQuantity, milliValue, parseQuantity, type Quantity } from '../lib/quantity.js';
import type { Container, Pod, PodSpec } from '../model/generated/api.js';
import { isSidecar } from './pod/facts.js';

export type Resources = ReadonlyMap<string, Quantity>;

type Part = 'requests' | 'limits';

/** What the containers of a Pod ask for together. */
export function containerResources({ containers, initContainers }: PodSpec, part: Part): Resources {
  const of = (c: Container): Resources => quantities(c.resources?.[part]);
  // Sidecars run on; an ordinary init container runs beside the sidecars started before it.
  const running = new Map<string, Quantity>();
  let initPeak: Resources = new Map();
  for (const c of initContainers ?? []) {
    if (isSidecar(c)) add(running, of(c));
    initPeak = largest(initPeak, isSidecar(c) ? running : add(new Map(running), of(c)));
  }
  for (const c of containers ?? []) add(running, of(c));
  return initPeak.size === 0 ? running : largest(running, initPeak);
}

export function podResources({ spec }: Pick<Pod, 'spec'>, part: Part): Resources {
  const total = new Map(containerResources(spec, part));
  for (const [name, q] of quantities(spec.resources?.[part])) total.set(name, q);
  // Overhead does not set a limit where there is none.
  return add(
    total,
    [...quantities(spec.overhead)].filter(([name]) => part === 'requests' || total.has(name)),
  );
}

/** Nothing finer than a thousandth is kept. Mirrors SetDefaults_ResourceList. */
export function roundUp(...lists: (Record<string, string> | undefined)[]): void {
  for (const list of lists) {
    for (const [name, text] of Object.entries(list ?? {})) {
      if (/[nu]$/.test(text)) list![name] = formatQuantity({ nano: milliValue(parseQuantity(text)) * 1_000_000n, format: 'DecimalSI' });
    }
  }
}

/** The sum over Pods. */
export function totalResources(pods: readonly Pick<Pod, 'spec'>[], part: Part): Resources {
  const total = new Map<string, Quantity>();
  for (const pod of pods) add(total, podResources(pod, part));
  return total;
}

/** The same few texts come again and again. */
const parsed = new Map<string, Quantity>();

export function quantities(list: Readonly<Record<string, string>> | undefined): Resources {
  const out = new Map<string, Quantity>();
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parsed.get(text) ?? parseQuantity(text);
    parsed.set(text, quantity);
    out.set(name, quantity);
  }
  return out;
}

/** Adds to `total`, and returns it. */
function add(total: Map<string, Quantity>, more: Iterable<readonly [string, Quantity]>): Map<string, Quantity> {
  for (const [name, q] of more) {
    const before = total.get(name);
    total.set(name, before ? addQuantities(before, q) : q);
  }
  return total;
}

function largest(a: Resources, b: Resources): Resources {
  const out = new Map(a);
  for (const [name, q] of b) {
    const other = a.get(name);
    if (!other || compareQuantities(q, other) > 0) out.set(name, q);
  }
  return out;
}
