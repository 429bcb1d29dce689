// What service rules did with a packet, told as hops in the words of the objects that the user can change.
import { joinHostPort } from '../lib/ip.js';
import type { Service } from '../model/generated/api.js';
import type { Hop } from '../model/packet.js';
import { LateHop } from './late-hop.js';
import { noEndpoints } from './no-endpoints.js';
import { noProxy } from './no-proxy.js';
import type { ProxyNode } from './proxy/node.js';
import { endpointText } from './proxy/port.js';
import { liveTable } from './proxy/service-table.js';
import type { Verdict } from './proxy/verdict.js';
import type { Walk } from './walk.js';

export function serviceHops(walk: Walk, node: ProxyNode, verdict: Verdict): Hop[] {
  if (verdict.match) {
    const hop = hopOf(walk, node, verdict);
    return verdict.because === 'no-endpoints' ? [hop, noEndpoints(walk.net.reader, verdict.match, node)] : [hop];
  }
  if (verdict.kind === 'pass') return unmatched(walk, node);
  return [{ step: 'service', rule: verdict.rules().at(-1) ?? '', ...noRule(walk, node, verdict) }];
}

const nameOf = (s: Service): string => `Service ${s.metadata.namespace}/${s.metadata.name}`;

type Told = Pick<Hop, 'why' | 'field' | 'cause'>;

/** A rule was for it. */
function hopOf(walk: Walk, node: ProxyNode, verdict: Verdict): Hop {
  const { service, port, by } = verdict.match as NonNullable<Verdict['match']>;
  const object = nameOf(service);
  const { to, port: asked } = walk;
  const where = (): string => `${by === 'NodePort' ? 'node port' : by} ${joinHostPort(to, asked)}`;
  const end = verdict.because && ended(walk, node, verdict, where());
  const rule = end && verdict.rules().join('\n');
  if (end) return { step: 'service', object, ...(rule && { rule }), ...end };
  return new LateHop('service', () => ({
    object,
    rule: verdict.rules().join('\n'),
    why: `${where()} is port ${port.name ? JSON.stringify(port.name) : port.port} of the Service; ${chosen(verdict, node)}${staleness(node)}`,
  }));
}

function chosen({ endpoint, choice }: Verdict, node: ProxyNode): string {
  const { of = 0, local = false, remembered = false } = choice ?? {};
  const how = remembered
    ? ' (the one this client had before)'
    : local
      ? ` (on node ${node.name} only, as the traffic policy Local wants)`
      : '';
  return `of ${of} endpoint${of === 1 ? '' : 's'} ${endpoint ? endpointText(endpoint) : ''} was chosen${how}`;
}

/** Why it did not become an endpoint. */
function ended(walk: Walk, node: ProxyNode, verdict: Verdict, where: string): Told | undefined {
  const { by } = verdict.match as NonNullable<Verdict['match']>;
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
    default:
      return undefined;
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
function unmatched(walk: Walk, node: ProxyNode): Hop[] {
  const told = noRule(walk, node, undefined);
  if (!told) return [];
  const hop: Hop = { step: 'service', ...told };
  return told.cause === 'not-programmed' && !node.flushed ? [hop, noProxy(walk.net.reader, node.name)] : [hop];
}

function noRule(walk: Walk, node: ProxyNode, verdict: Verdict): Told & { object?: string };
function noRule(walk: Walk, node: ProxyNode, verdict: undefined): (Told & { object?: string }) | undefined;
function noRule(walk: Walk, node: ProxyNode, verdict: Verdict | undefined): (Told & { object?: string }) | undefined {
  const owner = node.table.at(walk.to)[0]?.service;
  const end = verdict ? `${verdict.kind === 'drop' ? 'dropped' : 'rejected'} by node ${node.name}` : 'no rule matches';
  if (!owner) {
    const unknown = walk.net.reader.view(liveTable).at(walk.to)[0]?.service;
    if (unknown) return stale(unknown, node, walk, end);
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
const stale = (service: Service, node: ProxyNode, walk: Walk, end: string): Told & { object: string } => ({
  object: nameOf(service),
  why: `${walk.to} is an address of this Service, but the rules of node ${node.name} do not know it: its kube-proxy stopped at ${new Date(node.staleSince ?? 0).toISOString().slice(0, 19)}Z: ${end}`,
  cause: 'not-programmed',
});

/** The node has no rules at all: the Service's address is nobody's. */
export function hopsWithoutRules(walk: Walk, node: string): Hop[] {
  const owner = walk.net.reader.view(liveTable).at(walk.to)[0]?.service;
  if (!owner) return [];
  return [
    {
      step: 'service',
      object: nameOf(owner),
      why: `${walk.to} is an address of this Service, but no kube-proxy has written rules on node ${node} since it started: no rule matches`,
      cause: 'not-programmed',
    },
    noProxy(walk.net.reader, node),
  ];
}
