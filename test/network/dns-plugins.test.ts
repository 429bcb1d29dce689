// What each plugin does to a question and its answer. Objects: one Service web, and a Pod of whom autopath knows.
import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/model/object.js';
import { message, type Message } from '../../src/network/dns/message.js';
import { asker, corednsOf, readerOf, type Surroundings } from './coredns.js';

const reader = readerOf([
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ports: [{ name: 'http', port: 80 }] },
  },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, status: { podIP: '10.244.1.9' } },
] as KubeObject[]);

const said = (m: Message): string => [m.rcode, ...m.answer.map((r) => `${r.name} ${r.ttl} ${r.type} ${r.data}`)].join(' | ');

function ask(plugins: string, name: string, type = 'A', around: Surroundings = {}): string {
  const files = { '/etc/hosts': '127.0.0.1 localhost\n', '/etc/resolv.conf': 'nameserver 172.30.1.1\nsearch lab.example\n' };
  return said(asker(reader, around)(corednsOf(`.:53 {\n${plugins}\n}\n`, files), name, type));
}

const kubernetes = 'kubernetes cluster.local in-addr.arpa';
const web = 'web.default.svc.cluster.local.';

test.each([
  [
    'hosts {\n192.0.2.1 a.example b.example\n2001:db8::1 a.example\nfallthrough\n}',
    'a.example.',
    'A',
    'NOERROR | a.example. 3600 A 192.0.2.1',
  ],
  ['hosts {\n192.0.2.1 a.example\n2001:db8::1 a.example\n}', 'A.Example.', 'AAAA', 'NOERROR | a.example. 3600 AAAA 2001:db8::1'],
  ['hosts {\n192.0.2.1 a.example\n}', 'b.example.', 'A', 'SERVFAIL'],
  ['hosts {\n192.0.2.1 a.example\n}', '1.2.0.192.in-addr.arpa.', 'PTR', 'NOERROR | 1.2.0.192.in-addr.arpa. 3600 PTR a.example.'],
  ['hosts {\n192.0.2.1 *.a.example\n}', 'x.a.example.', 'A', 'NOERROR | x.a.example. 3600 A 192.0.2.1'],
  ['hosts', 'localhost.', 'A', 'NOERROR | localhost. 3600 A 127.0.0.1'],
  [`rewrite name shop.example ${web}\n${kubernetes}`, 'shop.example.', 'A', 'NOERROR | shop.example. 5 A 10.96.0.7'],
  [
    `rewrite stop name suffix .x.example .svc.cluster.local\n${kubernetes}`,
    'web.default.x.example.',
    'A',
    `NOERROR | ${web} 5 A 10.96.0.7`,
  ],
  [
    `rewrite name suffix .x.example .svc.cluster.local answer auto\n${kubernetes}`,
    'web.default.x.example.',
    'A',
    'NOERROR | web.default.x.example. 5 A 10.96.0.7',
  ],
  [
    `rewrite name suffix .x.example .svc.cluster.local answer auto\n${kubernetes}`,
    'web.default.x.example.',
    'SRV',
    'NOERROR | web.default.x.example. 5 SRV 0 100 80 web.default.x.example.',
  ],
  [
    `rewrite name regex (.*)\\.in\\.(.*)\\.example {1}.{2}.svc.cluster.local\n${kubernetes}`,
    'web.in.default.example.',
    'A',
    `NOERROR | ${web} 5 A 10.96.0.7`,
  ],
  [
    `rewrite name regex (.*)\\.example {1}.default.svc.cluster.local answer name (.*)\\.default\\.svc\\.cluster\\.local {1}.example\n${kubernetes}`,
    'web.example.',
    'A',
    'NOERROR | web.example. 5 A 10.96.0.7',
  ],
  [`rewrite name prefix old- new-\nrewrite name substring new we\n${kubernetes}`, 'old-x.example.', 'A', 'SERVFAIL'],
  [
    `rewrite continue name prefix my web\nrewrite name substring web.here web.default answer auto\n${kubernetes}`,
    'my.here.svc.cluster.local.',
    'A',
    'NOERROR | web.here.svc.cluster.local. 5 A 10.96.0.7',
  ],
  [`rewrite ttl exact ${web} 300-600\n${kubernetes}`, web, 'A', `NOERROR | ${web} 300 A 10.96.0.7`],
  [`rewrite rcode exact nope.default.svc.cluster.local NXDOMAIN NOERROR\n${kubernetes}`, 'nope.default.svc.cluster.local.', 'A', 'NOERROR'],
  [
    `rewrite cname exact b.example web.default.svc.cluster.local\ntemplate IN A a.example {\nanswer "{{ .Name }} 7 CNAME b.example."\n}\n${kubernetes}`,
    'a.example.',
    'A',
    `NOERROR | a.example. 7 CNAME ${web} | ${web} 5 A 10.96.0.7`,
  ],
  ['acl {\nallow net 10.244.1.0/24\nblock\n}\nany', 'x.example.', 'ANY', 'NOERROR | x.example. 8482 HINFO "ANY obsoleted" "See RFC 8482"'],
  ['acl example {\nallow type ANY\nfilter net 10.244.0.0/16\n}\nhosts {\n192.0.2.1 x.example\n}', 'x.example.', 'A', 'NOERROR'],
  ['acl {\nblock type A\n}\nhosts {\n192.0.2.1 x.example\n}', 'x.example.', 'A', 'REFUSED'],
  [`rewrite type MX A\n${kubernetes}`, web, 'MX', `NOERROR | ${web} 5 A 10.96.0.7`],
  [
    'template IN A {\nmatch ^(?P<a>\\d+)-(\\d+)\\.ip\\.example\\.$\nanswer "{{ .Name }} 60 IN A 192.0.{{ .Group.a }}.{{ index .Match 2 }}"\n}',
    '2-9.ip.example.',
    'A',
    'NOERROR | 2-9.ip.example. 60 A 192.0.2.9',
  ],
  ['template IN ANY example {\nrcode NXDOMAIN\n}', 'x.example.', 'TXT', 'NXDOMAIN'],
  [
    `template IN A x.example {\nanswer "{{ .Name }} CNAME ${web}"\n}\n${kubernetes}`,
    'a.x.example.',
    'A',
    `NOERROR | a.x.example. 3600 CNAME ${web} | ${web} 5 A 10.96.0.7`,
  ],
  ['any', 'x.example.', 'ANY', 'NOERROR | x.example. 8482 HINFO "ANY obsoleted" "See RFC 8482"'],
  ['local', 'localhost.', 'A', 'NOERROR | localhost. 604800 A 127.0.0.1'],
  [
    `autopath @kubernetes\nkubernetes cluster.local {\npods verified\n}`,
    'web.default.default.svc.cluster.local.',
    'A',
    `NOERROR | web.default.default.svc.cluster.local. 5 CNAME ${web} | ${web} 5 A 10.96.0.7`,
  ],
  [
    `${kubernetes} {\nfallthrough in-addr.arpa\n}\nhosts {\n192.0.2.1 a.example\n}`,
    '1.2.0.192.in-addr.arpa.',
    'PTR',
    'NOERROR | 1.2.0.192.in-addr.arpa. 3600 PTR a.example.',
  ],
  [kubernetes, 'cluster.local.', 'NS', 'NOERROR | cluster.local. 5 NS ns.dns.cluster.local.'],
  [kubernetes, 'ns.dns.cluster.local.', 'A', 'NOERROR | ns.dns.cluster.local. 5 A 10.244.1.2'],
  [kubernetes, 'cluster.local.', 'AXFR', 'REFUSED'],
])('%s %s %s', (plugins, name, type, answer) => {
  expect(ask(plugins, name, type)).toBe(answer);
});

