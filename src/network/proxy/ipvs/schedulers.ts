// How the kernel chooses among a virtual server's destinations, all of which kube-proxy gives the weight 1. Mirrors net/netfilter/ipvs/ip_vs_*.c.
import { parseIP } from '../../../lib/ip.js';
import type { Chance, NodePacket } from '../verdict.js';

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

export const schedule = (name: string, ...of: Parameters<Scheduler>): number => (schedulers[name] ?? inTurn)(...of);
