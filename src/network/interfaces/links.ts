// Interfaces, routes and neighbours of one network namespace, and what all of them are made with: addresses, names.
import { podRanges } from '../net.js';
import { fnv32a } from '../../lib/fnv.js';
import { cidrContains, formatCIDR, formatIP, nthIP, offsetIn, parseCIDR, parseIP } from '../../lib/ip.js';
import type { Node } from '../../model/generated/api.js';

export interface LinkAddress {
  readonly ip: string;
  readonly prefix: number;
  readonly scope: 'host' | 'global' | 'link';
  readonly broadcast?: string;
}

export interface Link {
  readonly index: number;
  readonly name: string;
  /** Number of the interface at the other end of a pair, in another network namespace. */
  readonly peer?: number;
  readonly loopback: boolean;
  /** It only holds addresses, and was never brought up. */
  readonly dummy?: true;
  /** The bridge that it is a port of. */
  readonly master?: string;
  /** A tunnel: the kernel cannot say whether it is up, and it has no queue. */
  readonly tunnel?: true;
  readonly up: boolean;
  readonly mtu: number;
  readonly qdisc: string;
  readonly mac: string;
  readonly addresses: readonly LinkAddress[];
}

export interface NetRoute {
  readonly family: 4 | 6;
  /** "default", a range, or one address. */
  readonly to: string;
  readonly via?: string;
  readonly device: string;
  /** The kernel made it with the address. */
  readonly kernel?: boolean;
  readonly scope?: 'link' | 'host';
  readonly source?: string;
  /** `via` is reached by the device although no range of it holds the address. */
  readonly onlink?: true;
}

/** Who is known by which hardware address. */
export interface Neighbour {
  readonly ip: string;
  readonly device: string;
  readonly mac: string;
  /** It forwards for others, as neighbours of IPv6 say of themselves. */
  readonly router?: true;
  /** A program wrote it down; nobody asks for it. */
  readonly permanent?: true;
}

/** One network namespace. */
export interface NetNamespace {
  readonly links: readonly Link[];
  readonly routes: readonly NetRoute[];
  readonly neighbours: readonly Neighbour[];
}

export const loopback: Link = {
  index: 1,
  name: 'lo',
  loopback: true,
  up: true,
  mtu: 65536,
  qdisc: 'noqueue',
  mac: '00:00:00:00:00:00',
  addresses: [
    { ip: '127.0.0.1', prefix: 8, scope: 'host' },
    { ip: '::1', prefix: 128, scope: 'host' },
  ],
};

/** A hardware address that is always the same for the same name: locally administered, as the kernel makes them. */
export function macOf(name: string): string {
  const bytes = [fnv32a(name), fnv32a(`${name}/`)].flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return [((bytes[0] as number) & 0xfc) | 2, ...bytes.slice(1, 6)].map((b) => b.toString(16).padStart(2, '0')).join(':');
}

/** The link-local address that follows from a hardware address (EUI-64). */
export function linkLocal(mac: string): LinkAddress {
  const b = mac.split(':').map((x) => Number.parseInt(x, 16));
  const id = [(b[0] as number) ^ 2, b[1], b[2], 0xff, 0xfe, b[3], b[4], b[5]] as number[];
  const value = id.reduce((sum, x) => sum * 256n + BigInt(x), 0n) + (0xfe80n << 112n);
  return { ip: formatIP({ family: 'IPv6', value }), prefix: 64, scope: 'link' };
}

/** The part of a node's range that an address is in. */
export interface PodRange {
  readonly range: string;
  readonly prefix: number;
  /** The node's own address in it. */
  readonly gateway: string;
  readonly offset: number;
}

/** The range of `node` that holds `ip`, and the address of the node's own end in it. */
export function rangeOf(node: Node | undefined, ip: string): PodRange | undefined {
  const address = parseIP(ip);
  if (!address) return undefined;
  for (const text of podRanges(node)) {
    const cidr = parseCIDR(text);
    if (cidr && cidrContains(cidr, address))
      return { range: formatCIDR(cidr), prefix: cidr.prefix, gateway: formatIP(nthIP(cidr, 1)), offset: Number(offsetIn(cidr, address)) };
  }
  return undefined;
}

export const familyNumber = (ip: string): 4 | 6 => (ip.includes(':') ? 6 : 4);

/** The node's end of a Pod's pair. */
export const vethName = (ip: string): string => `veth${fnv32a(ip).toString(16).padStart(8, '0')}`;

export function broadcastOf(range: string): { broadcast: string } | undefined {
  const cidr = parseCIDR(range);
  if (!cidr || cidr.family === 'IPv6' || cidr.prefix > 30) return undefined;
  return { broadcast: formatIP(nthIP(cidr, (1n << BigInt(32 - cidr.prefix)) - 1n)) };
}