test('questions of class CH go where chaos is', () => {
  const put = (plugins: string): Message | undefined => {
    const coredns = corednsOf(`.:53 {\n${plugins}\n}\n`);
    const [at] = coredns.listeners;
    const asking = { self: { pod: 'coredns-1' } } as Parameters<typeof coredns.answer>[2];
    return coredns.answer(at as NonNullable<typeof at>, { name: 'version.bind.', type: 'TXT', class: 'CH', recursion: true }, asking);
  };
  expect(put('chaos mine')?.answer).toEqual([{ name: 'version.bind.', type: 'TXT', ttl: 0, class: 'CH', data: '"mine"' }]);
  expect(put('whoami')?.rcode).toBe('REFUSED');
});

test('header turns flags', () => {
  const coredns = corednsOf('.:53 {\nheader {\nresponse set ra\nresponse clear aa rd\n}\nwhoami\n}\n');
  const { authoritative, recursionAvailable, recursionDesired } = asker(reader)(coredns, 'x.example.', 'A');
  expect({ authoritative, recursionAvailable, recursionDesired }).toEqual({
    authoritative: false,
    recursionAvailable: true,
    recursionDesired: false,
  });
});

test('DS is asked of the zone above, and a dropped question of nobody', () => {
  const coredns = corednsOf('example {\nany\nhosts {\n192.0.2.1 a.b.example\n}\n}\nb.example {\nacl {\ndrop\n}\n}\n');
  const put = asker(reader);
  expect(said(put(coredns, 'a.b.example.', 'DS'))).toBe('NOERROR');
  expect(() => put(coredns, 'a.b.example.', 'A')).toThrow('silent');
});

