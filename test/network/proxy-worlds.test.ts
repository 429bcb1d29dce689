// What kube-proxy 1.36.3 wrote for Services of all kinds in both IP families, under configurations of all kinds (fixtures/recorded/proxy-worlds.jsonl),
// line for line; and what it said about configurations that it did not take.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ruleset } from '../../src/network/proxy/iptables/build.js';
import type { TableName } from '../../src/network/proxy/iptables/rule.js';
import { save } from '../../src/network/proxy/iptables/print.js';
import { referencesTo, ipvsRuleset } from '../../src/network/proxy/ipvs/rules.js';
import { ipSets } from '../../src/network/proxy/ipvs/sets.js';
import { nftables } from '../../src/network/proxy/nftables/build.js';
import { tableText } from '../../src/network/proxy/nftables/list.js';
import { type ProxySettings, proxySettings } from '../../src/network/proxy/settings.js';
import { proxyNodeOf } from './proxy-node.js';
import { blocks, inOrder } from './rule-order.js';

interface World {
  id: string;
  config: string;
  objects: object[];
  iptables: Record<TableName, string>;
  ip6tables: Record<TableName, string>;
  nftables: string;
  /** Absent where Pods are told by interfaces. */
  ipvs?: {
    iptables: Record<'nat' | 'filter', string>;
    ip6tables: Record<'nat' | 'filter', string>;
    /** Members in the order of text. */
    ipset: Record<string, { type: string; references: number; members: string[] }>;
  };
}

