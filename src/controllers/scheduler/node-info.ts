// A node with what runs on it, as the scheduler sees it: the resources and host ports that its Pods take. Mirrors pkg/scheduler/framework/types.go (NodeInfo).
import { isFinished, lastingContainers } from '../../kinds/pod/facts.js';
import { podResources, quantities } from '../../kinds/pod-resources.js';
import { milliValue, type Quantity, wholeValue } from '../../lib/quantity.js';
import type { Node, Pod } from '../../model/generated/api.js';
import type { Labels } from '../../model/selector.js';

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
  allocatable: numbers(quantities(node.status?.allocatable)),
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
  for (const [name, n] of requests) info.used.set(name, (info.used.get(name) ?? 0) + n);
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

export const hostPorts = (pod: Pod): HostPort[] =>
  lastingContainers(pod).flatMap((c) =>
    (c.ports ?? [])
      .filter((p) => (p.hostPort ?? 0) > 0)
      .map((p) => ({ ip: p.hostIP || everywhere, protocol: p.protocol || 'TCP', port: p.hostPort as number })),
  );

export const portsConflict = (wanted: readonly HostPort[], taken: readonly HostPort[]): boolean =>
  wanted.some((w) =>
    taken.some((t) => w.port === t.port && w.protocol === t.protocol && (w.ip === t.ip || w.ip === everywhere || t.ip === everywhere)),
  );

// What Pods ask for and nodes have, as plain numbers: CPU in thousandths, everything else in units.

export type Resources = ReadonlyMap<string, number>;

const numbers = (list: ReadonlyMap<string, Quantity>): Map<string, number> =>
  new Map([...list].map(([name, q]) => [name, Number(name === 'cpu' ? milliValue(q) : wholeValue(q))]));

export const requestsOf = (pod: Pod): Resources => numbers(podResources(pod, 'requests'));
