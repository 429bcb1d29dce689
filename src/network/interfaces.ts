// The interfaces and routes of Pods and nodes, as `ip` prints them: those that the cluster's CNI (kindnet: a ptp veth pair for
// each Pod, the node's end holding the first address of the node's range) and a plain Ethernet make.
import { fnv32a } from '../lib/fnv.js';
import { cidrContains, formatCIDR, formatIP, nthIP, offsetIn, parseCIDR, parseIP } from '../lib/ip.js';
import type { Node } from '../model/generated/api.js';
import { boundIPs } from './proxy/ipvs/servers.js';
import { proxyNode } from './proxy/node.js';
import { hasNetwork, type Net, nodeIP, onHostNetwork } from './net.js';

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
}

/** Who is known by which hardware address. */
export interface Neighbour {
  readonly ip: string;
  readonly device: string;
  readonly mac: string;
}

/** One network namespace. */
export interface NetNamespace {
  readonly links: readonly Link[];
  readonly routes: readonly NetRoute[];
  readonly neighbours: readonly Neighbour[];
}

const loopback: Link = {
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
function macOf(name: string): string {
  const bytes = [fnv32a(name), fnv32a(`${name}/`)].flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return [((bytes[0] as number) & 0xfc) | 2, ...bytes.slice(1, 6)].map((b) => b.toString(16).padStart(2, '0')).join(':');
}

/** The link-local address that follows from a hardware address (EUI-64). */
function linkLocal(mac: string): LinkAddress {
  const b = mac.split(':').map((x) => Number.parseInt(x, 16));
  const id = [(b[0] as number) ^ 2, b[1], b[2], 0xff, 0xfe, b[3], b[4], b[5]] as number[];
  const value = id.reduce((sum, x) => sum * 256n + BigInt(x), 0n) + (0xfe80n << 112n);
  return { ip: formatIP({ family: 'IPv6', value }), prefix: 64, scope: 'link' };
}

/** The range of `node` that holds `ip`, and the address of the node's own end in it. */
function rangeOf(node: Node | undefined, ip: string): { range: string; prefix: number; gateway: string; offset: number } | undefined {
  const address = parseIP(ip);
  if (!address) return undefined;
  const ranges = node?.spec?.podCIDRs ?? (node?.spec?.podCIDR ? [node.spec.podCIDR] : []);
  for (const text of ranges) {
    const cidr = parseCIDR(text);
    if (cidr && cidrContains(cidr, address))
      return { range: formatCIDR(cidr), prefix: cidr.prefix, gateway: formatIP(nthIP(cidr, 1)), offset: Number(offsetIn(cidr, address)) };
  }
  return undefined;
}

const familyNumber = (ip: string): 4 | 6 => (ip.includes(':') ? 6 : 4);

/** Number of the node's end of a Pod's pair: pairs are made in the order in which addresses are given out. */
const vethIndex = (offset: number): number => offset + 2;
const vethName = (ip: string): string => `veth${fnv32a(ip).toString(16).padStart(8, '0')}`;

function broadcastOf(range: string): { broadcast: string } | undefined {
  const cidr = parseCIDR(range);
  if (!cidr || cidr.family === 'IPv6' || cidr.prefix > 30) return undefined;
  return { broadcast: formatIP(nthIP(cidr, (1n << BigInt(32 - cidr.prefix)) - 1n)) };
}

/** A Pod's own network namespace. */
export function podNamespace(ips: readonly string[], node: Node | undefined): NetNamespace {
  const places = ips.flatMap((ip) => {
    const range = rangeOf(node, ip);
    return range ? [{ ip, ...range }] : [];
  });
  const first = places[0];
  if (!first) return { links: [loopback], routes: [], neighbours: [] };
  const mac = macOf(first.ip);
  const eth0: Link = {
    index: 2,
    name: 'eth0',
    peer: vethIndex(first.offset),
    loopback: false,
    up: true,
    mtu: 1500,
    qdisc: 'noqueue',
    mac,
    addresses: [
      ...places.map((p): LinkAddress => ({ ip: p.ip, prefix: p.prefix, scope: 'global', ...broadcastOf(p.range) })),
      linkLocal(mac),
    ],
  };
  return {
    links: [loopback, eth0],
    routes: places.flatMap(({ ip, range, gateway }): NetRoute[] => {
      const own = { family: familyNumber(ip), device: 'eth0' } as const;
      return [
        { ...own, to: 'default', via: gateway },
        { ...own, to: range, via: gateway, source: ip },
        { ...own, to: gateway, scope: 'link', source: ip },
      ];
    }),
    neighbours: places.map((p) => ({ ip: p.gateway, device: 'eth0', mac: macOf(vethName(first.ip)) })),
  };
}

/** The network that the nodes share, and the router of it. */
const nodeNetwork = '172.30.0.0/16';
const nodeRouter = '172.30.1.1';

/** A node's own network namespace: its Ethernet, and one end of a pair for each of its Pods. */
export function nodeNamespace(net: Net, node: Node): NetNamespace {
  const own = nodeIP(node);
  const pods = net.reader
    .list('Pod')
    .filter((p) => p.spec.nodeName === node.metadata.name && hasNetwork(p) && !onHostNetwork(p))
    .flatMap((p) => {
      const ip = p.status?.podIP ?? '';
      const range = rangeOf(node, ip);
      return range ? [{ ip, gateway: range.gateway, index: vethIndex(range.offset) }] : [];
    })
    .sort((a, b) => a.index - b.index);
  const mac = macOf(own);
  const eth0: Link = {
    index: 2,
    name: 'eth0',
    loopback: false,
    up: true,
    mtu: 1500,
    qdisc: 'fq_codel',
    mac,
    addresses: [{ ip: own, prefix: 16, scope: 'global', ...broadcastOf(nodeNetwork) }, linkLocal(mac)],
  };
  const veths = pods.map((p): Link => {
    const name = vethName(p.ip);
    return {
      index: p.index,
      name,
      peer: 2,
      loopback: false,
      up: true,
      mtu: 1500,
      qdisc: 'noqueue',
      mac: macOf(name),
      addresses: [{ ip: p.gateway, prefix: 32, scope: 'global' }, linkLocal(macOf(name))],
    };
  });
  const others = net.reader.list('Node').filter((n) => n.metadata.name !== node.metadata.name && nodeIP(n) !== '');
  const routes: NetRoute[] = [
    { family: 4, to: 'default', via: nodeRouter, device: 'eth0' },
    ...others.flatMap((n) =>
      (n.spec?.podCIDRs ?? []).filter((r) => !r.includes(':')).map((to): NetRoute => ({ family: 4, to, via: nodeIP(n), device: 'eth0' })),
    ),
    ...pods.map((p): NetRoute => ({ family: 4, to: p.ip, device: vethName(p.ip), scope: 'host' })),
    { family: 4, to: nodeNetwork, device: 'eth0', kernel: true, scope: 'link', source: own },
  ];
  return {
    links: [loopback, eth0, ...veths, ...virtualServers(net, node, veths)],
    routes: routes.sort((a, b) => orderOf(a.to) - orderOf(b.to)),
    neighbours: [
      ...others.map((n) => ({ ip: nodeIP(n), device: 'eth0', mac: macOf(nodeIP(n)) })),
      ...pods.map((p) => ({ ip: p.ip, device: vethName(p.ip), mac: macOf(p.ip) })),
    ],
  };
}

/** In ipvs mode, kube-proxy makes an interface that holds the Services' addresses, so that their packets come in to the node. */
function virtualServers(net: Net, node: Node, veths: readonly Link[]): Link[] {
  const proxy = proxyNode(net.reader, node.metadata.name);
  if (proxy?.settings.mode !== 'ipvs') return [];
  return [
    {
      index: Math.max(2, ...veths.map((v) => v.index)) + 1,
      name: 'kube-ipvs0',
      loopback: false,
      dummy: true,
      up: false,
      mtu: 1500,
      qdisc: 'noop',
      mac: macOf(`kube-ipvs0 ${node.metadata.name}`),
      addresses: boundIPs(proxy).map((ip) => ({ ip, prefix: ip.includes(':') ? 128 : 32, scope: 'global' })),
    },
  ];
}

/** The kernel lists routes by address, the default first. */
const orderOf = (to: string): number => {
  if (to === 'default') return -1;
  const ip = parseIP(to.split('/')[0] as string);
  return ip && ip.family === 'IPv4' ? Number(ip.value) : Number.MAX_SAFE_INTEGER;
};

/** A machine outside the cluster, on the nodes' network. */
export function outsideNamespace(ip: string): NetNamespace {
  const mac = macOf(ip);
  return {
    links: [
      loopback,
      {
        index: 2,
        name: 'eth0',
        loopback: false,
        up: true,
        mtu: 1500,
        qdisc: 'fq_codel',
        mac,
        addresses: [{ ip, prefix: 16, scope: 'global', ...broadcastOf(nodeNetwork) }, linkLocal(mac)],
      },
    ],
    routes: [
      { family: 4, to: 'default', via: nodeRouter, device: 'eth0' },
      { family: 4, to: nodeNetwork, device: 'eth0', kernel: true, scope: 'link', source: ip },
    ],
    neighbours: [],
  };
}
