// iptables rules as kube-proxy 1.36.3 wrote them (fixtures/recorded/proxy.jsonl), and upstream's tables (fixtures/cases/kube-proxy.json):
// rule texts, chain names, probabilities, endpoints of a node, and where packets go.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ruleset } from '../../src/network/proxy/iptables/build.js';
import { endpointChain, serviceChains } from '../../src/network/proxy/iptables/names.js';
import { save } from '../../src/network/proxy/iptables/save.js';
import { proxyNodeOf } from './proxy-node.js';

type Objects = readonly { kind: string; metadata: { name: string } }[];

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

/** kube-proxy takes its Services in no fixed order: in the chains that they share, order is chance. */
const shared = /^-A (KUBE-SERVICES|KUBE-NODEPORTS|KUBE-EXTERNAL-SERVICES|KUBE-PROXY-FIREWALL) (?!.*must be the last rule)/;

function inOrder(text: string): string[] {
  const lines = text
    .split('\n')
    .filter((l) => l && !l.startsWith('#'))
    .map((l) => l.replace(/\[\d+:\d+\]/, '[0:0]').trimEnd());
  for (let i = 0, j = 0; i < lines.length; i = Math.max(i + 1, j)) {
    const chain = shared.exec(lines[i] as string)?.[1];
    for (j = i; chain && shared.exec(lines[j] ?? '')?.[1] === chain; ) j++;
    lines.splice(i, j - i, ...lines.slice(i, j).sort());
  }
  return lines;
}

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
