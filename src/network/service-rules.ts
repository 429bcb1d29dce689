// What kube-proxy's rules on a node do with a packet: ClusterIPs, external addresses, load balancers' addresses and node ports become endpoints.
// Mirrors pkg/proxy/iptables/proxier.go (which chain a packet meets) and pkg/proxy/topology.go (which endpoints it may choose).
import { cidrContains, parseCIDR, parseIP } from '../lib/ip.js';
import type { Service, ServicePort } from '../model/generated/api.js';
import { affinityKey, rememberedEndpoint } from './affinity.js';
import { type ServiceEndpoint, usableEndpoints } from './endpoints.js';
import { nodeIP } from './net.js';
import type { Step, Walk } from './walk.js';

export interface Match {
  readonly service: Service;
  readonly port: ServicePort;
  /** Which of the Service's addresses was used. */
  readonly by: 'ClusterIP' | 'ExternalIP' | 'LoadBalancer' | 'NodePort';
}

const nameOf = (s: Service): string => `Service ${s.metadata.namespace}/${s.metadata.name}`;

/** Services that have rules at all. */
const isProxied = (s: Service): boolean =>
  s.spec.type !== 'ExternalName' &&
  !!s.spec.clusterIP &&
  s.spec.clusterIP !== 'None' &&
  !s.metadata.labels?.['service.kubernetes.io/service-proxy-name'];

const clusterIPsOf = (s: Service): readonly string[] => s.spec.clusterIPs ?? (s.spec.clusterIP ? [s.spec.clusterIP] : []);

function addressKind(s: Service, ip: string): Match['by'] | undefined {
  if (clusterIPsOf(s).includes(ip)) return 'ClusterIP';
  if (s.spec.externalIPs?.includes(ip)) return 'ExternalIP';
  if (s.status?.loadBalancer?.ingress?.some((i) => i.ip === ip && i.ipMode !== 'Proxy')) return 'LoadBalancer';
  return undefined;
}

/** Is `ip` this node's own address, as its own processes or others see it? */
function isNodeAddress(walk: Walk): boolean {
  const node = walk.node ? walk.net.reader.get('Node', '', walk.node) : undefined;
  if (walk.to.startsWith('127.')) return walk.packet.from.kind === 'node';
  return (
    walk.to === nodeIP(node) || (walk.packet.from.kind !== 'outside' && walk.net.reader.list('Node').some((n) => nodeIP(n) === walk.to))
  );
}

/** The rule that a packet meets; `declared` false: the address is a Service's, the port is not. */
function find(walk: Walk): { match?: Match; owner?: Service } {
  const { protocol } = walk.packet;
  const onNode = isNodeAddress(walk);
  let owner: Service | undefined;
  for (const service of walk.net.reader.list('Service')) {
    if (!isProxied(service)) continue;
    const by = addressKind(service, walk.to);
    if (by) {
      owner = service;
      const port = service.spec.ports?.find((p) => p.port === walk.port && (p.protocol ?? 'TCP') === protocol);
      if (port) return { match: { service, port, by } };
    } else if (onNode) {
      const port = service.spec.ports?.find((p) => p.nodePort === walk.port && (p.protocol ?? 'TCP') === protocol);
      if (port) return { match: { service, port, by: 'NodePort' } };
    }
  }
  return owner ? { owner } : {};
}

export const serviceRules: Step = (walk) => {
  if (walk.to.startsWith('127.') && walk.packet.from.kind === 'pod') return undefined;
  const { match, owner } = find(walk);
  if (!match) {
    if (owner) noRule(walk, owner);
    return undefined;
  }
  const { service, port, by } = match;
  const external = by !== 'ClusterIP';
  if (by === 'LoadBalancer' && !sourceAllowed(walk, service)) {
    walk.hops.push({
      step: 'service',
      object: nameOf(service),
      why: `the sender ${walk.packet.from.ip} is in none of spec.loadBalancerSourceRanges: dropped`,
    });
    return 'timeout';
  }
  const all = usableEndpoints(walk.net.reader, service, port, parseIP(walk.to)?.family ?? 'IPv4');
  const target = `${nameOf(service)}`;
  const rule = `${by} ${walk.to}:${walk.port}/${walk.packet.protocol}`;
  if (all.length === 0) {
    walk.hops.push({ step: 'service', object: target, rule, why: noEndpointsWhy(walk, service, port) });
    // The chain that rejects for external addresses hangs on INPUT and FORWARD, not on OUTPUT: the node's own packets leave for good.
    return external && by !== 'NodePort' && walk.packet.from.kind === 'node' ? 'timeout' : 'refused';
  }
  const chosen = allowed(walk, match, all);
  if (chosen.endpoints.length === 0) {
    walk.hops.push({ step: 'service', object: target, rule, why: `${chosen.why}: dropped` });
    return 'timeout';
  }
  const endpoint = choose(walk, match, chosen.endpoints);
  walk.hops.push({
    step: 'service',
    object: target,
    rule: `${rule} -> ${endpoint.ip}:${endpoint.port}`,
    why: `${by === 'NodePort' ? 'node port' : by} ${walk.to}:${walk.port} is port ${port.name ? JSON.stringify(port.name) : port.port} of the Service; of ${chosen.endpoints.length} endpoint${chosen.endpoints.length === 1 ? '' : 's'} ${endpoint.ip}:${endpoint.port} was chosen${chosen.why ? ` (${chosen.why})` : ''}`,
  });
  const hairpin = endpoint.ip === walk.sourceIP;
  if (hairpin || (external && !chosen.local))
    walk.sourceIP = nodeIP(walk.node ? walk.net.reader.get('Node', '', walk.node) : undefined) || walk.sourceIP;
  walk.to = endpoint.ip;
  walk.port = endpoint.port;
  return undefined;
};

