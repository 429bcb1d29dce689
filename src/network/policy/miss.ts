// Why no rule allowed a packet: the rule that came nearest, and the one part of it that did not fit, as a field that the user can change.
import { cidrContains, parseIP } from '../../lib/ip.js';
import type { NetworkPolicyPort, Pod } from '../../model/generated/api.js';
import type { Labels, Requirement } from '../../model/selector.js';
import { type Flow, isPort, namedPorts, namespaceFits, peerFits, podFits, portFits } from './allow.js';
import type { Block, Peer, Policy, Rule } from './policies.js';

export interface Miss {
  readonly policy: Policy;
  readonly field: string;
  /** A clause. */
  readonly why: string;
}

/** What only sentences need. */
export interface Told {
  /** Where the sender believed to send to: the address and port of a Service that policies never see. */
  readonly to: string;
  readonly port: number;
  /** Who has the address at the other end, when it is no Pod: "172.30.1.3 (node node01)". */
  readonly stranger: string;
}

/** A rule that did not allow the packet (none: the policy has no rule in that direction), and how much of it fitted. */
interface Near {
  readonly policy: Policy;
  readonly rule?: Rule;
  /** The peer that came nearest; absent when some peer fits. */
  readonly peer?: Peer;
  readonly score: number;
}

type Part = Pick<Miss, 'field' | 'why'>;

/** Sentences are made for the nearest only: a matrix of who reaches whom asks for many thousands. */
export function nearestMiss(isolating: readonly Policy[], flow: Flow, told: Told): Miss {
  let best: Near | undefined;
  for (const policy of isolating) {
    const rules = policy[flow.direction] ?? [];
    if (rules.length === 0 && !best) best = { policy, score: -1 };
    for (const rule of rules) {
      const near = nearness(policy, rule, flow, told);
      if (!best || near.score > best.score) best = near;
    }
  }
  if (!best) throw new Error('nothing isolates the Pod');
  return { policy: best.policy, ...tell(best, flow, told) };
}

function nearness(policy: Policy, rule: Rule, flow: Flow, told: Told): Near {
  if (peerFits(policy, rule, flow)) return { policy, rule, score: 10 };
  let peer = rule.peers[0] as Peer;
  let score = 0;
  for (const p of rule.peers) {
    if (!isNear(policy, p, flow, told)) continue;
    [peer, score] = [p, 1];
    break;
  }
  return { policy, rule, peer, score: portFits(rule, flow) ? score + 6 : score };
}

/** Does a part of the peer fit, or would the address that the sender meant? */
function isNear(policy: Policy, peer: Peer, flow: Flow, told: Told): boolean {
  if (peer.block) return holds(peer.block, flow.ip) || isBehind(peer.block, flow, told);
  return !!flow.pod && (podFits(peer, flow.pod) || namespaceFits(policy, peer, flow.pod, flow.namespaceLabels));
}

function tell({ policy, rule, peer, score }: Near, flow: Flow, told: Told): Part {
  const field = `spec.${flow.direction}`;
  if (!rule) return { field, why: `${policy.name} has no rule in ${field}, which allows nothing` };
  if (!peer) return portMiss(rule, flow, told);
  if (score >= 6) return peerMiss(policy, peer, flow, told);
  if (score === 0) return { field, why: strange(policy, rule, flow, told) };
  const part = peerMiss(policy, peer, flow, told);
  return { field: part.field, why: `${part.why}; nor does the port fit: ${portMiss(rule, flow, told).why}` };
}

/** Nothing of the rule is like the packet: it wants a rule of its own. */
function strange(policy: Policy, rule: Rule, flow: Flow, told: Told): string {
  const field = `spec.${flow.direction}`;
  const count = policy[flow.direction]?.length ?? 0;
  const rules = count === 1 ? `${field}[0], its only rule,` : `none of the ${count} rules of ${field} fits: ${rule.field}, say,`;
  const end = flow.pod ? nameOf(flow.pod) : told.stranger;
  const towards = flow.direction === 'ingress' ? 'from' : 'to';
  return `${rules} allows ${ruleText(rule)}, and the packet is ${packetText(flow)} ${towards} ${end}`;
}

const nameOf = (pod: Pod): string => `Pod ${pod.metadata.namespace}/${pod.metadata.name}`;

const packetText = (flow: Flow): string => (flow.protocol === 'ICMP' ? 'ICMP' : `${flow.port}/${flow.protocol}`);

