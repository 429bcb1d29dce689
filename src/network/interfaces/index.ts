// The interfaces and routes of Pods, nodes and machines outside, as `ip` prints them: a plain Ethernet, and what the cluster's network plugin adds.
import { parseIP } from '../../lib/ip.js';
import type { ClusterConfig } from '../../model/config.js';
import type { Node } from '../../model/generated/api.js';
import { hasNetwork, type Net, nodeIP, onHostNetwork } from '../net.js';
import { boundIPs } from '../proxy/ipvs/servers.js';
import { ofMode, proxyNode } from '../proxy/node.js';
import { flannel } from './flannel.js';
import { kindnet } from './kindnet.js';
import {
  broadcastOf,
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
  const clusterRange = (ip: string): string | undefined => config.podCIDRs.find((c) => c.includes(':') === ip.includes(':'));
  return {
    links: [loopback, eth0],
    routes: places.flatMap((place) => plugin.podRoutes(place, clusterRange(place.ip))),
    neighbours: places.map((p) => ({ ip: p.gateway, device: 'eth0', mac: plugin.gatewayMac(first) })),
  };
}

/** The network that the nodes share, and the router of it. */
const nodeNetwork = '172.30.0.0/16';
const nodeRouter = '172.30.1.1';

/** A machine's own interface on the nodes' network. */
function ethernet(ip: string): Link {
  const mac = macOf(ip);
  return {
    index: 2,
    name: 'eth0',
    loopback: false,
    up: true,
    mtu: 1500,
    qdisc: 'fq_codel',
    mac,
    addresses: [{ ip, prefix: 16, scope: 'global', ...broadcastOf(nodeNetwork) }, linkLocal(mac)],
  };
}

/** A node's own network namespace: its Ethernet, and what the network plugin has made for its Pods. */
export function nodeNamespace(net: Net, node: Node): NetNamespace {
  const own = nodeIP(node);
  const pods = net.reader
    .list('Pod')
    .filter((p) => p.spec.nodeName === node.metadata.name && hasNetwork(p) && !onHostNetwork(p))
    .flatMap((p) => placeOf(node, p.status?.podIP ?? ''))
    .sort((a, b) => a.offset - b.offset);
  const others = net.reader.list('Node').filter((n) => n.metadata.name !== node.metadata.name && nodeIP(n) !== '');
  const added = wiringOf(net.config).onNode(node, pods, others);
  const routes: NetRoute[] = [
    { family: 4, to: 'default', via: nodeRouter, device: 'eth0' },
    ...added.routes,
    { family: 4, to: nodeNetwork, device: 'eth0', kernel: true, scope: 'link', source: own },
  ];
  return {
    links: [loopback, ethernet(own), ...added.links, ...virtualServers(net, node, added.links)],
    routes: routes.sort((a, b) => orderOf(a.to) - orderOf(b.to)),
    neighbours: [...others.map((n) => ({ ip: nodeIP(n), device: 'eth0', mac: macOf(nodeIP(n)) })), ...added.neighbours],
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

/** The kernel lists routes by address, the default first. */
const orderOf = (to: string): number => {
  if (to === 'default') return -1;
  const ip = parseIP(to.split('/')[0] as string);
  return ip && ip.family === 'IPv4' ? Number(ip.value) : Number.MAX_SAFE_INTEGER;
};

/** A machine outside the cluster, on the nodes' network. */
export function outsideNamespace(ip: string): NetNamespace {
  return {
    links: [loopback, ethernet(ip)],
    routes: [
      { family: 4, to: 'default', via: nodeRouter, device: 'eth0' },
      { family: 4, to: nodeNetwork, device: 'eth0', kernel: true, scope: 'link', source: ip },
    ],
    neighbours: [],
  };
}
