// iptables rules as kube-proxy 1.36.3 wrote them (fixtures/recorded/proxy.jsonl), and upstream's tables (fixtures/cases/kube-proxy.json):
// rule texts, chain names, probabilities, endpoints of a node, and where packets go.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ruleset } from '../../src/network/proxy/iptables/build.js';
import { endpointChain, serviceChains } from '../../src/network/proxy/iptables/names.js';
import { save } from '../../src/network/proxy/iptables/print.js';
import { iptablesWalk } from '../../src/network/proxy/iptables/walk.js';
import { probability } from '../../src/network/proxy/iptables/print.js';
import { isLocal, type ProxyNode } from '../../src/network/proxy/node.js';
import {
  categorize,
  endpointText,
  type ProxyEndpoint,
  type ProxyPort,
  proxyPorts,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from '../../src/network/proxy/port.js';
import { possible } from './possible.js';
import type { ProxiedService } from '../../src/network/proxy/service-table.js';
import { asSaved } from './as-saved.js';
import { proxyNodeOf } from './proxy-node.js';
import { inOrder } from './rule-order.js';

type Objects = readonly { kind: string; metadata: { name: string; labels?: Record<string, string> } }[];

const read = (path: string): string => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');

interface Recorded {
  id: string;
  objects: Objects;
  loadBalancer: Record<string, object[]>;
  iptables: Record<'nat' | 'filter' | 'mangle', string>;
}

/** What every cluster has. */
const kubernetes: Objects = [
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
] as never;

describe('as recorded', () => {
  const records = read('recorded/proxy.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
  test.each(records.map((r): [string, Recorded] => [r.id, r]))('%s', (_, r) => {
    const objects = r.objects
      .filter((o) => o.metadata.name.length <= 63) // The API server refused the longer one.
      .map((o) => {
        const ingress = o.kind === 'Service' ? r.loadBalancer[o.metadata.name] : undefined;
        return ingress ? { ...o, status: { loadBalancer: { ingress } } } : o;
      });
    const rules = ruleset(proxyNodeOf([...kubernetes, ...objects], { config: 'mode: iptables\nclusterCIDR: 10.244.0.0/16\n' }), 'IPv4');
    for (const table of ['nat', 'filter', 'mangle'] as const) expect(inOrder(save(rules, table))).toEqual(inOrder(r.iptables[table]));
  });
});

test('names', () => {
  expect(serviceChains('default/web', 'tcp').svc).toBe('KUBE-SVC-LOLE4ISW44XBNF3G');
  expect(endpointChain('default/web', 'tcp', '10.244.1.6:8080')).toBe('KUBE-SEP-XIQG3E4ATGAKTZVT');
});

interface Case {
  id: string;
  given: {
    fixture?: string;
    objects?: Objects;
    localhostNodePorts?: boolean;
    nodePortAddresses?: string[] | null;
    servicePort?: string;
    protocol?: string;
    endpoint?: string;
    endpointsLeft?: number;
  };
  when: { query?: string; mode?: string; packet?: { from: string; to: string; port: number; protocol: 'TCP' | 'UDP' | 'SCTP' } };
  expect: {
    iptables?: Record<'nat' | 'filter', Record<string, string[]>>;
    dump?: string;
    text?: string;
    outcome?: string[];
    masquerade?: boolean;
    clusterEndpoints?: string[];
    localEndpoints?: string[];
  };
}

const { cases, fixtures } = JSON.parse(read('cases/kube-proxy.json')) as { cases: Case[]; fixtures: Record<string, Objects> };

/**
 * Derived cases that a real kernel contradicts (connectivity.json: from the node, a load balancer's address without endpoints times out): what
 * the node itself sends to external addresses passes OUTPUT, where KUBE-EXTERNAL-SERVICES does not hang.
 */
const exceptions = new Set(
  [
    'itp-cluster/etp-cluster/none/node-to-lb',
    'itp-cluster/etp-cluster/notready/node-to-lb',
    'itp-cluster/etp-local/notready/node-to-lb',
    ...['itp-cluster/etp-cluster/notready', 'itp-cluster/etp-local/notready', 'itp-local/etp-cluster/none'].map(
      (c) => `${c}/node-to-externalip`,
    ),
  ].map((c) => `flow/policy/${c}`),
);

/** The node of upstream's tests. */
const testNode = ({ given }: Case): ProxyNode =>
  proxyNodeOf(given.objects ?? fixtures[given.fixture ?? ''] ?? [], {
    name: 'test-node',
    ips: ['192.168.0.2', '192.168.1.2', '2001:db8::1', '2001:db8:1::2'],
    zone: undefined,
    config: [
      'mode: iptables',
      'clusterCIDR: 10.0.0.0/8,fd00:10::/64',
      `iptables: { localhostNodePorts: ${given.localhostNodePorts ?? true} }`,
      `nodePortAddresses: ${JSON.stringify(given.nodePortAddresses ?? [])}`,
    ].join('\n'),
  });

describe('upstream', () => {
  const named = (wanted: (c: Case) => boolean): [string, Case][] =>
    cases.filter((c) => wanted(c) && !exceptions.has(c.id)).map((c) => [c.id, c]);

  test.each(named((c) => c.when.query === 'chainNames'))('%s', (_, { given, expect: wanted }) => {
    const [name = '', protocol = ''] = [given.servicePort, given.protocol];
    expect({ ...serviceChains(name, protocol), sep: endpointChain(name, protocol, given.endpoint ?? '') }).toEqual(wanted);
  });

  test.each(named((c) => c.when.query === 'computeProbability'))('%s', (_, { given, expect: wanted }) => {
    expect(probability(given.endpointsLeft ?? 0)).toBe(wanted.text);
  });

  test.each(named((c) => !!c.expect.dump && c.when.mode === 'iptables'))('%s', (_, c) => {
    const rules = ruleset(testNode(c), 'IPv4');
    for (const table of ['filter', 'nat'] as const) {
      const lines = inOrder(save(rules, table).replaceAll(' --random-fully', ''));
      const own = lines.filter((l) => /^[:]KUBE|^-A KUBE/.test(l) && !l.includes('KUBE-PROXY-CANARY'));
      const dumped = new RegExp(`^\\*${table}\\n([^]*?)^COMMIT$`, 'm').exec(c.expect.dump ?? '')?.[1] ?? '';
      const wanted = inOrder(dumped).map(asSaved).filter(Boolean);
      const chains = (all: string[]): string[] => all.filter((l) => l.startsWith(':')).sort();
      expect(chains(own)).toEqual(chains(wanted));
      for (const chain of chains(wanted).map((l) => l.slice(1).split(' ')[0] ?? '')) {
        const of = (all: string[]): string[] => inOrder(all.filter((l) => l.startsWith(`-A ${chain} `)).join('\n'));
        expect(of(own)).toEqual(of(wanted));
        const listed = (c.expect.iptables?.[table][chain] ?? []).map(asSaved);
        expect(of(own)).toEqual(of(listed));
      }
    }
  });

  test.each(named((c) => c.id.startsWith('endpoints/')))('%s', (_, c) => {
    const labels = c.given.objects?.find((o) => o.kind === 'Node')?.metadata.labels;
    const node = { ...testNode(c), zone: labels?.['topology.kubernetes.io/zone'] };
    const [entry] = node.table.all();
    const port = proxyPorts(entry as ProxiedService, 'IPv4')[0] as ProxyPort;
    const { cluster, local } = categorize(port, node.name, node.zone);
    const texts = (all: readonly ProxyEndpoint[], used: boolean): string[] => (used ? all.map(endpointText).sort() : []);
    expect({ cluster: texts(cluster, usesClusterEndpoints(port)), local: texts(local, usesLocalEndpoints(port)) }).toEqual({
      cluster: [...(c.expect.clusterEndpoints ?? [])].sort(),
      local: [...(c.expect.localEndpoints ?? [])].sort(),
    });
  });

  test.each(named((c) => !!c.when.packet && c.when.mode === 'iptables'))('%s', (_, c) => {
    const { from, to, port, protocol } = c.when.packet as NonNullable<Case['when']['packet']>;
    const node = testNode(c);
    const hook = isLocal(node, from) ? 'output' : 'prerouting';
    const all = possible(iptablesWalk, node, { hook, source: from, to, port, protocol });
    const names = { pass: [], dnat: [], drop: ['DROP'], reject: ['REJECT'] };
    const outcome = all.flatMap(({ verdict }) => (verdict.endpoint ? [endpointText(verdict.endpoint)] : names[verdict.kind])).sort();
    expect({ outcome, masquerade: all.some(({ verdict }) => verdict.masquerade) }).toEqual({
      outcome: [...(c.expect.outcome ?? [])].sort(),
      masquerade: c.expect.masquerade,
    });
  });
});