test('without a zone, addresses have no names that could be sent', () => {
  const put = asker(reader);
  const coredns = corednsOf('.:53 {\nkubernetes\n}\n');
  expect(said(put(coredns, 'web.default.svc.', 'A'))).toBe('NOERROR | web.default.svc. 5 A 10.96.0.7');
  expect(said(put(coredns, '9.9.9.9.in-addr.arpa.', 'PTR'))).toBe('NXDOMAIN');
  expect(() => put(coredns, '7.0.96.10.in-addr.arpa.', 'PTR')).toThrow('silent');
});

test('zones and ports go to their own server blocks', () => {
  const coredns = corednsOf(
    '.:53 {\n  whoami\n}\ncluster.local:53 10.0.0.0/24 {\n  kubernetes cluster.local\n}\nx.example:5353 {\n  any\n}\n',
  );
  expect(coredns.banner).toBe('.:53\n0.0.10.in-addr.arpa.:53\ncluster.local.:53\nx.example.:5353\n');
  expect(coredns.listeners).toEqual([
    { host: '', port: 53 },
    { host: '', port: 5353 },
  ]);
  expect(said(asker(reader)(coredns, web, 'A'))).toBe(`NOERROR | ${web} 5 A 10.96.0.7`);
  expect(asker(reader)(coredns, 'x.example.', 'A').additional.map((r) => r.data)).toEqual(['10.244.1.9', '0 0 40000 .']);
});

test('the cache keeps answers as long as they live, and denials too', () => {
  let now = 0;
  let asked = 0;
  const forward = (): Message => {
    asked++;
    return message('NOERROR', { answer: [{ name: 'a.example.', type: 'A', ttl: 300, data: '192.0.2.1' }], recursionAvailable: true });
  };
  const coredns = corednsOf('.:53 {\n cache 30\n forward . 192.0.2.53\n}\n');
  const put = asker(reader, { now: () => now, forward });
  expect(said(put(coredns, 'a.example.', 'A'))).toBe('NOERROR | a.example. 30 A 192.0.2.1');
  now = 12_500;
  expect(said(put(coredns, 'a.example.', 'A'))).toBe('NOERROR | a.example. 18 A 192.0.2.1');
  now = 30_000;
  expect(said(put(coredns, 'a.example.', 'A'))).toBe('NOERROR | a.example. 30 A 192.0.2.1');
  expect(asked).toBe(2);
});

test.each([
  ['serve_stale', ['3', '0', '0', '0', 'SERVFAIL']],
  ['serve_stale 1h verify', ['3', '0', '0', '3', 'SERVFAIL']],
  ['serve_stale 20s immediate 7s', ['3', '7', 'SERVFAIL', '3', 'SERVFAIL']],
  ['keepttl', ['3', 'SERVFAIL', 'SERVFAIL', '3', 'SERVFAIL']],
])('what is out of date is told with %s', (property, lifetimes) => {
  let now = 0;
  let alive = true;
  const answer: Message = message('NOERROR', { answer: [{ name: 'a.example.', type: 'A', ttl: 3, data: '192.0.2.1' }] });
  const coredns = corednsOf(`.:53 {\n cache 3 {\n ${property}\n }\n forward . 192.0.2.53\n}\n`);
  const put = asker(reader, { now: () => now, forward: () => (alive ? answer : undefined) });
  const told = (at: number, up: boolean): string => {
    now = at * 1000;
    alive = up;
    const m = put(coredns, 'a.example.', 'A');
    return m.answer[0] ? String(m.answer[0].ttl) : m.rcode;
  };
  expect([told(0, true), told(10, false), told(30, false), told(60, true), told(5000, false)]).toEqual(lifetimes);
});

test('log and errors write lines', () => {
  const lines: string[] = [];
  const plugins = 'log\nerrors\nkubernetes cluster.local\nforward example.org 192.0.2.53';
  ask(plugins, 'Web.default.svc.cluster.local.', 'A', { lines });
  ask(plugins, 'x.example.', 'A', { lines });
  ask(plugins, 'x.example.org.', 'AAAA', { lines });
  expect(lines).toEqual([
    '[INFO] 10.244.1.9:40000 - 0 "A IN web.default.svc.cluster.local. udp 47 false 512" NOERROR qr,aa,rd 92 0.000050000s',
    '[INFO] 10.244.1.9:40000 - 0 "A IN x.example. udp 27 false 512" SERVFAIL qr,rd 27 0.000050000s',
    '[ERROR] plugin/errors: 2 x.example. A: plugin/forward: no next plugin found',
    '[INFO] 10.244.1.9:40000 - 0 "AAAA IN x.example.org. udp 31 false 512" SERVFAIL qr,rd 31 0.000050000s',
    '[ERROR] plugin/errors: 2 x.example.org. AAAA: read udp 10.244.1.2:40000->192.0.2.53:53: i/o timeout',
  ]);
});

