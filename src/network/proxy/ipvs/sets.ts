// The address sets (ipset) that kube-proxy's few iptables rules ask in ipvs mode. Mirrors ipset.go and syncProxyRules of pkg/proxy/ipvs.
import { cidrContains, formatCIDR, type IPFamily, parseCIDR, parseIP } from '../../../lib/ip.js';
import { type ProxyNode, primaryIP } from '../node.js';
import { type ProxyPort, proxyPorts } from '../port.js';
import { boundIPs, nodeIPs } from './servers.js';

export type SetType = 'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip' | 'hash:ip,port,net' | 'bitmap:port';

export interface IPSet {
  readonly name: string;
  readonly family: IPFamily;
  readonly type: SetType;
  /** What the rules that ask it say that it is for. */
  readonly comment: string;
  /** "10.96.0.1,tcp:443", "30080" ... */
  readonly members: readonly string[];
}

/** Of each set, its name for IPv4, its type, and its comment. */
const kinds = {
  loopBack: ['KUBE-LOOP-BACK', 'hash:ip,port,ip', 'Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose'],
  clusterIP: ['KUBE-CLUSTER-IP', 'hash:ip,port', 'Kubernetes service cluster ip + port for masquerade purpose'],
  externalIP: ['KUBE-EXTERNAL-IP', 'hash:ip,port', 'Kubernetes service external ip + port for masquerade and filter purpose'],
  externalIPLocal: ['KUBE-EXTERNAL-IP-LOCAL', 'hash:ip,port', 'Kubernetes service external ip + port with externalTrafficPolicy=local'],
  loadBalancer: ['KUBE-LOAD-BALANCER', 'hash:ip,port', 'Kubernetes service lb portal'],
  firewall: ['KUBE-LOAD-BALANCER-FW', 'hash:ip,port', 'Kubernetes service load balancer ip + port for load balancer with sourceRange'],
  loadBalancerLocal: [
    'KUBE-LOAD-BALANCER-LOCAL',
    'hash:ip,port',
    'Kubernetes service load balancer ip + port with externalTrafficPolicy=local',
  ],
  sourceIP: [
    'KUBE-LOAD-BALANCER-SOURCE-IP',
    'hash:ip,port,ip',
    'Kubernetes service load balancer ip + port + source IP for packet filter purpose',
  ],
  sourceCIDR: [
    'KUBE-LOAD-BALANCER-SOURCE-CIDR',
    'hash:ip,port,net',
    'Kubernetes service load balancer ip + port + source cidr for packet filter purpose',
  ],
  nodePortTCP: ['KUBE-NODE-PORT-TCP', 'bitmap:port', 'Kubernetes nodeport TCP port for masquerade purpose'],
  nodePortLocalTCP: ['KUBE-NODE-PORT-LOCAL-TCP', 'bitmap:port', 'Kubernetes nodeport TCP port with externalTrafficPolicy=local'],
  nodePortUDP: ['KUBE-NODE-PORT-UDP', 'bitmap:port', 'Kubernetes nodeport UDP port for masquerade purpose'],
  nodePortLocalUDP: ['KUBE-NODE-PORT-LOCAL-UDP', 'bitmap:port', 'Kubernetes nodeport UDP port with externalTrafficPolicy=local'],
  nodePortSCTP: [
    'KUBE-NODE-PORT-SCTP-HASH',
    'hash:ip,port',
    "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'",
  ],
  nodePortLocalSCTP: [
    'KUBE-NODE-PORT-LOCAL-SCTP-HASH',
    'hash:ip,port',
    "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'",
  ],
  healthCheck: ['KUBE-HEALTH-CHECK-NODE-PORT', 'bitmap:port', 'Kubernetes health check node port'],
  addresses: ['KUBE-IPVS-IPS', 'hash:ip', 'Addresses on the ipvs interface'],
} as const satisfies Record<string, readonly [string, SetType, string]>;

export type SetName = keyof typeof kinds;

