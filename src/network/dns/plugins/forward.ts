// forward: questions are put to other servers. Mirrors coredns/plugin/forward.
import { formatGoDuration } from '../../../lib/duration.js';
import { joinHostPort, parseIP } from '../../../lib/ip.js';
import type { Cursor } from '../corefile/tokens.js';
import type { Files } from '../corefile/parse.js';
import { rcodes } from '../message.js';
import { fqdn, isBelow, originsOf, splitTransport } from '../name.js';
import { outsideAnswer, outsideServers } from '../outside.js';
import { type Asking, goNumber, type Handler, mistake, type Outcome, type Plugin, type Question, type Serve, written } from '../plugin.js';
import { duration } from './process.js';

interface Upstream {
  readonly ip: string;
  readonly port: number;
}

interface Forward {
  readonly from: string;
  upstreams: readonly Upstream[];
  except: readonly string[];
  policy: string;
  tcp: boolean;
  /** How often is tried in all; absent: twice for each upstream; 0: until the time is over. */
  attempts?: number;
  timeout: number;
  next: readonly string[];
  /** Answers after which the next upstream is tried. */
  failover: readonly string[];
  expire: number;
  maxAge: number;
  nextOnNodata: boolean;
}

const most = 15;
/** No new try is begun after this time. */
const patience = 5000;

export const forward: Plugin = {
  name: 'forward',
  setup: ({ words, files, plan }): Handler => {
    const list: Forward[] = [];
    while (words.next()) list.push(stanza(words, files));
    plan.upstreams.push(...list.flatMap((f) => f.upstreams.map(({ ip, port }) => ({ from: f.from, ip, port }))));
    return list.reduceRight<Handler | undefined>(
      (later, f) => (question, asking, next) => serve(f, question, asking, later ? (q, a) => later(q, a, next) : next, later !== undefined),
      undefined,
    ) as Handler;
  },
};

function serve(f: Forward, question: Question, asking: Asking, next: Serve, another: boolean): Outcome {
  const { name } = question;
  if (!isBelow(f.from, name) || (name.toLowerCase() !== f.from && f.except.some((e) => isBelow(e, name)))) return next(question, asking);
  const ordered = order(f, asking);
  const attempts = f.attempts === undefined ? 2 * ordered.length : f.attempts === 0 ? Number.POSITIVE_INFINITY : f.attempts;
  let error = 'no healthy proxies';
  let failovers = 0;
  for (let i = 0, waited = 0; i < attempts && waited < patience; i++) {
    const to = ordered[i % ordered.length] as Upstream;
    const protocol = f.tcp ? 'TCP' : asking.protocol;
    const reply = asking.forward(to.ip, to.port, protocol, question);
    if (reply === undefined || reply === 'refused') {
      const own = asking.self.ips.find((ip) => ip.includes(':') === to.ip.includes(':')) ?? '';
      const way = `${protocol.toLowerCase()} ${joinHostPort(own, asking.client.port())}->${joinHostPort(to.ip, to.port)}`;
      error = reply === 'refused' ? `read ${way}: read: connection refused` : `read ${way}: i/o timeout`;
      const spent = reply === 'refused' ? 1 : f.timeout;
      asking.wait(spent);
      waited += spent;
      continue;
    }
    if (f.failover.includes(reply.rcode) && ++failovers < ordered.length) continue;
    const empty = reply.rcode === 'NOERROR' && reply.answer.length === 0;
    if (another && (f.next.includes(reply.rcode) || (f.nextOnNodata && empty))) return next(question, asking);
    return written(reply);
  }
  return { rcode: 'SERVFAIL', error };
}

/** Upstreams in the order in which they are tried. */
function order({ upstreams, policy }: Forward, { net }: Asking): readonly Upstream[] {
  if (policy === 'sequential' || upstreams.length < 2) return upstreams;
  const start = net.pick(upstreams.length);
  return [...upstreams.slice(start), ...upstreams.slice(0, start)];
}

