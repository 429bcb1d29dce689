// The interfaces and routes of Pods, nodes and machines outside, as `ip` prints them: a plain Ethernet, and what the cluster's network plugin adds.
import { lastIP, parseCIDR, parseIP } from '../../lib/ip.js';
import type { ClusterConfig } from '../../model/config.js';
import type { Node } from '../../model/generated/api.js';
import { hasNetwork, isIPv6, type Net, nodeIP, nodeIPs, onHostNetwork } from '../net.js';
import { boundIPs } from '../proxy/ipvs/servers.js';
import { ofMode, proxyNode } from '../proxy/node.js';
import { flannel } from './flannel.js';
import { kindnet } from './kindnet.js';
import {
  broadcastOf,
  familyNumber,
  type Link,
  type LinkAddress,
  linkLocal,
  loopback,
  macOf,
  type NetNamespace,
  type NetRoute,
  rangeOf,
} from './links.js';
import type { PluginWiring, PodPlace } from './plugin.js';

export type { Link, LinkAddress, NetNamespace, NetRoute } from './links.js';

type Config = Pick<ClusterConfig, 'cni' | 'podCIDRs'>;

const wirings: Readonly<Record<NonNullable<Config['cni']>, PluginWiring>> = { kindnet, flannel };
const wiringOf = ({ cni = 'kindnet' }: Config): PluginWiring => wirings[cni];

/** The interface of a node that a packet from this address comes in by. */
export function arrivalDevice({ reader, config }: Net, node: string, source: string): string {
  const plugin = wiringOf(config);
  if (rangeOf(reader.get('Node', '', node), source)) return plugin.podDevice(source);
  return reader.list('Node').some((n) => rangeOf(n, source)) ? plugin.farDevice : 'eth0';
}

function placeOf(node: Node | undefined, ip: string): PodPlace[] {
  const range = rangeOf(node, ip);
  return range ? [{ ip, ...range }] : [];
}

/** A Pod's own network namespace. */
export function podNamespace(config: Config, ips: readonly string[], node: Node | undefined): NetNamespace {
  const plugin = wiringOf(config);
  const places = ips.flatMap((ip) => placeOf(node, ip));
  const first = places[0];
  if (!first) return { links: [loopback], routes: [], neighbours: [] };
  const mac = macOf(first.ip);
  const eth0: Link = {
    index: 2,
    name: 'eth0',
    // Pairs are made in the order in which addresses are given out.
    peer: first.offset - 2 + plugin.firstVeth,
    loopback: false,
    up: true,
    mtu: plugin.mtu,
    qdisc: 'noqueue',
    mac,
    addresses: [
      ...places.map((p): LinkAddress => ({ ip: p.ip, prefix: p.prefix, scope: 'global', ...broadcastOf(p.range) })),
      linkLocal(mac),
    ],
  };
  const hasSix = places.some((p) => isIPv6(p.ip));
  const clusterRange = (ip: string): string | undefined => config.podCIDRs.find((c) => c.includes(':') === ip.includes(':'));
  return {
    links: [loopback, eth0],
    routes: inOrder([
      ...places.flatMap((place) => plugin.podRoutes(place, clusterRange(place.ip))),
      ...(hasSix ? [linkRoute('eth0')] : []),
    ]),
    neighbours: places.map((p) => ({
      ip: p.gateway,
      device: 'eth0',
      mac: plugin.gatewayMac(first),
      ...(isIPv6(p.gateway) && { router: true as const }),
    })),
  };
}

/** The networks that the nodes share, and the routers of them. */
const nodeNetworks = [
  { range: '172.30.0.0/16', router: '172.30.1.1' },
  { range: 'fd00:172:30:1::/64', router: 'fd00:172:30:1::1' },
] as const;
const networkOf = (ip: string): (typeof nodeNetworks)[number] => nodeNetworks[isIPv6(ip) ? 1 : 0];

/** A machine's own interface on the nodes' network. */
function ethernet(ips: readonly string[]): Link {
  const mac = macOf(ips[0] ?? '');
  return {
    index: 2,
    name: 'eth0',
    loopback: false,
    up: true,
    mtu: 1500,
    qdisc: 'fq_codel',
    mac,
    addresses: [
      ...ips.map((ip): LinkAddress => {
        const { range } = networkOf(ip);
        return { ip, prefix: Number(range.split('/')[1]), scope: 'global', ...broadcastOf(range) };
      }),
      linkLocal(mac),
    ],
  };
}

