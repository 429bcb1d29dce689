// What a node in ipvs mode does with a packet. The Services' addresses are the node's own there (interface kube-ipvs0): what no virtual server
// takes comes in to the machine, where iptables rejects it. Mirrors pkg/proxy/ipvs with the kernel's ip_vs_core.c.
import { isFromPods, podMatch } from '../pod-traffic.js';
import { cidrContains, parseCIDR, parseIP } from '../../../lib/ip.js';
import { isLocal, primaryIP, type ProxyNode } from '../node.js';
import { endpointText, type ProxyPort, proxyPorts } from '../port.js';
import { type Chance, familyOfPacket, type NodePacket, passed, type Verdict, type Walker } from '../verdict.js';
import { destinationLine, serverLine } from './list.js';
import { nodeIPs, type VirtualServer, virtualServers } from './servers.js';

export const ipvsWalk: Walker = (node, packet, chance) => {
  const server = serverFor(node, packet);
  if (!server) return unserved(node, packet);
  const match = { service: server.of.service, port: server.of.port, by: server.by };
  const common = { match, masquerade: false, rules: () => [serverLine(server)] };
  const walled = server.by === 'LoadBalancer' ? sourceRule(node, packet, server.of) : undefined;
  if (walled) return { ...common, kind: 'drop', rules: () => [walled], because: 'source-range' };
  if (server.destinations.length === 0) return { ...common, kind: 'reject', because: server.any ? 'no-local-endpoints' : 'no-endpoints' };
  if (server.strays && !isAnswered(node, packet, server)) return { ...common, kind: 'drop', because: 'no-local-endpoints' };
  const { index, remembered } = choose(server, packet, chance);
  const endpoint = server.destinations[index] as VirtualServer['destinations'][number];
  // With what it counts before this packet.
  const destination = destinationLine(endpointText(endpoint), chance.connections(server.name, endpointText(endpoint))).trimEnd();
  return {
    ...common,
    kind: 'dnat',
    endpoint,
    // What comes in from outside for a process of the machine leaves it no more.
    masquerade:
      (packet.hook === 'output' || !isLocal(node, endpoint.ip)) &&
      (isMasqueraded(node, packet, server) || (endpoint.ip === packet.source && endpoint.node === node.name)),
    rules: () => [serverLine(server), destination],
    choice: { of: server.destinations.length, local: server.local, remembered },
    server: { name: server.name },
  };
};

function serverFor(node: ProxyNode, packet: NodePacket): VirtualServer | undefined {
  const family = familyOfPacket(packet);
  const fits = (s: VirtualServer): boolean => s.ip === packet.to && s.port === packet.port && s.of.protocol === packet.protocol;
  for (const entry of node.table.at(packet.to)) {
    const found = virtualServers(node, entry, family).find(fits);
    if (found) return found;
  }
  if (!nodeIPs(node, family).includes(packet.to)) return undefined;
  for (const entry of node.table.onNodePort(packet.port)) {
    const found = virtualServers(node, entry, family).find(fits);
    if (found) return found;
  }
  return undefined;
}

const closedToHost =
  '-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT --reject-with icmp-port-unreachable';

/** Through a Service's address nobody reaches the machine itself: neither another port nor a ping. */
function unserved(node: ProxyNode, packet: NodePacket): Verdict {
  const family = familyOfPacket(packet);
  const isBound = !isLocal(node, packet.to) && node.table.at(packet.to).some((entry) => proxyPorts(entry, family).length > 0);
  return isBound ? { kind: 'reject', masquerade: false, rules: () => [closedToHost], because: 'invalid-port' } : passed;
}

function contains(cidrs: readonly string[], ip: string): boolean {
  const address = parseIP(ip);
  return cidrs.some((text) => {
    const cidr = parseCIDR(text);
    return !!cidr && !!address && cidrContains(cidr, address);
  });
}

const isPod = (node: ProxyNode, packet: NodePacket): boolean => {
  const pods = podMatch(node, familyOfPacket(packet));
  return !!pods && isFromPods(pods, packet);
};