test('what an acl keeps back is logged too', () => {
  const lines: string[] = [];
  const plugins = 'log . "{type} {name} {size} {rcode} {>rflags} {rsize}"\nrewrite name a.example b.example\nacl {\nblock type A\ndrop\n}';
  ask(plugins, 'a.example.', 'A', { lines });
  expect(() => ask(plugins, 'c.example.', 'MX', { lines })).toThrow('silent');
  expect(lines).toEqual(['[INFO] A a.example. 27 REFUSED qr,rd 44', '[INFO] MX c.example. 27 - - 0']);
});

test('file serves a zone', () => {
  const zone = `$ORIGIN corp.example.
$TTL 1h
@ IN SOA ns1 admin ( 2026010101 ; serial
      7200 3600 1209600 300 )
  IN NS ns1
ns1 A 192.0.2.53
www 60 IN A 192.0.2.80
alias CNAME www
away CNAME web.default.svc.cluster.local.
@ MX 10 mail
mail A 192.0.2.25
*.dev A 192.0.2.99
x.y.dev A 192.0.2.98
old DNAME dev
a.b.deep TXT "some text; here"
sub NS ns.sub
ns.sub A 192.0.2.54
`;
  const coredns = corednsOf('.:53 {\n file /etc/coredns/corp.db corp.example\n kubernetes cluster.local\n}\n', {
    '/etc/coredns/corp.db': zone,
  });
  const put = asker(reader);
  const all = (name: string, type: string): string => {
    const m = put(coredns, name, type);
    const text = (records: Message['answer']): string => records.map((r) => `${r.name} ${r.ttl} ${r.type} ${r.data}`).join(', ');
    return [m.rcode, text(m.answer), text(m.authority), text(m.additional)].join(' | ');
  };
  const soa = 'corp.example. 3600 SOA ns1.corp.example. admin.corp.example. 2026010101 7200 3600 1209600 300';
  const ns = 'corp.example. 3600 NS ns1.corp.example.';
  expect(all('www.corp.example.', 'A')).toBe(`NOERROR | www.corp.example. 60 A 192.0.2.80 | ${ns} | `);
  expect(all('www.corp.example.', 'AAAA')).toBe(`NOERROR |  | ${soa} | `);
  expect(all('nope.corp.example.', 'A')).toBe(`NXDOMAIN |  | ${soa} | `);
  expect(all('deep.corp.example.', 'A')).toBe(`NOERROR |  | ${soa} | `);
  expect(all('a.b.deep.corp.example.', 'TXT')).toBe(`NOERROR | a.b.deep.corp.example. 3600 TXT "some text; here" | ${ns} | `);
  expect(all('alias.corp.example.', 'A')).toBe(
    `NOERROR | alias.corp.example. 3600 CNAME www.corp.example., www.corp.example. 60 A 192.0.2.80 | ${ns} | `,
  );
  expect(all('away.corp.example.', 'A')).toBe(`NOERROR | away.corp.example. 3600 CNAME ${web}, ${web} 5 A 10.96.0.7 | ${ns} | `);
  expect(all('corp.example.', 'MX')).toBe(
    `NOERROR | corp.example. 3600 MX 10 mail.corp.example. | ${ns} | mail.corp.example. 3600 A 192.0.2.25`,
  );
  expect(all('x.dev.corp.example.', 'A')).toBe(`NOERROR | x.dev.corp.example. 3600 A 192.0.2.99 | ${ns} | `);
  // Nearer to the name than the wildcard there is something, so that it does not reach it.
  expect(all('z.y.dev.corp.example.', 'A')).toBe(`NXDOMAIN |  | ${soa} | `);
  expect(all('w.old.corp.example.', 'A')).toBe(
    `NOERROR | old.corp.example. 3600 DNAME dev.corp.example., w.old.corp.example. 3600 CNAME w.dev.corp.example., w.dev.corp.example. 3600 A 192.0.2.99 | ${ns} | `,
  );
  expect(all('alias.corp.example.', 'AAAA')).toBe(`NOERROR | alias.corp.example. 3600 CNAME www.corp.example. | ${ns} | `);
  expect(all('away.corp.example.', 'MX')).toBe(`NOERROR | away.corp.example. 3600 CNAME ${web} | ${soa} | `);
  expect(all('h.sub.corp.example.', 'A')).toBe(
    'NOERROR |  | sub.corp.example. 3600 NS ns.sub.corp.example. | ns.sub.corp.example. 3600 A 192.0.2.54',
  );
});