/** What a machine on the nodes' network knows of it. */
const ethernetRoutes = (ips: readonly string[]): NetRoute[] =>
  ips.flatMap((ip): NetRoute[] => {
    const { range, router } = networkOf(ip);
    const own = { family: familyNumber(ip), device: 'eth0' } as const;
    return [
      { ...own, to: 'default', via: router },
      { ...own, to: range, kernel: true, ...(own.family === 4 && { scope: 'link', source: ip }) },
    ];
  });

/** Every interface has one that is up and has an IPv6 address. */
const linkRoute = (device: string): NetRoute => ({ family: 6, to: 'fe80::/64', device, kernel: true });

/** A node's own network namespace: its Ethernet, and what the network plugin has made for its Pods. */
export function nodeNamespace(net: Net, node: Node): NetNamespace {
  const own = nodeIPs(node);
  const hasSix = own.some(isIPv6);
  const pods = net.reader
    .list('Pod')
    .filter((p) => p.spec.nodeName === node.metadata.name && hasNetwork(p) && !onHostNetwork(p))
    .map((p) => (p.status?.podIPs ?? []).flatMap(({ ip }) => placeOf(node, ip ?? '')))
    .flatMap(([first, ...others]) => (first ? [{ ...first, others }] : []))
    .sort((a, b) => a.offset - b.offset);
  const others = net.reader.list('Node').filter((n) => n.metadata.name !== node.metadata.name && nodeIP(n) !== '');
  const added = wiringOf(net.config).onNode(node, pods, others);
  const links = [ethernet(own), ...added.links];
  return {
    links: [loopback, ...links, ...virtualServers(net, node, added.links)],
    routes: inOrder([...ethernetRoutes(own), ...added.routes, ...(hasSix ? links.map((l) => linkRoute(l.name)) : [])]),
    neighbours: [
      ...others.flatMap((n) =>
        nodeIPs(n)
          .filter((ip) => hasSix || !isIPv6(ip))
          .map((ip) => ({ ip, device: 'eth0', mac: macOf(nodeIP(n)), ...(isIPv6(ip) && { router: true as const }) })),
      ),
      ...added.neighbours,
    ],
  };
}

/** In ipvs mode, kube-proxy makes an interface that holds the Services' addresses, so that their packets come in to the node. */
function virtualServers(net: Net, node: Node, veths: readonly Link[]): Link[] {
  const proxy = ofMode(proxyNode(net.reader, node.metadata.name), 'ipvs');
  if (!proxy) return [];
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
      addresses: (['IPv4', 'IPv6'] as const)
        .flatMap((family) => boundIPs(proxy, family))
        .map((ip) => ({ ip, prefix: ip.includes(':') ? 128 : 32, scope: 'global' })),
    },
  ];
}

/** The kernel lists routes of IPv4 by address, the default first; of IPv6 by where they end, so that a range comes after all that is in it. */
function inOrder(routes: readonly NetRoute[]): NetRoute[] {
  const keyOf = ({ to, family }: NetRoute): [bigint, number] => {
    if (to === 'default') return [family === 4 ? -1n : 1n << 128n, 0];
    if (family === 4) return [parseIP(to.split('/')[0] as string)?.value ?? 0n, 0];
    const range = parseCIDR(to.includes('/') ? to : `${to}/128`);
    return range ? [lastIP(range).value, -range.prefix] : [0n, 0];
  };
  const keyed = routes.map((route) => ({ route, key: keyOf(route) }));
  keyed.sort(({ route: a, key: [x, m] }, { route: b, key: [y, n] }) => a.family - b.family || (x < y ? -1 : x > y ? 1 : m - n));
  return keyed.map(({ route }) => route);
}

/** A machine outside the cluster, on the nodes' network. */
export function outsideNamespace(ips: readonly string[]): NetNamespace {
  return {
    links: [loopback, ethernet(ips)],
    routes: inOrder([...ethernetRoutes(ips), ...(ips.some(isIPv6) ? [linkRoute('eth0')] : [])]),
    neighbours: [],
  };
}
