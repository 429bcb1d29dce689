// kindnet: a pair for each Pod, whose end on the node holds the first address of the node's range; other nodes' ranges are routed by their nodes.
import { nodeIP } from '../net.js';
import { familyNumber, type Link, linkLocal, macOf, type NetRoute, vethName } from './links.js';
import type { PluginWiring } from './plugin.js';

const firstVeth = 4;

export const kindnet: PluginWiring = {
  mtu: 1500,
  firstVeth,
  podRoutes({ ip, range, gateway }) {
    const own = { family: familyNumber(ip), device: 'eth0' } as const;
    return [
      { ...own, to: 'default', via: gateway },
      { ...own, to: range, via: gateway, source: ip },
      { ...own, to: gateway, scope: 'link', source: ip },
    ];
  },
  podDevice: vethName,
  farDevice: 'eth0',
  gatewayMac: ({ ip }) => macOf(vethName(ip)),
  onNode: (_, pods, others) => ({
    links: pods.map((p): Link => {
      const name = vethName(p.ip);
      return {
        ...{ index: p.offset - 2 + firstVeth, name, peer: 2, loopback: false, up: true, mtu: 1500, qdisc: 'noqueue', mac: macOf(name) },
        addresses: [{ ip: p.gateway, prefix: 32, scope: 'global' }, linkLocal(macOf(name))],
      };
    }),
    routes: [
      ...others.flatMap((n) =>
        (n.spec?.podCIDRs ?? []).filter((r) => !r.includes(':')).map((to): NetRoute => ({ family: 4, to, via: nodeIP(n), device: 'eth0' })),
      ),
      ...pods.map((p): NetRoute => ({ family: 4, to: p.ip, device: vethName(p.ip), scope: 'host' })),
    ],
    neighbours: pods.map((p) => ({ ip: p.ip, device: vethName(p.ip), mac: macOf(p.ip) })),
  }),
};
