// The step in which the node's service rules (network/proxy) take a packet: ClusterIPs, external addresses, load balancers' addresses and node ports
// become endpoints. Says in the objects' words what the rules did.
import { familyOf } from '../lib/ip.js';
import type { Service, ServicePort } from '../model/generated/api.js';
import type { Hop } from '../model/packet.js';
import { addresses } from './addresses.js';
import { noEndpoints } from './no-endpoints.js';
import { noProxy } from './no-proxy.js';
import { isLoopback } from './net.js';
import { remember, remembered } from './proxy/memory.js';
import { connectionsOf, counted } from './proxy/ipvs/memory.js';
import { iptablesWalk } from './proxy/iptables/walk.js';
import { ipvsWalk } from './proxy/ipvs/walk.js';
import { masqueradeIP, type ProxyNode, primaryIP, proxyNode } from './proxy/node.js';
import { nftablesWalk } from './proxy/nftables/walk.js';
import { affinitySeconds, endpointText } from './proxy/port.js';
import { clusterIPsOf, liveTable } from './proxy/service-table.js';
import type { ProxyMode } from './proxy/settings.js';
import { type Chance, type NodePacket, portKey, type Verdict, type Walker } from './proxy/verdict.js';
import type { Step, Walk } from './walk.js';

const walkers: Readonly<Record<ProxyMode, Walker>> = { iptables: iptablesWalk, ipvs: ipvsWalk, nftables: nftablesWalk };

export const serviceRules: Step = (walk) => {
  if (walk.node === undefined || (walk.packet.from.kind === 'pod' && isLoopback(walk.to))) return undefined;
  const end = meet(walk, walk.node, walk.packet.from.kind === 'node' ? 'output' : 'prerouting');
  if (end !== undefined || walk.endpoint) return end;
  const next = addresses(walk.net.reader).nodeAt(walk.to)?.metadata.name;
  if (next === undefined || next === walk.node) return undefined;
  // It leaves for another node, and meets the rules there. What leaves a node for no Pod's address is given the node's own.
  if (walk.packet.from.kind === 'pod') walk.sourceIP = ownIP(walk, walk.node) ?? walk.sourceIP;
  walk.node = next;
  return meet(walk, next, 'prerouting');
};

const ownIP = (walk: Walk, node: string): string | undefined => {
  const proxy = proxyNode(walk.net.reader, node);
  return proxy && primaryIP(proxy, familyOf(walk.to) ?? 'IPv4');
};

/** The rules of one node. */
function meet(walk: Walk, name: string, hook: NodePacket['hook']): ReturnType<Step> {
  const node = proxyNode(walk.net.reader, name);
  if (!node) {
    noRules(walk, name);
    return undefined;
  }
  const packet: NodePacket = { hook, source: walk.sourceIP, to: walk.to, port: walk.port, protocol: walk.packet.protocol };
  const verdict = walkers[node.settings.mode](node, packet, chanceOf(walk, name));
  if (verdict.match) {
    walk.hops.push(hopOf(walk, node, verdict));
    if (verdict.because === 'no-endpoints') walk.hops.push(noEndpoints(walk.net.reader, verdict.match, node));
  } else if (verdict.kind === 'pass') unmatched(walk, node);
  else walk.hops.push({ step: 'service', rule: verdict.rules.at(-1) ?? '', ...noRule(walk, node, verdict) });
  if (verdict.kind === 'dnat') rewrite(walk, node, verdict);
  if (verdict.kind === 'drop') return 'timeout';
  // The answer is "port unreachable": a refused connection to TCP and UDP, and what ping calls unreachable.
  return verdict.kind === 'reject' ? (packet.protocol === 'ICMP' ? 'unreachable' : 'refused') : undefined;
}

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

const nameOf = (s: Service): string => `Service ${s.metadata.namespace}/${s.metadata.name}`;

type Told = Pick<Hop, 'why' | 'field' | 'cause'>;

/** A rule was for it. */
function hopOf(walk: Walk, node: ProxyNode, verdict: Verdict): Hop {
  const { service, port } = verdict.match as NonNullable<Verdict['match']>;
  const rule = verdict.rules.length > 0 ? { rule: verdict.rules.join('\n') } : {};
  return { step: 'service', object: nameOf(service), ...rule, ...told(walk, node, verdict, service, port) };
}

