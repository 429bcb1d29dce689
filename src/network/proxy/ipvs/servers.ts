// The virtual servers that kube-proxy gives the kernel in ipvs mode, and their destinations. Mirrors syncProxyRules and syncEndpoint of pkg/proxy/ipvs/proxier.go.
import { type IPFamily, familyOf } from '../../../lib/ip.js';
import { nodePortCIDRs, nodePortIPs, type ProxyNode } from '../node.js';
import { categorize, endpointText, type ProxyEndpoint, type ProxyPort, proxyPorts } from '../port.js';
import type { ProxiedService } from '../service-table.js';
import type { Matched } from '../verdict.js';

export interface VirtualServer {
  /** "TCP 10.96.0.1:443": what its counters and memories are kept by. */
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly of: ProxyPort;
  readonly by: Matched['by'];
  readonly scheduler: string;
  /** Seconds that a client is sent to the same destination. */
  readonly persistent: number | undefined;
  /** Is traffic held to this node's endpoints? */
  readonly local: boolean;
  /** It should be held to this node's endpoints, has none, and is sent to others: only some senders get their answers. */
  readonly strays: boolean;
  /** Has the Service endpoints anywhere? */
  readonly any: boolean;
  readonly destinations: readonly ProxyEndpoint[];
}

const kept = new WeakMap<ProxiedService, Map<string, readonly VirtualServer[]>>();

/** Those of one Service, in the order in which kube-proxy makes them. */
export function virtualServers(node: ProxyNode, entry: ProxiedService, family: IPFamily): readonly VirtualServer[] {
  const key = `${family} ${node.name} ${node.zone} ${nodeIPs(node, family)} ${node.settings.scheduler}`;
  let byNode = kept.get(entry);
  if (!byNode) kept.set(entry, (byNode = new Map()));
  let found = byNode.get(key);
  if (!found) byNode.set(key, (found = proxyPorts(entry, family).flatMap((port) => serversOf(node, port, family))));
  return found;
}

function serversOf(node: ProxyNode, port: ProxyPort, family: IPFamily): VirtualServer[] {
  const { cluster, local, any } = categorize(port, node.name, node.zone);
  const server = (ip: string, number: number, by: Matched['by'], held: boolean): VirtualServer => {
    // Without local endpoints it gets all that other addresses of the Service may lead to, for the sake of the node's own Pods.
    const none = held && local.length === 0;
    const destinations = held && !none ? local : cluster;
    return {
      name: `${port.protocol} ${endpointText({ ip, port: number })}`,
      ip,
      port: number,
      of: port,
      by,
      scheduler: node.settings.scheduler || 'rr',
      persistent: port.affinitySeconds,
      local: held && !none,
      strays: none && destinations.length > 0,
      any,
      destinations,
    };
  };
  const { externalLocal } = port;
  return [
    server(port.clusterIP, port.port.port, 'ClusterIP', port.internalLocal),
    ...port.externalIPs.map((ip) => server(ip, port.port.port, 'ExternalIP', externalLocal)),
    ...port.loadBalancerIPs.map((ip) => server(ip, port.port.port, 'LoadBalancer', externalLocal)),
    ...(port.nodePort === 0 ? [] : nodeIPs(node, family).map((ip) => server(ip, port.nodePort, 'NodePort', externalLocal))),
  ];
}

/** Loopback addresses take no node ports in this mode; where ranges are given, those of the node's interface kube-ipvs0 that are in them do. */
export function nodeIPs(node: ProxyNode, family: IPFamily): readonly string[] {
  const cidrs = nodePortCIDRs(node, family, 'all');
  if (cidrs === 'all') return [...node.ips, ...node.gateways].filter((ip) => familyOf(ip) === family);
  return nodePortIPs({ ...node, ips: [...node.ips, ...boundIPs(node, family)] }, family, cidrs);
}

/** The addresses that kube-ipvs0 holds, so that their packets come in at all. */
export function boundIPs(node: ProxyNode, family: IPFamily): string[] {
  const ports = node.table.all().flatMap((entry) => proxyPorts(entry, family));
  const found = ports.flatMap((p) => [p.clusterIP, ...p.externalIPs, ...p.loadBalancerIPs]);
  return [...new Set(found)].filter((ip) => !node.ips.includes(ip));
}
