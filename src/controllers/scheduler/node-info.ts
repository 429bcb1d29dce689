// A node with what runs on it, as the scheduler sees it. Mirrors pkg/scheduler/framework/types.go (NodeInfo).
import type { Node, Pod } from '../../model/generated/api.js';
import type { Labels } from '../../model/selector.js';
import { isFinished } from '../pods.js';
import { hostPorts, type HostPort } from './host-ports.js';
import { add, parseResources, type Resources, requestsOf } from './resources.js';

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
