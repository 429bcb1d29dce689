// Plugins of a few lines: any, local, minimal, whoami, loadbalance, chaos. Mirror the plugins of these names.
import { addressRecord, message, type Message, type Record } from '../message.js';
import { zoneOf } from '../name.js';
import { type Asking, type Handler, mistake, type Outcome, type Plugin, written } from '../plugin.js';

/** Of a directive that stands alone. */
const withoutWords =
  (handler: Handler): Plugin['setup'] =>
  ({ words }) => {
    words.next();
    if (words.nextArg()) throw words.argError();
    return handler;
  };

/** ANY is answered with the advice of RFC 8482. */
export const any: Plugin = {
  name: 'any',
  setup: withoutWords((question, asking, next) =>
    question.type === 'ANY'
      ? written(message('NOERROR', { answer: [{ name: question.name, type: 'HINFO', ttl: 8482, data: '"ANY obsoleted" "See RFC 8482"' }] }))
      : next(question, asking),
  ),
};

const localZones = ['localhost.', '0.in-addr.arpa.', '127.in-addr.arpa.', '255.in-addr.arpa.'];
const localTTL = 604_800;
const loopback: { readonly [type: string]: string } = { A: '127.0.0.1', AAAA: '::1' };

/** localhost and the reverse zones that belong to no network. */
export const local: Plugin = {
  name: 'local',
  setup: withoutWords((question, asking, next) => {
    const { name, type } = question;
    const lower = name.toLowerCase();
    const soa = (owner: string): Record => ({
      name: owner,
      type: 'SOA',
      ttl: localTTL,
      data: `localhost. root.localhost. 1 0 0 0 ${localTTL}`,
    });
    const address = (): Message => {
      const ip = loopback[type];
      return ip === undefined
        ? message('NOERROR', { authority: [soa(name)] })
        : message('NOERROR', { answer: [addressRecord(name, ip, localTTL)] });
    };
    if (lower.endsWith('.localhost.') || (lower.startsWith('localhost.') && lower !== 'localhost.')) return written(address());
    const zone = zoneOf(localZones, lower);
    if (zone === '') return next(question, asking);
    if (lower === '1.0.0.127.in-addr.arpa.' && type === 'PTR')
      return written(message('NOERROR', { answer: [{ name, type: 'PTR', ttl: localTTL, data: 'localhost.' }] }));
    if (lower !== zone) return written(message(lower === '1.0.0.127.in-addr.arpa.' ? 'NOERROR' : 'NXDOMAIN', { authority: [soa(zone)] }));
    if (type === 'SOA') return written(message('NOERROR', { answer: [soa(name)] }));
    if (type === 'NS') return written(message('NOERROR', { answer: [{ name, type: 'NS', ttl: localTTL, data: 'localhost.' }] }));
    return written(lower === 'localhost.' ? address() : message('NOERROR', { authority: [soa(name)] }));
  }),
};

/** Answers without what was not asked for. */
export const minimal: Plugin = {
  name: 'minimal',
  setup: withoutWords((question, asking, next) => {
    const outcome = next(question, asking);
    const m = outcome.message;
    return m && m.rcode === 'NOERROR' && m.answer.length > 0 ? { ...outcome, message: { ...m, authority: [], additional: [] } } : outcome;
  }),
};

/** Tells who asks. It never asks further. */
export const whoami: Plugin = {
  name: 'whoami',
  setup: withoutWords((question, asking) => {
    const { client, protocol } = asking;
    const service = {
      name: `_${protocol.toLowerCase()}.${question.name === '.' ? '' : question.name}`,
      type: 'SRV',
      ttl: 0,
      data: `0 0 ${client.port()} .`,
    };
    const additional = [addressRecord(question.name, client.ip, 0), service].map((r) => ({
      ...r,
      ...(question.class && { class: question.class }),
    }));
    return written(message('NOERROR', { additional, authoritative: true }));
  }),
};

/** Addresses in another order each time; aliases come first. */
function shuffled(records: readonly Record[], asking: Asking): readonly Record[] {
  if (records.length < 2) return records;
  const moved = (types: readonly string[]): Record[] => {
    const some = records.filter((r) => types.includes(r.type));
    for (let i = 0; i < some.length - 1; i++) {
      const j = i + asking.net.pick(some.length - i);
      [some[i], some[j]] = [some[j] as Record, some[i] as Record];
    }
    return some;
  };
  const rest = records.filter((r) => !['CNAME', 'A', 'AAAA', 'MX'].includes(r.type));
  return [...records.filter((r) => r.type === 'CNAME'), ...rest, ...moved(['A', 'AAAA']), ...moved(['MX'])];
}

export const loadbalance: Plugin = {
  name: 'loadbalance',
  setup: ({ words }): Handler => {
    while (words.next()) {
      const [policy, ...more] = words.args();
      if (policy === 'weighted') throw mistake("kubelab does not simulate 'weighted'");
      if (policy !== undefined && policy !== 'round_robin') throw mistake(`unknown policy: ${policy}`);
      if (more.length > 0) throw words.error(`unknown property for ${policy}`);
      while (words.nextInBlock()) {
        if (words.word() !== 'prefer') throw words.error(`unknown property '${words.word()}'`);
        throw mistake("kubelab does not simulate 'prefer'");
      }
    }
    return (question, asking, next) => {
      const outcome = next(question, asking);
      const m = outcome.message;
      if (m?.rcode !== 'NOERROR') return outcome;
      return { ...outcome, message: { ...m, answer: shuffled(m.answer, asking), additional: shuffled(m.additional, asking) } };
    };
  },
};

const maintainers =
  `Tantalor93 bradbeam chrisohaver darshanime dilyevsky ekleiner greenpau houyuwushang ihac inigohu isolus jameshartig johnbelamaric miekg mqasimsarfraz
  nchrisdk nitisht pmoroney rajansandeep rdrozhdzh rtreffer snebel29 stp-ip superq thevilledev varyoo ykhr53 yongtang zouyee`.split(/\s+/);

/** Of a text in a record. */
const longest = 255;

/** Which software this is and who wrote it, asked in class CH. */
export const chaos: Plugin = {
  name: 'chaos',
  setup: ({ words }) => {
    words.next();
    const [version = 'CoreDNS-1.14.7', ...given] = words.args();
    const authors = given.length > 0 ? [...new Set(given)].sort() : maintainers;
    if (words.nextInBlock()) throw words.error(`unknown property '${words.word()}'`);
    const texts: { readonly [name: string]: (asking: Asking) => readonly string[] } = {
      'authors.bind.': () => authors,
      'version.bind.': () => [version],
      'version.server.': () => [version],
      'hostname.bind.': ({ self }) => [self.pod],
      'id.server.': ({ self }) => [self.pod],
    };
    return (question, asking, next): Outcome => {
      const { name, type } = question;
      const text = question.class === 'CH' && type === 'TXT' ? texts[name.toLowerCase()] : undefined;
      if (!text) return next(question, asking);
      const answer = text(asking).map((t): Record => ({ name, type, ttl: 0, class: 'CH', data: JSON.stringify(t.slice(0, longest)) }));
      return written(message('NOERROR', { answer }));
    };
  },
};
