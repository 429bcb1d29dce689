// CoreDNS' own tables of questions and answers (fixtures/cases/dns.json), and the kubelet's of resolv.conf and search lists.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Pod } from '../../src/model/generated/api.js';
import type { KubeObject } from '../../src/model/object.js';
import type { Record } from '../../src/network/dns/message.js';
import { candidates, resolvConf, resolvConfText } from '../../src/network/resolver.js';
import { asker, corednsOf, readerOf } from './coredns.js';

interface Options {
  readonly pods?: string;
  readonly namespaces?: readonly string[];
  readonly ignore?: string;
  readonly reverseZones?: readonly string[];
}

interface Case {
  readonly id: string;
  readonly given: { fixture?: string; options?: Options; podNamespace?: string; dnsPolicy?: Pod['spec']['dnsPolicy'] };
  readonly when: { query?: { name: string; type: string }; lookup?: string };
  readonly expect: {
    rcode?: string;
    answer?: Record[];
    extra?: Record[];
    authoritySOA?: string;
    negativeTTL?: number;
    queriesInOrder?: string[];
    lines?: string[];
  };
}

const { cases, fixtures } = JSON.parse(readFileSync(new URL('../../fixtures/cases/dns.json', import.meta.url), 'utf8')) as {
  cases: Case[];
  fixtures: { [name: string]: KubeObject[] };
};

const corefile = ({ pods, namespaces, ignore, reverseZones = [] }: Options): string => `. {
  kubernetes ${['cluster.local', ...reverseZones].join(' ')} {
    ${pods ? `pods ${pods}` : ''}
    ${namespaces ? `namespaces ${namespaces.join(' ')}` : ''}
    ${ignore ? `ignore ${ignore}` : ''}
  }
}`;

const text = ({ name, type, ttl, data }: Record): string => `${name} ${ttl} ${type} ${data}`;
const sorted = (records: readonly Record[] = []): string[] => records.map(text).sort();

describe('questions', () => {
  test.each(cases.filter((c) => c.when.query).map((c): [string, Case] => [c.id, c]))('%s', (_, { given, when, expect: wanted }) => {
    const { name, type } = when.query as { name: string; type: string };
    const reply = asker(readerOf(fixtures[given.fixture as string] as KubeObject[]))(corednsOf(corefile(given.options ?? {})), name, type);
    const [soa] = reply.authority;
    expect({
      rcode: reply.rcode,
      answer: sorted(reply.answer),
      extra: sorted(reply.additional),
      soa: soa && { name: soa.name, ttl: soa.ttl },
    }).toEqual({
      rcode: wanted.rcode,
      answer: sorted(wanted.answer),
      extra: sorted(wanted.extra),
      soa: wanted.authoritySOA && { name: wanted.authoritySOA, ttl: wanted.negativeTTL },
    });
  });
});

const config = { clusterDomain: 'cluster.local', serviceCIDRs: ['10.96.0.0/12'] } as unknown as Parameters<typeof resolvConf>[0];

const podOf = ({ podNamespace, dnsPolicy }: Case['given']): Pod =>
  ({ metadata: { name: 'p', namespace: podNamespace }, spec: { containers: [], ...(dnsPolicy && { dnsPolicy }) } }) as unknown as Pod;

describe('resolvers', () => {
  test.each(cases.filter((c) => c.when.lookup).map((c): [string, Case] => [c.id, c]))('%s', (_, { given, when, expect: wanted }) => {
    const asked = candidates(resolvConf(config, podOf(given)), when.lookup as string);
    // They stop at the name that is there: what is asked begins as told.
    expect(asked.slice(0, wanted.queriesInOrder?.length).map((n) => `${n}.`)).toEqual(wanted.queriesInOrder);
  });

  test.each(cases.filter((c) => c.expect.lines).map((c): [string, Case] => [c.id, c]))('%s', (_, { given, expect: wanted }) => {
    expect(
      resolvConfText(resolvConf(config, podOf(given)))
        .trim()
        .split('\n'),
    ).toEqual(wanted.lines);
  });

  test('every case is looked at', () => {
    expect(cases.filter((c) => !c.when.query && !c.when.lookup && !c.expect.lines)).toEqual([]);
  });
});
