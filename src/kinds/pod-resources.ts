// What a Pod asks of its node: the sum of its containers, or its largest init container. For scheduling and `describe node`.
// Mirrors k8s.io/component-helpers/resource (PodRequests, PodLimits).
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  type Quantity,
  zeroQuantity,
} from '../lib/quantity.js';
import type { Container, Pod, PodSpec } from '../model/generated/api.js';

export type Resources = ReadonlyMap<string, Quantity>;

type Part = 'requests' | 'limits';

/** What the containers of a Pod ask for together. */
export function containerResources({ containers, initContainers }: PodSpec, part: Part): Resources {
  const of = (c: Container): Resources => quantities(c.resources?.[part]);
  // Sidecars run on; an ordinary init container runs beside the sidecars started before it.
  let sidecars: Resources = new Map();
  let initPeak: Resources = new Map();
  for (const c of initContainers ?? []) {
    if (c.restartPolicy === 'Always') sidecars = sum(sidecars, of(c));
    initPeak = largest(initPeak, c.restartPolicy === 'Always' ? sidecars : sum(sidecars, of(c)));
  }
  const running = (containers ?? []).reduce((total, c) => sum(total, of(c)), sidecars);
  return largest(running, initPeak);
}

export function podResources({ spec }: Pick<Pod, 'spec'>, part: Part): Resources {
  const own = new Map([...containerResources(spec, part), ...quantities(spec.resources?.[part])]);
  const overhead = [...quantities(spec.overhead)];
  // Overhead does not set a limit where there is none.
  return sum(own, new Map(part === 'requests' ? overhead : overhead.filter(([name]) => own.has(name))));
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
export const totalResources = (pods: readonly Pick<Pod, 'spec'>[], part: Part): Resources =>
  pods.reduce((total, pod) => sum(total, podResources(pod, part)), new Map<string, Quantity>() as Resources);

export const quantities = (list: Readonly<Record<string, string>> | undefined): Resources =>
  new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));

function sum(a: Resources, b: Resources): Resources {
  const out = new Map(a);
  for (const [name, q] of b) out.set(name, addQuantities(a.get(name) ?? zeroQuantity, q));
  return out;
}

function largest(a: Resources, b: Resources): Resources {
  const out = new Map(a);
  for (const [name, q] of b) {
    const other = a.get(name);
    if (!other || compareQuantities(q, other) > 0) out.set(name, q);
  }
  return out;
}
