// The step in which the node's service rules (network/proxy) take a packet: ClusterIPs, external addresses, load balancers' addresses and node ports
// become endpoints.
import { familyOf } from '../lib/ip.js';
import type { Service, ServicePort } from '../model/generated/api.js';
import type { Hop } from '../model/packet.js';
import { addresses, machineAt } from './addresses.js';
import { arrivalDevice } from './interfaces/index.js';
import { machineIsOn } from './machines.js';
import { isLoopback } from './net.js';
import { remember, remembered } from './proxy/memory.js';
import { connectionsOf, counted } from './proxy/ipvs/memory.js';
import { iptablesWalk } from './proxy/iptables/walk.js';
import { ipvsWalk } from './proxy/ipvs/walk.js';
import { withLeftovers } from './proxy/leftover.js';
import { masqueradeIP, type ProxyNode, primaryIP, proxyNode } from './proxy/node.js';
import { asksForDevices } from './proxy/pod-traffic.js';
import { nftablesWalk } from './proxy/nftables/walk.js';
import { affinitySeconds, endpointText } from './proxy/port.js';
import type { ProxyMode } from './proxy/settings.js';
import { type Chance, type NodePacket, portKey, type Verdict, type Walker } from './proxy/verdict.js';
import { hopsWithoutRules, serviceHops } from './service-hops.js';
import type { Step, Walk } from './walk.js';

const walkers: Readonly<Record<ProxyMode, Walker>> = { iptables: iptablesWalk, ipvs: ipvsWalk, nftables: nftablesWalk };

/** The rules of the node that the packet leaves, or comes to from outside. */
export const serviceRules: Step = (walk) => {
  if (walk.node === undefined || (walk.packet.from.kind === 'pod' && isLoopback(walk.to))) return undefined;
  return meet(walk, walk.node, walk.packet.from.kind === 'node' ? 'output' : 'prerouting');
};

/** What goes to another node's own address comes in there, and meets the rules of that node. */
export const rulesOfOtherNode: Step = (walk) => {
  const known = addresses(walk.net.reader);
  const next = walk.endpoint ? undefined : machineAt(known, walk.to)?.metadata.name;
  if (walk.node === undefined || next === undefined || next === walk.node) return undefined;
  // What leaves a node for no Pod's address is given the node's own.
  if (walk.packet.from.kind === 'pod') walk.sourceIP = ownIP(walk, walk.node) ?? walk.sourceIP;
  walk.node = next;
  return machineIsOn(walk) ?? meet(walk, next, 'prerouting');
};

const ownIP = (walk: Walk, node: string): string | undefined => {
  const proxy = proxyNode(walk.net.reader, node);
  return proxy && primaryIP(proxy, familyOf(walk.to) ?? 'IPv4');
};

/** The rules of one node. */
function meet(walk: Walk, name: string, hook: NodePacket['hook']): ReturnType<Step> {
  const node = proxyNode(walk.net.reader, name);
  if (!node) {
    walk.hops.push(...hopsWithoutRules(walk, name));
    return undefined;
  }
  const device = hook === 'prerouting' && asksForDevices(node) ? arrivalDevice(walk.net, name, walk.sourceIP) : undefined;
  const packet: NodePacket = {
    hook,
    source: walk.sourceIP,
    to: walk.to,
    port: walk.port,
    protocol: walk.packet.protocol,
    ...(device && { device }),
  };
  const { node: writer, verdict } = withLeftovers(node, walkers[node.settings.mode], packet, chanceOf(walk, name));
  walk.hops.push(...serviceHops(walk, writer, verdict));
  if (writer !== node) walk.hops.push(leftBy(node, writer));
  if (verdict.kind === 'dnat') rewrite(walk, writer, verdict);
  if (verdict.kind === 'drop') return 'timeout';
  // The answer is "port unreachable": a refused connection to TCP and UDP, and what ping calls unreachable.
  return verdict.kind === 'reject' ? (packet.protocol === 'ICMP' ? 'unreachable' : 'refused') : undefined;
}

/** Whose rules these are. */
const leftBy = ({ name, settings }: ProxyNode, left: ProxyNode): Hop => ({
  step: 'because',
  object: `Node ${name}`,
  why: `kube-proxy of node ${name} ran in ${left.settings.mode} mode before, and took nothing of that away when it started in ${settings.mode} mode: this stays until the machine is restarted`,
});

function chanceOf(walk: Walk, node: string): Chance {
  const { net } = walk;
  return {
    pick: net.pick,
    remembered: (name, client, seconds) => remembered(net, node, name, client, seconds),
    connections: connectionsOf(net, node),
  };
}

/** The packet goes on to the endpoint; what the rules remember of it is left behind. */
function rewrite(walk: Walk, node: ProxyNode, { endpoint, masquerade, match, server }: Verdict): void {
  if (!endpoint || !match) return;
  const target = endpointText(endpoint);
  const { net, sourceIP } = walk;
  const seconds = affinitySeconds(match.service);
  const name = server?.name ?? portKey({ name: nameOfPort(match.service, match.port), protocol: match.port.protocol ?? 'TCP' });
  if (seconds !== undefined) walk.effects.push(remember(net, node.name, name, sourceIP, target, seconds));
  if (server) walk.effects.push(counted(walk.net, node.name, server.name, target));
  if (masquerade) walk.sourceIP = masqueradeIP(node, endpoint.ip) ?? walk.sourceIP;
  walk.to = endpoint.ip;
  walk.port = endpoint.port;
  walk.endpoint = endpoint;
  walk.matched = match;
}

const nameOfPort = (s: Service, p: ServicePort): string => `${s.metadata.namespace ?? ''}/${s.metadata.name}${p.name ? `:${p.name}` : ''}`;
