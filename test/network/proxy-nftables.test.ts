// The nftables rules of kube-proxy 1.36.3 (fixtures/recorded/proxy.jsonl) block for block, and upstream's tables (fixtures/cases/kube-proxy.json):
// what is in the maps, and where packets go.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nftables } from '../../src/network/proxy/nftables/build.js';
import { elementText, tableText } from '../../src/network/proxy/nftables/list.js';
import { nftablesWalk } from '../../src/network/proxy/nftables/walk.js';
import { isLocal } from '../../src/network/proxy/node.js';
import { endpointText } from '../../src/network/proxy/port.js';
import type { NodePacket, Verdict } from '../../src/network/proxy/verdict.js';
import { proxyNodeOf } from './proxy-node.js';
import { blocks } from './rule-order.js';

const read = (path: string): string => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');

interface Recorded {
  id: string;
  objects: { kind: string; metadata: { name: string }; status?: object }[];
  loadBalancer: Record<string, object[]>;
  nftables: string;
}

const recorded: Recorded[] = read('recorded/proxy.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** What every cluster has. */
const kubernetes = [
  {
    kind: 'Service',
    metadata: { namespace: 'default', name: 'kubernetes' },
    spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] },
  },
  {
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['172.30.1.2'] }],
    ports: [{ name: 'https', port: 6443 }],
  },
];

describe('as recorded', () => {
  test.each(recorded.map((r): [string, Recorded] => [r.id, r]))('%s', (_, r) => {
    const objects = r.objects.map((o) => {
      const ingress = o.kind === 'Service' ? r.loadBalancer[o.metadata.name] : undefined;
      return ingress ? { ...o, status: { loadBalancer: { ingress } } } : o;
    });
    // Refused by the API server, as the recording shows: no rule mentions it.
    const taken = objects.filter((o) => o.metadata.name.length <= 63);
    const node = proxyNodeOf([...kubernetes, ...taken], { config: 'mode: nftables\nclusterCIDR: 10.244.0.0/16\n' });
    const text = tableText(nftables(node, 'IPv4')) + tableText(nftables(node, 'IPv6'));
    expect(blocks(text)).toEqual(blocks(r.nftables));
  });
});

interface Case {
  id: string;
  given: { fixture?: string; objects?: object[]; node: string };
  when: { mode?: string; packet?: { from: string; to: string; port: number; protocol: NodePacket['protocol'] } };
  expect: { outcome?: string[]; masquerade?: boolean; transaction?: string[] };
}

const tables = JSON.parse(read('cases/kube-proxy.json')) as { fixtures: Record<string, object[]>; cases: Case[] };
const config = 'mode: nftables\nclusterCIDR: 10.0.0.0/8,fd00:10::/64\nnodePortAddresses: [192.168.0.0/24, "2001:db8::/64"]\n';

const nodeOf = ({ fixture, objects }: Case['given']): ReturnType<typeof proxyNodeOf> =>
  proxyNodeOf(objects ?? tables.fixtures[fixture as string] ?? [], {
    config,
    name: 'test-node',
    ips: ['192.168.0.2', '192.168.1.2', '2001:db8::1', '2001:db8:1::2'],
    zone: undefined,
    serviceCIDRs: ['172.30.0.0/16'],
  });

/** All that may become of a packet: every choice of the rules is taken in turn. */
function ask(given: Case['given'], packet: NodePacket): { outcome: string[]; masquerade: boolean } {
  const node = nodeOf(given);
  const outcome = new Set<string>();
  let last: Verdict | undefined;
  for (let i = 0, n = 1; i < n; i++) {
    last = nftablesWalk(node, packet, { pick: (of) => Math.min(i, (n = of) - 1), remembered: () => undefined, connections: () => 0 });
    if (last.kind === 'dnat' && last.endpoint) outcome.add(endpointText(last.endpoint));
    else if (last.kind !== 'pass') outcome.add(last.kind.toUpperCase());
  }
  return { outcome: [...outcome], masquerade: last?.masquerade ?? false };
}

describe('upstream: where packets go', () => {
  const flows = tables.cases.filter((c) => c.when.packet && c.when.mode === 'nftables');
  test.each(flows.map((c): [string, Case] => [c.id, c]))('%s', (_, { given, when, expect: wanted }) => {
    const { from, ...to } = when.packet as NonNullable<Case['when']['packet']>;
    const hook = isLocal(nodeOf(given), from) ? 'output' : 'prerouting';
    expect(ask(given, { hook, source: from, ...to })).toEqual({ outcome: wanted.outcome, masquerade: wanted.masquerade });
  });
});

describe('upstream: what the maps hold', () => {
  // The rules in these tables are those of kube-proxy before 1.35: a chain for every endpoint, and marks set by jumps. What 1.36 writes instead
  // stands in the recordings, so only names and elements are compared.
  const transactions = tables.cases.filter((c) => c.expect.transaction);
  test.each(transactions.map((c): [string, Case] => [c.id, c]))('%s', (_, { given, expect: wanted }) => {
    const { sets, chains } = nftables(nodeOf(given), 'IPv4');
    const filled = sets.filter((s) => s.name !== 'nodeport-ips' && s.name !== 'hairpin-connections');
    const elements = filled.flatMap((s) => s.elements.map((e) => `add element ip kube-proxy ${s.name} { ${elementText(e)} }`));
    const own = chains.filter((c) => c.name.includes('/')).map((c) => `add chain ip kube-proxy ${c.name}`);
    const lines = [...new Set(wanted.transaction)].filter((l) => /^add (element|chain)/.test(l) && !l.includes(' endpoint-'));
    expect([...own, ...elements].sort()).toEqual(lines.sort());
  });
});
