// The nftables rules of kube-proxy 1.36.3 (recorded/proxy.jsonl), block for block.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nftables } from '../../src/network/proxy/nftables/build.js';
import { tableText } from '../../src/network/proxy/nftables/list.js';
import { proxyNodeOf } from './proxy-node.js';

const here = dirname(fileURLToPath(import.meta.url));

interface Recorded {
  id: string;
  objects: { kind: string; metadata: { name: string }; status?: object }[];
  loadBalancer: Record<string, object[]>;
  nftables: string;
}

const path = resolve(here, '../../../shared/recorded/proxy.jsonl');
const recorded: Recorded[] = existsSync(path)
  ? readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  : [];
if (recorded.length === 0) console.log('skipped: no recordings');

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

/** kube-proxy walks its Services in no fixed order, so the order of their chains is chance. */
const blocks = (text: string): string[] =>
  text
    .split(/^(?=table |\t(?:set|map|chain) )/m)
    .map((b) => b.trim().replace(/\n\}$/, ''))
    .sort();

describe.skipIf(recorded.length === 0)('as recorded', () => {
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
