// What service rules come to, worked out from Services and slices alone, without any rule: what each mode does for declared ports.
// The laws compare the modes' rules with it. Mirrors pkg/proxy/topology.go.
import { isFromPods, podMatch } from '../../src/network/proxy/pod-traffic.js';
import { cidrContains, familyOf, parseCIDR, parseIP } from '../../src/lib/ip.js';
import { isLocal, primaryIP, type ProxyNode } from '../../src/network/proxy/node.js';
import { categorize, endpointText, type ProxyEndpoint, type ProxyPort, proxyPorts } from '../../src/network/proxy/port.js';
import { type Chance, type Matched, type NodePacket, passed, portKey, type Walker } from '../../src/network/proxy/verdict.js';

export const arithmetic: Walker = (node, packet, chance) => {
  const found = find(node, packet);
  if (!found) return passed;
  const { port, by } = found;
  const match: Matched = { service: port.service, port: port.port, by };
  const external = by !== 'ClusterIP';
  if (by === 'LoadBalancer' && !sourceAllowed(node, port, packet))
    return { kind: 'drop', match, masquerade: false, rules: () => [], because: 'source-range' };
  const { cluster, local, any } = categorize(port, node.name, node.zone);
  const held = external ? port.externalLocal && !isShortCircuited(node, packet) : port.internalLocal;
  const endpoints = held ? local : cluster;
  if (!any) {
    // The chain that rejects for external addresses hangs on INPUT and FORWARD, not on OUTPUT: the node's own packets leave for good.
    const lost = external && by !== 'NodePort' && packet.hook === 'output';
    return { kind: lost ? 'pass' : 'reject', match, masquerade: false, rules: () => [], because: 'no-endpoints' };
  }
  if (endpoints.length === 0) return { kind: 'drop', match, masquerade: false, rules: () => [], because: 'no-local-endpoints' };
  const { endpoint, remembered } = choose(port, packet, endpoints, chance);
  return {
    kind: 'dnat',
    match,
    endpoint,
    masquerade: leaves(node, packet, endpoint) && (endpoint.ip === packet.source || isForeign(node, packet, port, external)),
    rules: () => [],
    choice: { of: endpoints.length, local: held, remembered },
  };
};

/** Senders of the cluster reach external addresses as if they had come from outside the nodes' policies. */
const isShortCircuited = (node: ProxyNode, packet: NodePacket): boolean => isPod(node, packet) || packet.hook === 'output';

/** What comes in from outside for the machine itself is answered by it, whoever sent it. */
const leaves = (node: ProxyNode, packet: NodePacket, to: ProxyEndpoint): boolean => packet.hook === 'output' || !isLocal(node, to.ip);

/** Does its answer have to come back this way? */
function isForeign(node: ProxyNode, packet: NodePacket, port: ProxyPort, external: boolean): boolean {
  if (external) return !port.externalLocal || isLocal(node, packet.source);
  const knowsPods = podMatch(node, familyOf(packet.to) ?? 'IPv4') !== undefined;
  return node.settings.masqueradeAll || (knowsPods && !isPod(node, packet));
}

const isPod = (node: ProxyNode, packet: NodePacket): boolean => {
  const pods = podMatch(node, familyOf(packet.to) ?? 'IPv4');
  return !!pods && isFromPods(pods, packet);
};

function find(node: ProxyNode, packet: NodePacket): { port: ProxyPort; by: Matched['by'] } | undefined {
  const family = familyOf(packet.to) ?? 'IPv4';
  for (const entry of node.table.at(packet.to))
    for (const port of proxyPorts(entry, family)) {
      if (port.port.port !== packet.port || port.protocol !== packet.protocol) continue;
      if (port.clusterIP === packet.to) return { port, by: 'ClusterIP' };
      return { port, by: port.externalIPs.includes(packet.to) ? 'ExternalIP' : 'LoadBalancer' };
    }
  if (!isLocal(node, packet.to)) return undefined;
  for (const entry of node.table.onNodePort(packet.port))
    for (const port of proxyPorts(entry, family))
      if (port.nodePort === packet.port && port.protocol === packet.protocol) return { port, by: 'NodePort' };
  return undefined;
}

/** An address that the machine itself may use may use itself, being local to some. */
function sourceAllowed(node: ProxyNode, port: ProxyPort, packet: NodePacket): boolean {
  if (port.sourceRanges.length === 0) return true;
  const allows = (ip: string | undefined): boolean => {
    const sender = parseIP(ip ?? '');
    return port.sourceRanges.some((r) => {
      const cidr = parseCIDR(r);
      return !!cidr && !!sender && cidrContains(cidr, sender);
    });
  };
  return allows(packet.source) || (port.loadBalancerIPs.includes(packet.source) && allows(primaryIP(node, familyOf(packet.to) ?? 'IPv4')));
}

function choose(
  port: ProxyPort,
  packet: NodePacket,
  endpoints: readonly ProxyEndpoint[],
  chance: Chance,
): { endpoint: ProxyEndpoint; remembered: boolean } {
  const before = port.affinitySeconds === undefined ? undefined : chance.remembered(portKey(port), packet.source, port.affinitySeconds);
  const kept = endpoints.find((e) => endpointText(e) === before);
  return { endpoint: kept ?? (endpoints[chance.pick(endpoints.length)] as ProxyEndpoint), remembered: kept !== undefined };
}
