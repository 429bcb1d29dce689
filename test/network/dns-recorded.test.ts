// What a real CoreDNS answered with six Corefiles (recorded/dns.jsonl), asked again of the simulated one, to the byte.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { splitDocuments } from '../../src/lib/yaml/documents.js';
import { readYaml } from '../../src/lib/yaml/read.js';
import type { KubeObject } from '../../src/model/object.js';
import type { Message, Record } from '../../src/network/dns/message.js';
import { asker, corednsOf, readerOf } from './coredns.js';

interface Recorded {
  readonly corefile: string;
  readonly name: string;
  readonly type: string;
  readonly rcode: string;
  readonly flags: string;
  readonly answer: string[];
  readonly authority: string[];
  readonly additional: string[];
}

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../../../shared/recorded');
const there = existsSync(`${folder}/dns.jsonl`);
if (!there) console.log('skipped: no recordings');

/** The Service of an Endpoints object has a slice that mirrors it; the kubernetes Service is there in every cluster. */
function world(): KubeObject[] {
  const objects = [...splitDocuments(readFileSync(`${folder}/dns/world.yaml`, 'utf8'))].map((d) => readYaml(d) as unknown as KubeObject);
  const mirrored = objects
    .filter((o) => o.kind === 'Endpoints')
    .map((o) => {
      const { subsets } = o as unknown as { subsets: { addresses: { ip: string }[]; ports: object[] }[] };
      const labels = { 'kubernetes.io/service-name': o.metadata.name };
      const endpoints = subsets.flatMap((s) => s.addresses.map((a) => ({ addresses: [a.ip], conditions: { ready: true } })));
      return { kind: 'EndpointSlice', metadata: { ...o.metadata, labels }, addressType: 'IPv4', ports: subsets[0]?.ports, endpoints };
    });
  const kubernetes = {
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default' },
    spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] },
  };
  const ready = {
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    ports: [{ name: 'https', port: 6443 }],
    endpoints: [{ addresses: ['172.30.1.2'], conditions: { ready: true } }],
  };
  const given = { kind: 'Namespace', metadata: { name: 'default' } };
  return [...objects, ...mirrored, kubernetes, ready, given] as KubeObject[];
}

const line = ({ name, ttl, type, data }: Record): string =>
  `${name} ${ttl} IN ${type} ${type === 'SOA' ? data.replace(/ \d{10} /, ' <serial> ') : data}`;
const lines = (records: readonly Record[]): string[] => records.map(line).sort();
const flagsOf = (m: Message): string => ['QR', ...(m.authoritative ? ['AA'] : []), ...(m.truncated ? ['TC'] : []), 'RD'].join(' ');

test.skipIf(!there)('answers as recorded', () => {
  const rows = readFileSync(`${folder}/dns.jsonl`, 'utf8')
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => JSON.parse(l) as Recorded);
  const ask = asker(readerOf(world()));
  const servers = new Map(
    [...new Set(rows.map((r) => r.corefile))].map((c) => [c, corednsOf(readFileSync(`${folder}/dns/Corefile.${c}`, 'utf8'))]),
  );
  const wrong = rows.flatMap((r) => {
    const m = ask(servers.get(r.corefile) as never, r.name === '.' ? '.' : `${r.name}.`, r.type);
    const got = {
      ...r,
      rcode: m.rcode,
      flags: flagsOf(m),
      answer: lines(m.answer),
      authority: lines(m.authority),
      additional: lines(m.additional),
    };
    return JSON.stringify(got) === JSON.stringify(r) ? [] : [{ recorded: r, got }];
  });
  expect(wrong).toEqual([]);
});
