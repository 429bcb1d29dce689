// kindnet: a pair for each Pod, whose end on the node holds the first address of the node's range; other nodes' ranges are routed by their nodes.
import { isIPv6, nodeIPs } from '../net.js';
import { familyNumber, type Link, type LinkAddress, linkLocal, macOf, type NetRoute, vethName } from './links.js';
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
        index: p.offset - 2 + firstVeth,
        name,
        peer: 2,
        loopback: false,
        up: true,
        mtu: 1500,
        qdisc: 'noqueue',
        mac: macOf(name),
        addresses: [
          ...[p, ...p.others].map(
            ({ gateway: ip }): LinkAddress => ({
              ip,
              prefix: isIPv6(ip) ? 128 : 32,
              scope: 'global',
            }),
          ),
          linkLocal(macOf(name)),
        ],
      };
    }),
    routes: [
      ...others.flatMap((n) =>
        (n.spec?.podCIDRs ?? []).flatMap((to): NetRoute[] => {
          const via = nodeIPs(n).find((ip) => isIPv6(ip) === isIPv6(to));
          return via === undefined ? [] : [{ family: familyNumber(to), to, via, device: 'eth0' }];
        }),
      ),
      ...pods.flatMap((p) => {
        const device = vethName(p.ip);
        // The kernel knows the way to an IPv6 address of its own; for one of IPv4 the table of local addresses has it.
        const kernel = [p, ...p.others]
          .filter((o) => isIPv6(o.ip))
          .map((o): NetRoute => ({ family: 6, to: o.gateway, device, kernel: true }));
        const own = [p, ...p.others].map(
          ({ ip: to }): NetRoute => (isIPv6(to) ? { family: 6, to, device } : { family: 4, to, device, scope: 'host' }),
        );
        return [...own, ...kernel];
      }),
    ],
    neighbours: pods.flatMap((p) => [p, ...p.others].map(({ ip }) => ({ ip, device: vethName(p.ip), mac: macOf(p.ip) }))),
  }),
};