const worlds = readFileSync(new URL('../../fixtures/recorded/proxy-worlds.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as World);

const facts = {
  ips: ['172.30.1.2', 'fd00:172:30:1::2'],
  podCIDRs: ['10.244.0.0/24', 'fd00:10:244::/64'],
  serviceCIDRs: ['10.96.0.0/12', 'fd00:10:96::/112'],
};

describe.each(worlds.map((w): [string, World] => [`${w.id}: ${w.config.trim().replaceAll('\n', ', ')}`, w]))('%s', (_, world) => {
  const node = (mode: string): ReturnType<typeof proxyNodeOf> =>
    proxyNodeOf(world.objects, { ...facts, config: `mode: ${mode}\n${world.config}` });
  test.each([
    ['IPv4', world.iptables],
    ['IPv6', world.ip6tables],
  ] as const)('iptables, %s', (family, saved) => {
    const rules = ruleset(node('iptables'), family);
    for (const table of ['nat', 'filter', 'mangle'] as const) expect(inOrder(save(rules, table))).toEqual(inOrder(saved[table]));
  });
  test.runIf(world.ipvs)('ipvs', () => {
    const { iptables, ip6tables, ipset } = world.ipvs as NonNullable<World['ipvs']>;
    const sets: Record<string, object> = {};
    for (const family of ['IPv4', 'IPv6'] as const) {
      const proxy = node('ipvs');
      const rules = ipvsRuleset(proxy, family);
      const lines = (table: 'nat' | 'filter'): string[] =>
        save(rules, table)
          .split('\n')
          .filter((l) => !l.includes(' -m ipvs '));
      const saved = family === 'IPv4' ? iptables : ip6tables;
      for (const table of ['nat', 'filter'] as const)
        expect(lines(table)).toEqual(saved[table].replaceAll(/\[\d+:\d+\]/g, '[0:0]').split('\n'));
      for (const { name, type, members } of Object.values(ipSets(proxy, family).byName))
        sets[name] = { type, references: referencesTo(rules, name), members: [...members].sort() };
    }
    expect(sets).toEqual(ipset);
  });
  test('nftables', () => {
    const text = (['IPv4', 'IPv6'] as const).map((family) => tableText(nftables(node('nftables'), family))).join('');
    expect(blocks(text)).toEqual(blocks(world.nftables));
  });
});

test.each([
  [['203.0.113.0/24'], '203.0.113.0/24'],
  [['203.0.113.0/24', '203.0.113.128/25'], '{ 203.0.113.0/24 }'],
  [['203.0.113.0/25', '203.0.113.128/25'], '{ 203.0.113.0/24 }'],
  [['192.0.2.7/32', '192.0.2.8/32'], '{ 192.0.2.7-192.0.2.8 }'],
  [['192.0.2.7/32', '10.0.0.0/8'], '{ 10.0.0.0/8, 192.0.2.7 }'],
  [['192.0.2.7/32', '172.30.0.0/16'], '{ 172.30.0.0/16, 192.0.2.7, 203.0.113.5 }'],
])('nftables: source ranges %j', (loadBalancerSourceRanges, list) => {
  const service = {
    kind: 'Service',
    metadata: { namespace: 'default', name: 'web' },
    spec: { type: 'LoadBalancer', clusterIP: '10.96.100.1', ports: [{ port: 80 }], loadBalancerSourceRanges },
    status: { loadBalancer: { ingress: [{ ip: '203.0.113.5' }] } },
  };
  const text = tableText(nftables(proxyNodeOf([service], { config: 'mode: nftables\n' }), 'IPv4'));
  expect(text.split('\n').filter((l) => l.includes('saddr !='))).toEqual([`\t\tip saddr != ${list} drop`]);
});

describe('configuration', () => {
  const head = 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n';
  const refusal = (yaml: string, argv: string[] = []): string => {
    try {
      return JSON.stringify(proxySettings(yaml, argv));
    } catch (e) {
      return (e as Error).message;
    }
  };
  const path = 'failed validate: KubeProxyConfiguration';
  const modes = 'must be iptables, ipvs, nftables or blank (blank means the best-available proxy [currently iptables])';
  const block = 'must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)';
  const pair = 'must be a either a single CIDR or dual-stack pair of CIDRs (e.g. [10.100.0.0/16, fde4:8dba:82e1::/48]';
  test.each([
    ['mode: foo', `${path}.Mode.ProxyMode: Invalid value: "foo": ${modes}`],
    [
      'mode: foo\nclusterCIDR: a',
      `failed validate: [KubeProxyConfiguration.Mode.ProxyMode: Invalid value: "foo": ${modes}, KubeProxyConfiguration.DetectLocalConfiguration.ClusterCIDRs[0]: Invalid value: "a": ${block}]`,
    ],
    ['clusterCIDR: 10.244.0.0/33', `${path}.DetectLocalConfiguration.ClusterCIDRs[0]: Invalid value: "10.244.0.0/33": ${block}`],
    [
      'clusterCIDR: "10.0.0.0/8,10.1.0.0/16"',
      `${path}.DetectLocalConfiguration.ClusterCIDRs: Invalid value: ["10.0.0.0/8","10.1.0.0/16"]: ${pair}`,
    ],
    ['clusterCIDR: a,b,c', `${path}.DetectLocalConfiguration.ClusterCIDRs: Invalid value: ["a","b","c"]: ${pair}`],
    [
      'detectLocalMode: Foo',
      `${path}.DetectLocalMode: Unsupported value: "Foo": supported values: "ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix", ""`,
    ],
    ['detectLocalMode: BridgeInterface', `${path}.DetectLocalConfiguration.InterfaceName: Invalid value: "": must not be empty`],
    ['detectLocalMode: InterfaceNamePrefix', `${path}.DetectLocalConfiguration.InterfacePrefix: Invalid value: "": must not be empty`],
    [
      'iptables: {masqueradeBit: 32}',
      `${path}.KubeProxyIPTablesConfiguration.MasqueradeBit: Invalid value: 32: must be within the range [0, 31]`,
    ],
    [
      'mode: nftables\nnftables: {masqueradeBit: -1}',
      `${path}.KubeProxyNFTablesConfiguration.MasqueradeBit: Invalid value: -1: must be within the range [0, 31]`,
    ],
    [
      'nodePortAddresses: [primary, 10.0.0.0/8]',
      `${path}.NodePortAddresses[0]: Invalid value: "primary": can't use both 'primary' and CIDRs`,
    ],
    ['nodePortAddresses: [10.0.0.0]', `${path}.NodePortAddresses[0]: Invalid value: "10.0.0.0": must be a valid CIDR`],
    [
      'mode: ipvs\nipvs: {excludeCIDRs: [foo]}',
      `${path}.KubeProxyIPVSConfiguration.ExcludeCidrs[0]: Invalid value: "foo": must be a valid CIDR`,
    ],
    [
      'iptables: {minSyncPeriod: 60s}',
      `${path}.SyncPeriod: Invalid value: "1m0s": must be greater than or equal to KubeProxyConfiguration.MinSyncPeriod`,
    ],
  ])('%s', (yaml, message) => {
    expect(refusal(`${head}${yaml}\n`)).toBe(message);
  });

  test('what only the kernel refuses', () => {
    expect(refusal(`${head}mode: ipvs\nipvs: {scheduler: bad}\n`)).toBe("can't use the IPVS proxier: no such file or directory");
  });

  const decode = 'failed complete: failed to decode:';
  const field = `${decode} json: cannot unmarshal`;
  test.each([
    [`${head}mode: [a]\n`, `${field} array into Go struct field KubeProxyConfiguration.mode of type v1alpha1.ProxyMode`],
    [
      `${head}iptables: {syncPeriod: 5}\n`,
      `${field} number into Go struct field KubeProxyIPTablesConfiguration.iptables.syncPeriod of type string`,
    ],
    [
      `${head}iptables: {masqueradeAll: maybe}\n`,
      `${field} string into Go struct field KubeProxyIPTablesConfiguration.iptables.masqueradeAll of type bool`,
    ],
    [`${head}iptables: {syncPeriod: 5q}\n`, `${decode} time: unknown unit "q" in duration "5q"`],
    ['mode: ipvs\n', `${decode} Object 'Kind' is missing in 'mode: ipvs\n'`],
    ['', `${decode} Object 'Kind' is missing in ''`],
    [
      'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: Foo\n',
      `${decode} no kind "Foo" is registered for version "kubeproxy.config.k8s.io/v1alpha1" in scheme "pkg/runtime/scheme.go:111"`,
    ],
  ])('%s', (yaml, message) => {
    expect(refusal(yaml)).toBe(message);
  });

  test('flags, where there is no file', () => {
    const argv = 'kube-proxy --proxy-mode=nftables --cluster-cidr 10.1.0.0/16 --masquerade-all --nodeport-addresses=primary'.split(' ');
    expect(proxySettings(undefined, argv)).toEqual({
      mode: 'nftables',
      podTraffic: { by: 'ClusterCIDR', cidrs: ['10.1.0.0/16'] },
      masqueradeAll: true,
      masqueradeBit: 14,
      localhostNodePorts: true,
      tcpBeLiberal: false,
      nodePortAddresses: ['primary'],
      scheduler: '',
    } satisfies ProxySettings);
  });
});
