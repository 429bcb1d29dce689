// A node with what runs on it, as the scheduler sees it: the resources and host ports that its Pods take. Mirrors pkg/scheduler/framework/types.go (NodeInfo).
import { milliValue, parseQuantity, wholeValue } from '../../lib/quantity.js';
import type { Container, Node, Pod } from '../../model/generated/api.js';
import type { Labels } from '../../model/selector.js';
import { isFinished } from '../pods.js';

export interface NodeInfo {
  readonly node: Node;
  readonly labels: Labels;
  readonly allocatable: Resources;
  readonly pods: Pod[];
  readonly used: Map<string, number>;
  readonly ports: HostPort[];
  /** How many Pods each controller (by uid) has here. */
  readonly siblings: Map<string, number>;
  /** Pods that keep others away. */
  readonly repelling: Pod[];
}

export function nodeInfos(nodes: readonly Node[], pods: readonly Pod[]): NodeInfo[] {
  const infos = new Map(nodes.map((node) => [node.metadata.name, nodeInfo(node)]));
  for (const pod of pods) {
    const info = infos.get(pod.spec.nodeName ?? '');
    if (info && !isFinished(pod)) place(info, pod);
  }
  return [...infos.values()];
}

const nodeInfo = (node: Node): NodeInfo => ({
  node,
  labels: node.metadata.labels ?? {},
  allocatable: parseResources(node.status?.allocatable ?? {}),
  pods: [],
  used: new Map(),
  ports: [],
  siblings: new Map(),
  repelling: [],
});

interface Footprint {
  readonly requests: Resources;
  readonly ports: readonly HostPort[];
}

/** Objects never change once read, and most are looked at again and again. */
const footprints = new WeakMap<Pod, Footprint>();

function footprint(pod: Pod): Footprint {
  let known = footprints.get(pod);
  if (!known) footprints.set(pod, (known = { requests: requestsOf(pod), ports: hostPorts(pod) }));
  return known;
}

/** Counts `pod` as one of the node's. */
export function place(info: NodeInfo, pod: Pod): void {
  info.pods.push(pod);
  const { requests, ports } = footprint(pod);
  add(info.used, requests);
  info.ports.push(...ports);
  const owner = controllerUid(pod);
  if (owner) info.siblings.set(owner, (info.siblings.get(owner) ?? 0) + 1);
  if (pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length) info.repelling.push(pod);
}

export const controllerUid = (pod: Pod): string | undefined => pod.metadata.ownerReferences?.find((o) => o.controller)?.uid;

// Ports that Pods take on their node. Mirrors pkg/scheduler/framework/plugins/nodeports.

interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const everywhere = '0.0.0.0';

export const hostPorts = ({ spec }: Pod): HostPort[] =>
  [...(spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'), ...spec.containers].flatMap((c) =>
    (c.ports ?? [])
      .filter((p) => (p.hostPort ?? 0) > 0)
      .map((p) => ({ ip: p.hostIP || everywhere, protocol: p.protocol || 'TCP', port: p.hostPort as number })),
  );

export const portsConflict = (wanted: readonly HostPort[], taken: readonly HostPort[]): boolean =>
  wanted.some((w) =>
    taken.some((t) => w.port === t.port && w.protocol === t.protocol && (w.ip === t.ip || w.ip === everywhere || t.ip === everywhere)),
  );

// What Pods ask for, as plain numbers: CPU in thousandths, everything else in units.
// Mirrors k8s.io/component-helpers/resource (PodRequests).

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

const parseResources = (quantities: Quantities): Resources => new Map(Object.entries(quantities).map(([k, v]) => [k, amount(k, v)]));

function add(sum: Map<string, number>, more: Resources): void {
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
