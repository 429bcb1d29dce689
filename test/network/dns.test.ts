// What the cluster's zone answers; the recorded answers of CoreDNS to the same names are the judge (recorded/dns.jsonl, Corefile.default).
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/model/object.js';
import { matches } from '../../src/model/selector.js';
import type { ListOptions, Reader } from '../../src/model/store.js';
import { answer } from '../../src/network/dns.js';
import type { Net } from '../../src/network/net.js';

const named = (kind: string, name: string, rest: object = {}, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...(kind !== 'Namespace' && { namespace: 'shop' }), labels },
  ...rest,
});
const service = (name: string, spec: object): KubeObject => named('Service', name, { spec });
const alias = (name: string, externalName: string): KubeObject => service(name, { type: 'ExternalName', externalName });

const objects: KubeObject[] = [
  named('Namespace', 'shop'),
  service('web', {
    clusterIP: '10.96.100.10',
    clusterIPs: ['10.96.100.10'],
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ],
  }),
  service('db', { clusterIP: 'None', clusterIPs: ['None'], ports: [{ name: 'pg', port: 5432 }] }),
  named(
    'EndpointSlice.discovery.k8s.io',
    'db-1',
    {
      addressType: 'IPv4',
      ports: [{ name: 'pg', port: 5432, protocol: 'TCP' }],
      endpoints: [
        { addresses: ['10.1.0.1'], hostname: 'db-0', conditions: { ready: true } },
        { addresses: ['10.1.0.2'], conditions: { ready: true } },
        { addresses: ['10.1.0.3'], conditions: { ready: false } },
      ],
    },
    { 'kubernetes.io/service-name': 'db' },
  ),
  service('empty', { clusterIP: 'None', ports: [{ port: 80 }] }),
  alias('to-web', 'web.shop.svc.cluster.local'),
  alias('dead', 'nope.shop.svc.cluster.local'),
  alias('loop-a', 'loop-b.shop.svc.cluster.local'),
  alias('loop-b', 'loop-a.shop.svc.cluster.local'),
];

const list = (kind: string, options: ListOptions = {}): KubeObject[] =>
  objects.filter(
    (o) =>
      o.kind === kind &&
      (!options.namespace || o.metadata.namespace === options.namespace) &&
      matches(options.labels ?? [], o.metadata.labels),
  );
const reader = {
  list,
  get: (kind: string, _ns: string, name: string) => list(kind).find((o) => o.metadata.name === name),
} as unknown as Reader;
const net: Net = { reader, config: { clusterDomain: 'cluster.local' } as Net['config'], now: () => 0, pick: () => 0 };

const ask = (name: string, type = 'A'): string => {
  const { rcode, records } = answer(net, name, type);
  return [rcode, ...records.map((r) => `${r.type} ${r.data}`)].join(' | ');
};

test.each([
  ['web.shop.svc.cluster.local', 'A', 'NOERROR | A 10.96.100.10'],
  ['WEB.shop.svc.cluster.local.', 'A', 'NOERROR | A 10.96.100.10'],
  ['web.shop.svc.cluster.local', 'AAAA', 'NOERROR'],
  ['web.shop.svc.cluster.local', 'SRV', 'NOERROR | SRV 0 50 80 web.shop.svc.cluster.local | SRV 0 50 443 web.shop.svc.cluster.local'],
  ['_http._tcp.web.shop.svc.cluster.local', 'SRV', 'NOERROR | SRV 0 100 80 web.shop.svc.cluster.local'],
  ['db.shop.svc.cluster.local', 'A', 'NOERROR | A 10.1.0.1 | A 10.1.0.2'],
  ['db-0.db.shop.svc.cluster.local', 'A', 'NOERROR | A 10.1.0.1'],
  ['10-1-0-2.db.shop.svc.cluster.local', 'A', 'NOERROR | A 10.1.0.2'],
  ['empty.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['nope.shop.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['web.nowhere.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['10-9-9-9.shop.pod.cluster.local', 'A', 'NOERROR | A 10.9.9.9'],
  ['10.100.96.10.in-addr.arpa', 'PTR', 'NOERROR | PTR web.shop.svc.cluster.local'],
  ['to-web.shop.svc.cluster.local', 'A', 'NOERROR | CNAME web.shop.svc.cluster.local | A 10.96.100.10'],
  ['dead.shop.svc.cluster.local', 'A', 'NOERROR'],
  ['loop-a.shop.svc.cluster.local', 'A', 'NOERROR'],
])('%s %s', (name, type, expected) => {
  expect(ask(name, type)).toBe(expected);
});
