// The sets and chains that are there without any Service. Mirrors setupNFTables of pkg/proxy/nftables/proxier.go.
import { addressList } from './intervals.js';
import { type Chain, type NamedSet, type Part, type Ruleset, type Rule, rejectChain, setNames } from './ruleset.js';
import { fromPods, type Site } from './site.js';

const kept = new WeakMap<Site, Ruleset>();

export function baseRules(site: Site): Ruleset {
  let found = kept.get(site);
  if (!found) kept.set(site, (found = { family: site.family, comment: 'rules for kube-proxy', sets: sets(site), chains: chains(site) }));
  return found;
}

function sets({ family, nodePortIPs }: Site): NamedSet[] {
  const address = family === 'IPv4' ? 'ipv4_addr' : 'ipv6_addr';
  const port = 'inet_proto . inet_service';
  const set = (name: string, type: string, comment: string, ips: readonly string[] = []): NamedSet => ({
    name,
    kind: 'set',
    type,
    comment,
    elements: ips.map((ip) => ({ key: [ip] })),
  });
  const map = (name: string, type: string, comment: string): NamedSet => ({ name, kind: 'map', type, comment, elements: [] });
  return [
    set(setNames.hairpins, `${address} . ${address} . ${port}`, 'service hairpin connections'),
    set(setNames.clusterIPs, address, 'Active ClusterIPs'),
    ...(nodePortIPs === 'all' ? [] : [set(setNames.nodePortIPs, address, 'IPs that accept NodePort traffic', nodePortIPs)]),
    map(setNames.noEndpointServices, `${address} . ${port}`, 'vmap to drop or reject packets to services with no endpoints'),
    map(setNames.noEndpointNodePorts, port, 'vmap to drop or reject packets to service nodeports with no endpoints'),
    map(setNames.firewallIPs, `${address} . ${port}`, 'destinations that are subject to LoadBalancerSourceRanges'),
    map(setNames.serviceIPs, `${address} . ${port}`, 'ClusterIP, ExternalIP and LoadBalancer IP traffic'),
    map(setNames.serviceNodePorts, port, 'NodePort traffic'),
  ];
}

const isNew: Part = { is: 'ct-new' };
const jump = (chain: string, ...when: readonly Part[]): Rule => ({ parts: [...when, { is: 'jump', chain }] });
const hooked = (name: string, type: 'filter' | 'nat', hook: string, priority: string, ...rules: readonly Rule[]): Chain => ({
  name,
  hook: { type, hook, priority },
  rules,
});

function chains(site: Site): Chain[] {
  const { nodePortIPs, serviceCIDRs, family, mark } = site;
  const loopback = addressList([family === 'IPv4' ? '127.0.0.0/8' : '::1']);
  const notLoopback: Part = { is: 'address', of: 'daddr', not: true, in: loopback };
  const toNodePort: Part[] = nodePortIPs === 'all' ? [notLoopback] : [{ is: 'member', of: 'daddr', set: setNames.nodePortIPs }];
  const toClusterIP: Part = { is: 'member', of: 'daddr', set: setNames.clusterIPs };
  return [
    hooked('filter-prerouting-pre-dnat', 'filter', 'prerouting', 'dstnat - 10', jump('firewall-check', isNew)),
    hooked('filter-output-pre-dnat', 'filter', 'output', '-110', jump('firewall-check', isNew)),
    hooked('filter-input', 'filter', 'input', 'filter', jump('nodeport-endpoints-check', isNew), jump('service-endpoints-check', isNew)),
    hooked('filter-forward', 'filter', 'forward', 'filter', jump('service-endpoints-check', isNew), jump('cluster-ips-check', isNew)),
    hooked('filter-output', 'filter', 'output', 'filter', jump('service-endpoints-check', isNew), jump('cluster-ips-check', isNew)),
    hooked('nat-prerouting', 'nat', 'prerouting', 'dstnat', jump('services')),
    hooked('nat-output', 'nat', 'output', '-100', jump('services')),
    hooked('nat-postrouting', 'nat', 'postrouting', 'srcnat', jump('masquerading')),
    {
      name: 'nodeport-endpoints-check',
      rules: [{ parts: [...toNodePort, { is: 'vmap', key: 'port', map: setNames.noEndpointNodePorts }] }],
    },
    { name: 'service-endpoints-check', rules: [{ parts: [{ is: 'vmap', key: 'address', map: setNames.noEndpointServices }] }] },
    { name: 'firewall-check', rules: [{ parts: [{ is: 'vmap', key: 'address', map: setNames.firewallIPs }] }] },
    {
      name: 'services',
      rules: [
        ...masquerade(toClusterIP, site),
        { parts: [{ is: 'vmap', key: 'address', map: setNames.serviceIPs }] },
        {
          parts: [
            ...(nodePortIPs === 'all' ? [{ is: 'local', of: 'daddr' } as const] : []),
            ...toNodePort,
            { is: 'vmap', key: 'port', map: setNames.serviceNodePorts },
          ],
        },
      ],
    },
    {
      name: 'masquerading',
      rules: [
        { parts: [{ is: 'marked', mark }, { is: 'clear-mark', mark }, { is: 'masquerade' }] },
        { parts: [{ is: 'ct-dnat' }, { is: 'connection-member', set: setNames.hairpins }, { is: 'masquerade' }] },
      ],
    },
    {
      name: 'cluster-ips-check',
      rules: [
        { parts: [toClusterIP, { is: 'reject' }], comment: 'Reject traffic to invalid ports of ClusterIPs' },
        ...(serviceCIDRs.length === 0
          ? []
          : [
              {
                parts: [{ is: 'address', of: 'daddr', not: false, in: addressList(serviceCIDRs) } as const, { is: 'drop' } as const],
                comment: 'Drop traffic to unallocated ClusterIPs',
              },
            ]),
      ],
    },
    {
      name: rejectChain,
      comment: 'helper for @no-endpoint-services / @no-endpoint-nodeports',
      rules: [{ parts: [{ is: 'reject' }] }],
    },
  ];
}

/** Who reaches a ClusterIP from outside the Pods' network is masqueraded, so that answers come back this way. */
function masquerade(toClusterIP: Part, { masqueradeAll, pods, mark }: Site): Rule[] {
  if (masqueradeAll) return [{ parts: [toClusterIP, { is: 'set-mark', mark }], comment: 'masquerade all clusterIP traffic' }];
  if (!pods) return [];
  const comment = 'masquerade clusterIP traffic from outside cluster';
  return [{ parts: [toClusterIP, fromPods(pods, true), { is: 'set-mark', mark }], comment }];
}