/** The rule that keeps a sender from a load balancer's address; undefined: none does. */
function sourceRule(node: ProxyNode, packet: NodePacket, port: ProxyPort): string | undefined {
  if (port.sourceRanges.length === 0) return undefined;
  const fromNode = contains(port.sourceRanges, primaryIP(node, familyOfPacket(packet)) ?? '');
  // The machine's own packets to an address of its own have that address as their source.
  if (packet.hook === 'output' || packet.source === packet.to)
    return fromNode
      ? undefined
      : `-A KUBE-IPVS-OUT-FILTER -s ${packet.to}/32 -m ipvs --vaddr ${packet.to} --vproto ${port.protocol.toLowerCase()} --vport ${port.port.port} -j DROP`;
  return contains(port.sourceRanges, packet.source) ? undefined : '-A KUBE-SOURCE-RANGES-FIREWALL -j DROP';
}

/** Sent to another node's endpoint under its own address, a sender is answered by the endpoint itself: who is on this node gets that put right. */
const isAnswered = (node: ProxyNode, packet: NodePacket, server: VirtualServer): boolean =>
  isPod(node, packet) || (packet.hook === 'output' && server.by === 'NodePort');

function isMasqueraded(node: ProxyNode, packet: NodePacket, server: VirtualServer): boolean {
  if (server.by !== 'ClusterIP') return !server.of.externalLocal;
  // Without a range to know Pods by, only the machine's own packets are: they leave with the virtual address as their source.
  return node.settings.masqueradeAll || (podMatch(node, familyOfPacket(packet)) ? !isPod(node, packet) : packet.hook === 'output');
}

function choose(server: VirtualServer, packet: NodePacket, chance: Chance): { index: number; remembered: boolean } {
  const texts = server.destinations.map(endpointText);
  const before = server.persistent === undefined ? undefined : chance.remembered(server.name, packet.source, server.persistent);
  const kept = before === undefined ? -1 : texts.indexOf(before);
  if (kept >= 0) return { index: kept, remembered: true };
  return { index: schedule(server.scheduler, texts, server.name, packet, chance), remembered: false };
}

// How the kernel chooses among a virtual server's destinations, all of which kube-proxy gives the weight 1. Mirrors net/netfilter/ipvs/ip_vs_*.c.

/** The index of one of `destinations` ("ip:port", at least one). */
type Scheduler = (destinations: readonly string[], server: string, packet: NodePacket, chance: Chance) => number;

const inTurn: Scheduler = (destinations, server, _, chance) => chance.connections(server) % destinations.length;

/** Connections that were closed lately count, too. */
const fewest: Scheduler = (destinations, server, _, chance) => {
  const counts = destinations.map((d) => chance.connections(server, d));
  return counts.indexOf(Math.min(...counts));
};

/** Only open connections count: here each is closed before the next one comes, so all are idle, and the first of the idle ones is taken. */
const firstIdle: Scheduler = () => 0;

const random: Scheduler = (destinations, _server, _packet, chance) => chance.pick(destinations.length);

/** The kernel's table of 256 buckets, dealt out to the destinations in turn. */
const byHashOf =
  (address: (packet: NodePacket) => string): Scheduler =>
  (destinations, _, packet) =>
    hash(address(packet)) % destinations.length;

/** hash_32() with eight bits, of the address folded to 32 bits. */
function hash(ip: string): number {
  let folded = 0;
  for (let value = parseIP(ip)?.value ?? 0n; value > 0n; value >>= 32n) folded ^= Number(value & 0xffffffffn);
  return Math.imul(folded, 0x61c88647) >>> 24;
}

const schedulers: Readonly<Record<string, Scheduler>> = {
  rr: inTurn,
  wrr: inTurn,
  lc: fewest,
  wlc: fewest,
  sed: firstIdle,
  nq: firstIdle,
  // These keep a destination address on the server that it once got.
  lblc: firstIdle,
  lblcr: firstIdle,
  sh: byHashOf((p) => p.source),
  dh: byHashOf((p) => p.to),
  // kube-proxy has it look at the sender's port, too, which is another one for each connection.
  mh: random,
};

const schedule = (name: string, ...of: Parameters<Scheduler>): number => (schedulers[name] ?? inTurn)(...of);
