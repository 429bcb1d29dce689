// The two steps in which NetworkPolicies look at a packet. As kube-network-policies (inside kindnetd) does it: once a connection, on the sender's node
// for what the sending Pod may send and on the receiver's node for what the receiving Pod may get, past DNAT and before masquerade.
// Replies need no step: they belong to a connection that was allowed, and a walk is one way.
import { LateHop } from '../late-hop.js';
import type { Pod } from '../../model/generated/api.js';
import type { Hop, Trace } from '../../model/packet.js';
import { addresses, machineAt } from '../addresses.js';
import { isIPv6, isLoopback, nodeIPs, sourceAddress } from '../net.js';
import type { Step, Walk } from '../walk.js';
import { enforcesPolicies } from './agent.js';
import { allowedBy, type Flow } from './allow.js';
import { type Direction, policies, type Policy, policyName } from './policies.js';
import { nearestMiss, ruleText } from './miss.js';

/** What the sending Pod may send. */
export const egressPolicy: Step = (walk) => {
  const { from } = walk.packet;
  if (policies(walk.net.reader).isEmpty) return undefined;
  const own = sourceOf(walk);
  const pod = from.kind === 'pod' ? podOf(walk, own) : undefined;
  if (!pod) return undefined;
  const isolating = policies(walk.net.reader).isolation(pod).egress;
  if (isolating.length === 0 || isFreeICMP(walk)) return undefined;
  if (!enforcesPolicies(walk.net.reader, from.node)) return ignored(walk, isolating, pod, 'egress', from.node);
  const { to: ip, port } = walk;
  const known = addresses(walk.net.reader);
  if (ip === own || isLoopback(ip)) return undefined;
  if (machineAt(known, ip)?.metadata.name === from.node) return pass(walk, isolating, pod, 'egress', `${ip} is the Pod's own node`);
  const receiver = known.podAt(ip);
  return judge(walk, isolating, pod, flowOf(walk, { direction: 'egress', ip, pod: receiver, port, receiver }));
};

/** What the receiving Pod may get. */
export const ingressPolicy: Step = (walk) => {
  const { pod, loopback = false } = walk.place ?? {};
  if (!pod || loopback) return undefined;
  const { reader } = walk.net;
  const node = pod.spec.nodeName;
  const isolating = policies(reader).isolation(pod).ingress;
  if (isolating.length === 0 || isFreeICMP(walk)) return undefined;
  if (!enforcesPolicies(reader, node)) return ignored(walk, isolating, pod, 'ingress', node);
  const { from } = walk.packet;
  if (from.kind === 'node' && from.node === node && walk.node === node)
    return pass(walk, isolating, pod, 'ingress', `${node} is the Pod's own node (its kubelet must reach it)`);
  const ip = sourceAt(walk, node);
  if (pod.status?.podIPs?.some((own) => own.ip === ip)) return pass(walk, isolating, pod, 'ingress', 'the Pod sends to itself');
  return judge(walk, isolating, pod, flowOf(walk, { direction: 'ingress', ip, pod: podOf(walk, ip), port: walk.port, receiver: pod }));
};

/** The sender's address as the receiver's node sees it before it masquerades: what another node has masqueraded has that node's. */
function sourceAt(walk: Walk, node: string | undefined): string {
  const { from } = walk.packet;
  if (walk.node !== node) return walk.sourceIP;
  const own = sourceOf(walk);
  if (from.kind !== 'pod' || from.node === node || walk.endpoint === undefined) return own;
  const machine = walk.net.reader.get('Node', '', from.node ?? '');
  return (machine && nodeIPs(machine).find((ip) => isIPv6(ip) === isIPv6(own))) ?? own;
}

/** The address that the sender sends with. */
const sourceOf = ({ packet }: Walk): string => sourceAddress(packet.from, packet.to) ?? packet.from.ip;