function stanza(words: Cursor, files: Files): Forward {
  if (!words.nextArg()) throw words.argError();
  const from = originsOf([words.word()], [])[0];
  if (from === undefined) throw mistake(`unable to normalize '${words.word()}'`);
  const to = words.args();
  if (to.length === 0) throw words.argError();
  const f: Forward = {
    from,
    upstreams: [],
    except: [],
    policy: 'random',
    tcp: false,
    timeout: 2000,
    next: [],
    failover: [],
    expire: 10_000,
    maxAge: 0,
    nextOnNodata: false,
  };
  while (words.nextInBlock()) property(f, words);
  if (f.maxAge > 0 && f.maxAge < f.expire)
    throw mistake(`max_age (${formatGoDuration(f.maxAge)}) must not be less than expire (${formatGoDuration(f.expire)})`);
  const upstreams = to.flatMap((t) => upstreamsOf(t, files));
  f.upstreams = upstreams.filter((u, i) => upstreams.findIndex((o) => o.ip === u.ip && o.port === u.port) === i);
  if (f.upstreams.length === 0) throw mistake('no valid upstream addresses found');
  if (to.length > most) throw mistake(`more than ${most} TOs configured: ${to.length}`);
  return f;
}

/** Ports of the transports that a Corefile may name. */
const ports: { readonly [transport: string]: number } = { dns: 53, tls: 853, quic: 853, grpc: 443, https: 443, https3: 443, unix: 0 };

/** An address with or without port, a file like /etc/resolv.conf, or a host's name. */
function upstreamsOf(text: string, files: Files): Upstream[] {
  const { transport, rest } = splitTransport(text);
  if (rest === '') throw mistake(`invalid address: ${JSON.stringify(text)}`);
  const file = files.read(rest);
  if (file !== undefined) return [...file.matchAll(/^nameserver\s+(\S+)/gm)].map((m) => ({ ip: m[1] as string, port: 53 }));
  const { host, port = ports[transport] as number } = hostAndPort(rest);
  const address = parseIP(host) ? [host] : undefined;
  if (transport === 'tls' || transport === 'https') throw mistake(`kubelab does not simulate forwarding over ${transport}: ${text}`);
  if (transport !== 'dns') {
    const full = transport === 'unix' ? rest : joinHostPort(host, port);
    throw mistake(`'${transport}' is not supported as a destination protocol in forward: ${transport}://${full}`);
  }
  if (!address && !isDomainName(host)) throw mistake(`not an IP address, file, or valid domain: ${JSON.stringify(text)}`);
  return (address ?? addressesOf(host, files)).map((ip) => ({ ip, port }));
}

/** "1.1.1.1:53", "[::1]:53", "::1"; a port that is no number leads nowhere. */
function hostAndPort(text: string): { host: string; port?: number } {
  const [, six, four, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text) ?? [];
  const host = six ?? four;
  return host === undefined ? { host: text.replace(/^\[(.*)\]$/, '$1') } : { host, port: /^\d+$/.test(port as string) ? Number(port) : 0 };
}

const isDomainName = (text: string): boolean =>
  text !== '' &&
  text.length < 255 &&
  fqdn(text) !== '..' &&
  text
    .replace(/\.$/, '')
    .split('.')
    .every((l) => l !== '' && l.length < 64);