function told(walk: Walk, node: ProxyNode, verdict: Verdict, service: Service, port: ServicePort): Told {
  const { by } = verdict.match as NonNullable<Verdict['match']>;
  const where = `${by === 'NodePort' ? 'node port' : by} ${walk.to}:${walk.port}`;
  switch (verdict.because) {
    case 'no-endpoints': {
      const end =
        verdict.kind === 'pass'
          ? `no rule of node ${node.name} rejects it on the way that its own packets take: it leaves the cluster and nothing answers`
          : `rejected by node ${node.name}`;
      return { why: `${where} has no endpoints: ${end}` };
    }
    case 'no-local-endpoints': {
      const field = by === 'ClusterIP' ? 'spec.internalTrafficPolicy' : 'spec.externalTrafficPolicy';
      return {
        why: `${field} is Local, and no endpoint of ${where} is on node ${node.name}: ${lost(node, verdict)}`,
        field,
        cause: 'no-local-endpoint',
      };
    }
    case 'source-range':
      return {
        why: `the sender ${walk.sourceIP} is in none of spec.loadBalancerSourceRanges: dropped`,
        field: 'spec.loadBalancerSourceRanges',
        cause: 'source-range',
      };
    default: {
      const { of = 0, local = false, remembered = false } = verdict.choice ?? {};
      const target = verdict.endpoint ? endpointText(verdict.endpoint) : '';
      const how = remembered
        ? 'the one this client had before'
        : local
          ? `on node ${node.name} only, as the traffic policy Local wants`
          : '';
      return {
        why: `${where} is port ${port.name ? JSON.stringify(port.name) : port.port} of the Service; of ${of} endpoint${of === 1 ? '' : 's'} ${target} was chosen${how ? ` (${how})` : ''}${staleness(node)}`,
      };
    }
  }
}

/** How a policy without local endpoints ends. */
const lost = (node: ProxyNode, { kind }: Verdict): string =>
  kind === 'reject'
    ? 'rejected'
    : node.settings.mode === 'ipvs'
      ? "sent to another node's, which answers under its own address, and the sender does not know that one"
      : 'dropped';

const staleness = (node: ProxyNode): string =>
  node.staleSince === undefined
    ? ''
    : `; kube-proxy of node ${node.name} stopped at ${new Date(node.staleSince).toISOString().slice(0, 19)}Z: these are its last rules`;

/** No rule is for it: is the destination a Service's all the same? */
function unmatched(walk: Walk, node: ProxyNode): void {
  const told = noRule(walk, node, undefined);
  if (!told) return;
  walk.hops.push({ step: 'service', ...told });
  if (told.cause === 'not-programmed' && !node.flushed) walk.hops.push(noProxy(walk.net.reader, node.name));
}

function noRule(walk: Walk, node: ProxyNode, verdict: Verdict): Told & { object?: string };
function noRule(walk: Walk, node: ProxyNode, verdict: undefined): (Told & { object?: string }) | undefined;
function noRule(walk: Walk, node: ProxyNode, verdict: Verdict | undefined): (Told & { object?: string }) | undefined {
  const owner = node.table.at(walk.to)[0]?.service;
  const end = verdict ? `${verdict.kind === 'drop' ? 'dropped' : 'rejected'} by node ${node.name}` : 'no rule matches';
  if (!owner) {
    const unknown = walk.net.reader.view(liveTable).at(walk.to)[0]?.service;
    if (unknown) return { ...stale(unknown, node, walk), why: `${stale(unknown, node, walk).why}: ${end}` };
    if (verdict) return { why: `${walk.to} is in the Services' range and no Service has it: ${end}`, cause: 'no-route' };
    return undefined;
  }
  if (!verdict && node.flushed && node.settings.mode === 'iptables') return emptied(owner, node, walk);
  const declared = (owner.spec.ports ?? []).map((p) => `${p.port}/${p.protocol ?? 'TCP'}`).join(', ');
  if (walk.packet.protocol === 'ICMP')
    return {
      object: nameOf(owner),
      why: `${walk.to} is an address of this Service, which exists in rules for its ports (${declared}) only: ${verdict?.kind === 'reject' ? `a ping is ${end}` : 'nothing answers a ping'}`,
      cause: 'ping-cluster-ip',
    };
  const isProtocol = (owner.spec.ports ?? []).some((p) => p.port === walk.port);
  return {
    object: nameOf(owner),
    why: `${walk.to} is an address of this Service, but spec.ports declares ${declared} and not ${walk.port}/${walk.packet.protocol}: ${end}`,
    field: isProtocol ? 'spec.ports[].protocol' : 'spec.ports',
    cause: isProtocol ? 'protocol-not-declared' : 'port-not-declared',
  };
}

/** Somebody took the rules away. */
const emptied = (service: Service, node: ProxyNode, walk: Walk): Told & { object: string } => ({
  object: nameOf(service),
  why: `${walk.to} is an address of this Service, but somebody emptied iptables' tables of node ${node.name} (${node.flushed?.join(', ')}): kube-proxy writes all rules anew when it restarts, or within an hour`,
  cause: 'not-programmed',
});

/** The API knows the Service, the node's rules do not. */
const stale = (service: Service, node: ProxyNode, walk: Walk): Told & { object: string } => ({
  object: nameOf(service),
  why: `${walk.to} is an address of this Service, but the rules of node ${node.name} do not know it: its kube-proxy stopped at ${new Date(node.staleSince ?? 0).toISOString().slice(0, 19)}Z`,
  cause: 'not-programmed',
});

/** The node has no rules at all: the Service's address is nobody's. */
function noRules(walk: Walk, node: string): void {
  const owner = walk.net.reader.list('Service').find((s) => clusterIPsOf(s).includes(walk.to));
  if (!owner) return;
  walk.hops.push({
    step: 'service',
    object: nameOf(owner),
    why: `${walk.to} is an address of this Service, but no kube-proxy has written rules on node ${node} since it started: no rule matches`,
    cause: 'not-programmed',
  });
  walk.hops.push(noProxy(walk.net.reader, node));
}