/** The Pod that has the address; the throw-away Pod that sends for `kubelab curl` is nowhere but in its packet, and has no labels. */
function podOf(walk: Walk, ip: string): Pod | undefined {
  const { from } = walk.packet;
  const known = addresses(walk.net.reader).podAt(ip);
  if (known || from.kind !== 'pod' || ip !== sourceOf(walk) || addresses(walk.net.reader).nodeAt(ip)) return known;
  const metadata = { name: from.name ?? '', namespace: from.namespace ?? '' };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [], nodeName: from.node ?? '' }, status: {} };
}

/** IPv6 lives on ICMP: no policy may stop it. */
const isFreeICMP = (walk: Walk): boolean => walk.packet.protocol === 'ICMP' && isIPv6(walk.to);

type Ends = Pick<Flow, 'direction' | 'ip' | 'pod' | 'port' | 'receiver'>;

const flowOf = (walk: Walk, { direction, ip, pod, port, receiver }: Ends): Flow => ({
  direction,
  ip,
  pod,
  namespaceLabels: pod && walk.net.reader.get('Namespace', '', pod.metadata.namespace ?? '')?.metadata.labels,
  protocol: walk.packet.protocol,
  port,
  receiver,
});

function judge(walk: Walk, isolating: readonly Policy[], pod: Pod, flow: Flow): Trace['outcome'] | undefined {
  const allowed = allowedBy(isolating, flow);
  if (!allowed) {
    walk.hops.push(denied(walk, isolating, pod, flow));
    return 'timeout';
  }
  const { policy, rule } = allowed;
  walk.hops.push(
    new LateHop('policy', () => ({
      object: policyName(policy),
      why: `${flow.direction} ${side(flow.direction)} ${nameOf(pod)} is restricted${by(isolating, policy)}; ${rule.field} allows ${ruleText(rule)}`,
    })),
  );
  return undefined;
}

function pass(walk: Walk, isolating: readonly Policy[], pod: Pod, direction: Direction, why: string): undefined {
  walk.hops.push({
    step: 'policy',
    object: policyName(isolating[0] as Policy),
    why: `${direction} ${side(direction)} ${nameOf(pod)} is restricted, but ${why}: no policy can stop this`,
  });
  return undefined;
}

/** The API has the policy, and the node nothing that knows what it means. */
function ignored(walk: Walk, isolating: readonly Policy[], pod: Pod, direction: Direction, node: string | undefined): undefined {
  walk.hops.push({
    step: 'policy',
    object: policyName(isolating[0] as Policy),
    why: `ought to restrict ${direction} ${side(direction)} ${nameOf(pod)}, but no network plugin that knows NetworkPolicies runs on node ${node}: ignored`,
  });
  return undefined;
}

function denied(walk: Walk, isolating: readonly Policy[], pod: Pod, flow: Flow): Hop {
  const { to, port } = walk.packet;
  const node = flow.pod ? undefined : addresses(walk.net.reader).nodeAt(flow.ip)?.metadata.name;
  const say = () => {
    const miss = nearestMiss(isolating, flow, { to, port, stranger: node ? `${flow.ip} (node ${node})` : flow.ip });
    return {
      object: policyName(miss.policy),
      why: `${flow.direction} ${side(flow.direction)} ${nameOf(pod)} is restricted${by(isolating, miss.policy)}, and ${miss.why}: dropped`,
      field: miss.field,
    };
  };
  return new LateHop('policy', say, flow.direction === 'ingress' ? 'policy-ingress' : 'policy-egress');
}

const side = (direction: Direction): string => (direction === 'ingress' ? 'to' : 'from');

const nameOf = (pod: Pod): string => `Pod ${pod.metadata.namespace}/${pod.metadata.name}`;

/** Every policy that selects the Pod restricts it, and each one's rules add to what is allowed. */
function by(isolating: readonly Policy[], told: Policy): string {
  if (isolating.length === 1) return '';
  const others = isolating.filter((p) => p !== told);
  const names = others.slice(0, 3).map((p) => p.name);
  return ` (by ${names.join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''} too)`;
}