const portText = ({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string =>
  `${port ?? 'any port'}${endPort === undefined ? '' : `-${endPort}`}/${protocol}`;

const portsText = (rule: Rule): string => (rule.ports.length === 0 ? 'all ports' : rule.ports.map(portText).join(', '));

/** No port of the rule fits: told of the one that looks most like what was meant. */
function portMiss(rule: Rule, flow: Flow, told: Told): Part {
  const is = packetText(flow);
  const behind = told.port !== flow.port ? rule.ports.findIndex((p) => isPort(p, { ...flow, port: told.port })) : -1;
  if (behind >= 0)
    return {
      field: `${rule.field}.ports[${behind}].port`,
      why: `${rule.field}.ports[${behind}] is ${portText(rule.ports[behind] as NetworkPolicyPort)}, the Service's port: policies see the Pod's own, ${is}`,
    };
  const otherProtocol = rule.ports.findIndex((p) => isPort(p, { ...flow, protocol: (p.protocol ?? 'TCP') as Flow['protocol'] }));
  if (otherProtocol >= 0 && flow.protocol !== 'ICMP')
    return {
      field: `${rule.field}.ports[${otherProtocol}].protocol`,
      why: `${rule.field}.ports[${otherProtocol}] is ${portText(rule.ports[otherProtocol] as NetworkPolicyPort)}, and the packet ${is}`,
    };
  const named = rule.ports.findIndex((p) => typeof p.port === 'string' && (p.protocol ?? 'TCP') === flow.protocol);
  if (named >= 0 && rule.ports.length === 1) return namedMiss(rule, named, flow, is);
  const field = rule.ports.length === 1 ? `${rule.field}.ports[0].port` : `${rule.field}.ports`;
  return { field, why: `${rule.field} allows ${portsText(rule)}, and the packet is ${is}` };
}

function namedMiss(rule: Rule, index: number, flow: Flow, is: string): Part {
  const name = (rule.ports[index] as NetworkPolicyPort).port as string;
  const stands = namedPorts(flow.receiver, name, flow.protocol);
  const receiver = flow.receiver ? nameOf(flow.receiver) : `${flow.ip} (no Pod)`;
  const means = stands.length > 0 ? `is port ${stands.join(', ')} of ${receiver}` : `names no container port of ${receiver}`;
  return {
    field: `${rule.field}.ports[${index}].port`,
    why: `"${name}" of ${rule.field}.ports[${index}] ${means}, and the packet is ${is}`,
  };
}

const selectorText = (requirements: readonly Requirement[]): string =>
  requirements
    .map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      if (operator === 'In' && values.length === 1) return `${key}=${values[0]}`;
      return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
    })
    .join(',') || 'all';

const labelsText = (labels: Labels | undefined): string =>
  Object.entries(labels ?? {})
    .map(([k, v]) => `${k}=${v}`)
    .join(',') || 'no labels';

function peerMiss(policy: Policy, peer: Peer, flow: Flow, told: Told): Part {
  if (peer.block) return blockMiss(peer.field, peer.block, flow, told);
  const end = flow.direction === 'ingress' ? 'sender' : 'receiver';
  if (!flow.pod)
    return { field: peer.field, why: `${peer.field} means Pods, and the ${end} ${told.stranger} is none: only an ipBlock can mean it` };
  const pod = nameOf(flow.pod);
  const podWhy = `${peer.field}.podSelector wants ${selectorText(peer.pods ?? [])}, and the ${end} ${pod} has ${labelsText(flow.pod.metadata.labels)}`;
  if (namespaceFits(policy, peer, flow.pod, flow.namespaceLabels)) return { field: `${peer.field}.podSelector`, why: podWhy };
  const namespaceWhy = peer.namespaces
    ? `${peer.field}.namespaceSelector wants ${selectorText(peer.namespaces)}, and namespace ${flow.pod.metadata.namespace} of the ${end} has ${labelsText(flow.namespaceLabels)}`
    : `${peer.field} has no namespaceSelector and so means Pods of namespace ${policy.namespace} only, and the ${end} is ${pod}`;
  const field = `${peer.field}.namespaceSelector`;
  if (!podFits(peer, flow.pod)) return { field, why: `${namespaceWhy}; and ${podWhy}` };
  const both = peer.pods && peer.namespaces ? ' (podSelector fits, but one item of the list wants both)' : '';
  return { field, why: `${namespaceWhy}${both}` };
}

function holds({ cidr }: Block, address: string): boolean {
  const ip = parseIP(address);
  return !!ip && cidrContains(cidr, ip);
}

/** Does it mean the address of the Service that the packet was sent to? */
const isBehind = (block: Block, flow: Flow, told: Told): boolean =>
  flow.direction === 'egress' && told.to !== flow.ip && holds(block, told.to);

function blockMiss(field: string, block: Block, flow: Flow, told: Told): Part {
  const { cidr, except = [] } = block.text;
  const end = flow.direction === 'ingress' ? 'sender' : 'receiver';
  if (!holds(block, flow.ip)) {
    const why = isBehind(block, flow, told)
      ? `${field}.ipBlock ${cidr} holds ${told.to}, the Service's address: policies see the Pod's own, ${flow.ip}`
      : `${field}.ipBlock ${cidr} does not hold the ${end} ${flow.pod ? flow.ip : told.stranger}`;
    return { field: `${field}.ipBlock.cidr`, why };
  }
  const ip = parseIP(flow.ip);
  const index = block.except.findIndex((e) => !!ip && cidrContains(e, ip));
  const at = `${field}.ipBlock.except[${index}]`;
  return { field: at, why: `${at} ${except[index]} takes the ${end} ${flow.ip} out of ${cidr}` };
}

/** What a rule allows, in a few words. */
export function ruleText(rule: Rule): string {
  const peers = rule.peers.map(peerText).join(' or ') || 'everybody';
  return `${portsText(rule)} ${rule.field.startsWith('spec.ingress') ? 'from' : 'to'} ${peers}`;
}

function peerText({ pods, namespaces, block }: Peer): string {
  if (block) return [block.text.cidr, ...(block.text.except ?? []).map((e) => `but ${e}`)].join(' ');
  const which = pods ? (pods.length > 0 ? `Pods with ${selectorText(pods)}` : 'all Pods') : 'all Pods';
  if (!namespaces) return which;
  return `${which} ${namespaces.length > 0 ? `of namespaces with ${selectorText(namespaces)}` : 'of all namespaces'}`;
}
