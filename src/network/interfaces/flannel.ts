// flannel with its vxlan back end: the Pods of a node on a bridge (cni0), the other nodes behind a tunnel (flannel.1) that takes 50 bytes of a packet.
import { formatIP, nthIP, parseCIDR } from '../../lib/ip.js';
import type { Node } from '../../model/generated/api.js';
import { broadcastOf, familyNumber, type Link, linkLocal, macOf, type NetRoute, vethName } from './links.js';
import type { PluginWiring } from './plugin.js';

const mtu = 1450;
/** eth0 is 2, the tunnel 3, the bridge 4. */
const firstVeth = 5;

const rangesOf = (node: Node): string[] => (node.spec?.podCIDRs ?? []).filter((r) => !r.includes(':'));

const nthOf = (range: string, n: number): string => {
  const cidr = parseCIDR(range);
  return cidr ? formatIP(nthIP(cidr, n)) : '';
};

const bridgeMac = (range: string): string => macOf(`cni0 ${range}`);
const tunnelMac = (range: string): string => macOf(`flannel.1 ${range}`);
const common = { loopback: false, up: true, mtu, qdisc: 'noqueue' } as const;

const tunnel = (range: string): Link => ({
  ...common,
  index: 3,
  name: 'flannel.1',
  tunnel: true,
  mac: tunnelMac(range),
  addresses: [
    {
      ip: nthOf(range, 0),
      prefix: 32,
      scope: 'global',
    },
    linkLocal(tunnelMac(range)),
  ],
});

const bridge = (range: string): Link => ({
  ...common,
  index: 4,
  name: 'cni0',
  mac: bridgeMac(range),
  addresses: [
    {
      ip: nthOf(range, 1),
      prefix: parseCIDR(range)?.prefix ?? 24,
      scope: 'global',
      ...broadcastOf(range),
    },
    linkLocal(bridgeMac(range)),
  ],
});

export const flannel: PluginWiring = {
  mtu,
  firstVeth,
  podRoutes({ ip, range, gateway }, clusterRange) {
    const own = { family: familyNumber(ip), device: 'eth0' } as const;
    return [
      { ...own, to: 'default', via: gateway },
      ...(clusterRange ? [{ ...own, to: clusterRange, via: gateway }] : []),
      { ...own, to: range, kernel: true, scope: 'link', source: ip },
    ];
  },
  podDevice: () => 'cni0',
  farDevice: 'flannel.1',
  gatewayMac: ({ range }) => bridgeMac(range),
  onNode(node, pods, others) {
    const [range] = rangesOf(node);
    if (range === undefined) return { links: [], routes: [], neighbours: [] };
    const remote = others.flatMap(rangesOf);
    return {
      links: [
        tunnel(range),
        // The bridge is made with the first Pod of the node.
        ...(pods.length > 0 ? [bridge(range)] : []),
        ...pods.map(({ ip, offset }): Link => {
          const name = vethName(ip);
          const index = offset - 2 + firstVeth;
          return { ...common, index, name, peer: 2, master: 'cni0', mac: macOf(name), addresses: [linkLocal(macOf(name))] };
        }),
      ],
      routes: [
        ...remote.map((to): NetRoute => ({ family: 4, to, via: nthOf(to, 0), device: 'flannel.1', onlink: true })),
        ...(pods.length > 0
          ? [{ family: 4, to: range, device: 'cni0', kernel: true, scope: 'link', source: nthOf(range, 1) } satisfies NetRoute]
          : []),
      ],
      neighbours: [
        ...remote.map((to) => ({ ip: nthOf(to, 0), device: 'flannel.1', mac: tunnelMac(to), permanent: true as const })),
        ...pods.map(({ ip }) => ({ ip, device: 'cni0', mac: macOf(ip) })),
      ],
    };
  },
};