/** A host's name is looked up once, when the process starts, as the machine it runs on does. */
function addressesOf(host: string, files: Files): readonly string[] {
  const fail = (on: string): Error => mistake(`failed to resolve ${JSON.stringify(host)}: lookup ${host}${on}: no such host`);
  // Go asks nobody for what is no host's name.
  if (!/^[\w.-]+$/.test(host) || !/[a-z_-]/i.test(host)) throw fail('');
  const inFile = (files.read('/etc/hosts') ?? '').split('\n').filter((l) => l.replace(/#.*/, '').split(/\s+/).slice(1).includes(host));
  if (inFile.length > 0) return inFile.map((l) => l.split(/\s+/)[0] as string);
  const server = /^nameserver\s+(\S+)/m.exec(files.read('/etc/resolv.conf') ?? '')?.[1] ?? '';
  if (!outsideServers.has(server)) throw mistake(`kubelab does not simulate forwarding to a host name that is asked of ${server}: ${host}`);
  const found = ['A', 'AAAA'].flatMap((type) => outsideAnswer(fqdn(host), type).answer.map((r) => r.data));
  if (found.length === 0) throw fail(` on ${server}:53`);
  return found;
}

/** Properties take the words that they need; a word too many is read as the next property. */
function property(f: Forward, words: Cursor): void {
  const name = words.word();
  const one = (): string => {
    if (!words.nextArg()) throw words.argError();
    return words.word();
  };
  const some = (): string[] => {
    const args = words.args();
    if (args.length === 0) throw words.argError();
    return args;
  };
  const none = (): void => {
    if (words.nextArg()) throw words.argError();
  };
  const time = (text: string, told: (ms: number) => string = formatGoDuration): number => {
    const ms = duration(text);
    if (ms < 0) throw mistake(`${name} can't be negative: ${told(ms)}`);
    return ms;
  };
  switch (name) {
    case 'except':
      f.except = [...f.except, ...originsOf(some(), [])];
      return;
    case 'max_fails':
      goNumber(one(), 'ParseUint');
      return;
    case 'max_connect_attempts':
      f.attempts = goNumber(one(), 'ParseUint');
      return;
    case 'health_check':
      time(one(), (ms) => String(ms * 1_000_000));
      while (words.nextArg()) healthOption(words);
      return;
    case 'read_timeout':
      f.timeout = duration(one());
      if (f.timeout <= 0) throw mistake(`read_timeout must be positive: ${formatGoDuration(f.timeout)}`);
      return;
    case 'policy':
      f.policy = one();
      if (!['random', 'round_robin', 'sequential'].includes(f.policy)) throw words.error(`unknown policy '${f.policy}'`);
      return;
    case 'force_tcp':
      none();
      f.tcp = true;
      return;
    case 'next':
      f.next = some().map(rcodeOf);
      return;
    case 'failover':
      f.failover = some().map(rcodeOf);
      if (f.failover.includes('NOERROR')) throw mistake('NoError cannot be used in failover');
      return;
    case 'next_on_nodata':
      none();
      f.nextOnNodata = true;
      return;
    case 'max_concurrent':
    case 'max_idle_conns': {
      // Of load and of what is kept for later: one question at a time meets no such limit.
      const n = goNumber(one());
      if (n < 0) throw mistake(`${name} can't be negative: ${n}`);
      return;
    }
    case 'expire':
      f.expire = time(one());
      return;
    case 'max_age':
      f.maxAge = time(one());
      return;
    case 'prefer_udp':
      none();
      return;
    case 'failfast_all_unhealthy_upstreams':
      if (words.args().length > 0) throw words.argError();
      return;
    case 'source_address':
      if (!parseIP(one())) throw words.error(`invalid IP address: ${words.word()}`);
      throw mistake(`kubelab does not simulate '${name}'`);
    case 'tls':
      if (words.args().length > 3) throw words.argError();
      throw mistake(`kubelab does not simulate '${name}'`);
    case 'tls_servername':
    case 'doh_method':
    case 'resolver':
      one();
      throw mistake(`kubelab does not simulate '${name}'`);
    default:
      throw words.error(`unknown property '${name}'`);
  }
}

function rcodeOf(text: string): string {
  const code = text.toUpperCase();
  if (!rcodes.includes(code)) throw mistake(`${text} is not a valid rcode`);
  return code;
}

/** How health is asked after; nothing that answers here is ever ill in between. */
function healthOption(words: Cursor): void {
  const option = words.word();
  if (option === 'no_rec') return;
  if (option !== 'domain') throw mistake(`health_check: unknown option ${option}`);
  if (!words.nextArg()) throw words.argError();
  if (!isDomainName(words.word()) && words.word() !== '.') throw mistake(`health_check: invalid domain name ${words.word()}`);
}