/** A load balancer's address that the node itself may not use. */
export interface Forbidden {
  readonly ip: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
  readonly of: ProxyPort;
}

export interface Sets {
  readonly byName: Readonly<Record<SetName, IPSet>>;
  readonly forbidden: readonly Forbidden[];
}

/** The kernel takes no longer names. */
const longest = 31;
const nameOf = (name: string, family: IPFamily): string => (family === 'IPv6' ? name.replace('KUBE-', 'KUBE-6-') : name).slice(0, longest);

export function ipSets(node: ProxyNode, family: IPFamily): Sets {
  const members = new Map<SetName, Set<string>>(Object.keys(kinds).map((name) => [name as SetName, new Set()]));
  const add = (set: SetName, member: string): unknown => members.get(set)?.add(member);
  const forbidden: Forbidden[] = [];
  for (const entry of node.table.all()) for (const port of proxyPorts(entry, family)) forbidden.push(...addPort(node, family, port, add));
  for (const ip of boundIPs(node, family)) add('addresses', ip);
  const sets = (Object.keys(kinds) as SetName[]).map((set): [SetName, IPSet] => {
    const [name, type, comment] = kinds[set];
    return [set, { name: nameOf(name, family), family, type, comment, members: [...(members.get(set) ?? [])].sort(byNumber) }];
  });
  return { byName: Object.fromEntries(sets) as Record<SetName, IPSet>, forbidden };
}

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function addPort(node: ProxyNode, family: IPFamily, port: ProxyPort, add: (set: SetName, member: string) => unknown): Forbidden[] {
  const protocol = port.protocol.toLowerCase() as Forbidden['protocol'];
  const at = (ip: string): string => `${ip},${protocol}:${port.port.port}`;
  for (const e of port.endpoints) if (e.node === node.name) add('loopBack', `${e.ip},${protocol}:${e.port},${e.ip}`);
  add('clusterIP', at(port.clusterIP));
  for (const ip of port.externalIPs) add(port.externalLocal ? 'externalIPLocal' : 'externalIP', at(ip));
  for (const ip of port.loadBalancerIPs) {
    add('loadBalancer', at(ip));
    if (port.externalLocal) add('loadBalancerLocal', at(ip));
    if (port.sourceRanges.length > 0) add('firewall', at(ip));
    for (const range of port.sourceRanges) add('sourceCIDR', `${at(ip)},${rangeText(range)}`);
  }
  const walled = port.sourceRanges.length > 0 && !allowsNode(node, family, port);
  if (port.sourceRanges.length > 0 && !walled) for (const ip of port.loadBalancerIPs) add('sourceIP', `${at(ip)},${ip}`);
  const ips = nodeIPs(node, family);
  if (port.nodePort === 0 || ips.length > 0) {
    if (port.nodePort !== 0) {
      const entries = protocol === 'sctp' ? ips.map((ip) => `${ip},sctp:${port.nodePort}`) : [String(port.nodePort)];
      for (const e of entries) add(`nodePort${port.protocol}`, e);
      if (port.externalLocal) for (const e of entries) add(`nodePortLocal${port.protocol}`, e);
    }
    const { spec } = port.service;
    if (spec.type === 'LoadBalancer' && port.externalLocal && spec.healthCheckNodePort)
      add('healthCheck', String(spec.healthCheckNodePort));
  }
  return walled ? port.loadBalancerIPs.map((ip) => ({ ip, protocol, port: port.port.port, of: port })) : [];
}

/** A range of one address is told as the address. */
function rangeText(range: string): string {
  const cidr = parseCIDR(range);
  return cidr ? formatCIDR(cidr).replace(cidr.family === 'IPv4' ? /\/32$/ : /\/128$/, '') : range;
}

function allowsNode(node: ProxyNode, family: IPFamily, port: ProxyPort): boolean {
  const own = parseIP(primaryIP(node, family) ?? '');
  return port.sourceRanges.some((range) => {
    const cidr = parseCIDR(range);
    return !!cidr && !!own && cidrContains(cidr, own);
  });
}