function noRule(walk: Walk, owner: Service): void {
  const declared = (owner.spec.ports ?? []).map((p) => `${p.port}/${p.protocol ?? 'TCP'}`).join(', ');
  walk.hops.push({
    step: 'service',
    object: nameOf(owner),
    why:
      walk.packet.protocol === 'ICMP'
        ? `${walk.to} is an address of this Service, which exists in rules for its ports (${declared}) only: nothing answers a ping`
        : `${walk.to} is an address of this Service, but spec.ports declares ${declared} and not ${walk.port}/${walk.packet.protocol}: no rule matches`,
  });
}

function noEndpointsWhy(walk: Walk, service: Service, port: ServicePort): string {
  const selector = service.spec.selector;
  if (!selector || Object.keys(selector).length === 0)
    return 'the Service has no selector and no EndpointSlice gives it endpoints: rejected';
  const pods = walk.net.reader
    .list('Pod', { namespace: service.metadata.namespace ?? '' })
    .filter((p) => Object.entries(selector).every(([k, v]) => p.metadata.labels?.[k] === v));
  const words = Object.entries(selector)
    .map(([k, v]) => `${k}=${v}`)
    .join(',');
  if (pods.length === 0) return `no Pod has the labels of spec.selector (${words}), so the Service has no endpoints: rejected`;
  const isReady = (p: (typeof pods)[number]): boolean => !!p.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True');
  if (!pods.some(isReady))
    return `spec.selector (${words}) chooses ${pods.length} Pod${pods.length === 1 ? '' : 's'}, of which none is ready, so the Service has no endpoints: rejected`;
  return typeof port.targetPort === 'string'
    ? `no Pod of spec.selector (${words}) has a container port named "${port.targetPort}" (targetPort), so the port has no endpoints: rejected`
    : 'the Service has no endpoints: rejected';
}

function sourceAllowed(walk: Walk, service: Service): boolean {
  const ranges = service.spec.loadBalancerSourceRanges ?? [];
  // Packets of the cluster to a load balancer's address are filtered as well; the node's own are not.
  if (ranges.length === 0 || walk.packet.from.kind === 'node') return true;
  const sender = parseIP(walk.packet.from.ip);
  return ranges.some((r) => {
    const cidr = parseCIDR(r.trim());
    return cidr && sender && cidrContains(cidr, sender);
  });
}

/** The endpoints that the traffic policies leave. */
function allowed(
  walk: Walk,
  match: Match,
  all: readonly ServiceEndpoint[],
): { endpoints: readonly ServiceEndpoint[]; local: boolean; why: string } {
  const { spec } = match.service;
  const external = match.by !== 'ClusterIP';
  const localOnly = external
    ? spec.externalTrafficPolicy === 'Local' && walk.packet.from.kind === 'outside'
    : spec.internalTrafficPolicy === 'Local';
  if (!localOnly) return { endpoints: all, local: false, why: '' };
  const field = external ? 'externalTrafficPolicy' : 'internalTrafficPolicy';
  const local = all.filter((e) => e.node === walk.node);
  return {
    endpoints: local,
    local: true,
    why: `spec.${field} is Local: ${local.length} of ${all.length} endpoints are on node ${walk.node}`,
  };
}

function choose(walk: Walk, match: Match, endpoints: readonly ServiceEndpoint[]): ServiceEndpoint {
  if (match.service.spec.sessionAffinity !== 'ClientIP') return endpoints[walk.net.pick(endpoints.length)] as ServiceEndpoint;
  const key = affinityKey(walk.node ?? '', match.service, match.port, walk.packet.from.ip);
  const endpoint =
    rememberedEndpoint(walk.net, key, match.service, endpoints) ?? (endpoints[walk.net.pick(endpoints.length)] as ServiceEndpoint);
  walk.effects.push({ key, value: { endpoint: `${endpoint.ip}:${endpoint.port}`, at: walk.net.now() } });
  return endpoint;
}
