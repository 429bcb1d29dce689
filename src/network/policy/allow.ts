// Does a rule allow a packet? A rule allows when one of its ports and one of its peers fit; the parts of one peer must all fit.
// Mirrors the meaning that the API gives NetworkPolicyIngressRule, NetworkPolicyPeer and NetworkPolicyPort (k8s.io/api/networking/v1).
import { cidrContains, parseIP } from '../../lib/ip.js';
import type { NetworkPolicyPort, Pod } from '../../model/generated/api.js';
import { type Labels, matches } from '../../model/selector.js';
import type { Block, Direction, Peer, Policy, Rule } from './policies.js';

/** The packet as a policy sees it: past DNAT, before the masquerade of the node where it is looked at. */
export interface Flow {
  /** Of the isolated Pod. */
  readonly direction: Direction;
  /** The address at the other end, and the Pod that has it; nodes and what is outside the cluster are no Pods. */
  readonly ip: string;
  readonly pod: Pod | undefined;
  /** The labels of that Pod's namespace. */
  readonly namespaceLabels: Labels | undefined;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
  readonly port: number;
  /** Whose container ports the names of ports mean: the Pod that gets the packet, in both directions. */
  readonly receiver: Pod | undefined;
}

export interface Allowed {
  readonly policy: Policy;
  readonly rule: Rule;
}

/** The first rule of the policies that isolate a Pod that lets the packet pass; what no rule allows is dropped. */
export function allowedBy(isolating: readonly Policy[], flow: Flow): Allowed | undefined {
  for (const policy of isolating) {
    const rule = policy[flow.direction]?.find((r) => portFits(r, flow) && peerFits(policy, r, flow));
    if (rule) return { policy, rule };
  }
  return undefined;
}

export const portFits = (rule: Rule, flow: Flow): boolean => rule.ports.length === 0 || rule.ports.some((p) => isPort(p, flow));

/** Protocols without ports (ICMP) pass rules that name no port only. */
export function isPort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, flow: Flow): boolean {
  if (protocol !== flow.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return namedPorts(flow.receiver, port, protocol).includes(flow.port);
  return endPort === undefined ? flow.port === port : flow.port >= port && flow.port <= endPort;
}

/** The numbers that a name of a port stands for on a Pod; on no Pod it stands for nothing. */
export const namedPorts = (pod: Pod | undefined, name: string, protocol: string): number[] =>
  (pod?.spec.containers ?? []).flatMap((c) =>
    (c.ports ?? []).filter((p) => p.name === name && (p.protocol ?? 'TCP') === protocol).map((p) => p.containerPort),
  );

export const peerFits = (policy: Policy, rule: Rule, flow: Flow): boolean =>
  rule.peers.length === 0 || rule.peers.some((p) => isPeer(policy, p, flow));

function isPeer(policy: Policy, peer: Peer, flow: Flow): boolean {
  if (peer.block) return inBlock(peer.block, flow.ip);
  return !!flow.pod && podFits(peer, flow.pod) && namespaceFits(policy, peer, flow.pod, flow.namespaceLabels);
}

export const podFits = (peer: Peer, pod: Pod): boolean => !peer.pods || matches(peer.pods, pod.metadata.labels);

/** Without a namespaceSelector a peer means Pods of the policy's own namespace. */
export const namespaceFits = (policy: Policy, peer: Peer, pod: Pod, labels: Labels | undefined): boolean =>
  peer.namespaces ? matches(peer.namespaces, labels) : !!peer.pods && pod.metadata.namespace === policy.namespace;

export function inBlock({ cidr, except }: Block, address: string): boolean {
  const ip = parseIP(address);
  return !!ip && cidrContains(cidr, ip) && !except.some((e) => cidrContains(e, ip));
}
