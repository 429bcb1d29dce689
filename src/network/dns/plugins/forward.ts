// forward: questions are put to other servers. Mirrors coredns/plugin/forward.
import { parseIP } from '../../../lib/ip.js';
import type { Cursor } from '../corefile/tokens.js';
import type { Files } from '../corefile/parse.js';
import { isBelow, originsOf, splitZone } from '../name.js';
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
  for (let i = 0, waited = 0; i < attempts && waited < patience; i++) {
    const to = ordered[i % ordered.length] as Upstream;
    const protocol = f.tcp ? 'TCP' : asking.protocol;
    const reply = asking.forward(to.ip, to.port, protocol, question);
    if (reply === undefined || reply === 'refused') {
      const way = `${protocol.toLowerCase()} ${asking.self.ips[0]}:${asking.client.port()}->${to.ip}:${to.port}`;
      error = reply === 'refused' ? `read ${way}: read: connection refused` : `read ${way}: i/o timeout`;
      const spent = reply === 'refused' ? 1 : f.timeout;
      asking.wait(spent);
      waited += spent;
      continue;
    }
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
  const f: Forward = { from, upstreams: [], except: [], policy: 'random', tcp: false, timeout: 2000, next: [], nextOnNodata: false };
  while (words.nextInBlock()) property(f, words);
  const upstreams = to.flatMap((t) => upstreamsOf(t, files));
  f.upstreams = upstreams.filter((u, i) => upstreams.findIndex((o) => o.ip === u.ip && o.port === u.port) === i);
  if (f.upstreams.length === 0) throw mistake('no valid upstream addresses found');
  if (to.length > most) throw mistake(`more than ${most} TOs configured: ${to.length}`);
  return f;
}

/** An address with or without port, or a file like /etc/resolv.conf. */
function upstreamsOf(text: string, files: Files): Upstream[] {
  const [, transport = 'dns', rest = text] = /^(?:(\w+):\/\/)?(.*)$/s.exec(text) ?? [];
  if (transport === 'tls' || transport === 'https') throw mistake(`kubelab does not simulate forwarding over ${transport}: ${text}`);
  if (transport !== 'dns') throw mistake(`'${transport}' is not supported as a destination protocol in forward: ${text}`);
  if (rest === '') throw mistake(`invalid address: ${JSON.stringify(text)}`);
  const bare = rest.replace(/^\[(.*)\]$/, '$1');
  if (parseIP(bare)) return [{ ip: bare, port: 53 }];
  const [, host = '', port = ''] = /^\[?([^[\]]*)\]?:(\d+)$/.exec(rest) ?? [];
  if (parseIP(host)) return [{ ip: host, port: Number(port) }];
  const file = files.read(rest);
  if (file !== undefined) return [...file.matchAll(/^nameserver\s+(\S+)/gm)].map((m) => ({ ip: m[1] as string, port: 53 }));
  try {
    splitZone(rest);
  } catch {
    throw mistake(`not an IP address, file, or valid domain: ${JSON.stringify(text)}`);
  }
  if (rest.includes('/')) throw mistake(`not an IP address, file, or valid domain: ${JSON.stringify(text)}`);
  throw mistake(`kubelab does not simulate forwarding to a host name: ${text}`);
}

function property(f: Forward, words: Cursor): void {
  const name = words.word();
  const args = words.args();
  const one = (): string => {
    if (args.length === 0) throw words.argError();
    return args[0] as string;
  };
  const none = (): void => {
    if (args.length > 0) throw words.argError();
  };
  const notNegative = (n: number): number => {
    if (n < 0) throw mistake(`${name} can't be negative: ${args[0]}`);
    return n;
  };
  switch (name) {
    case 'except':
      one();
      f.except = [...f.except, ...originsOf(args, [])];
      return;
    case 'max_connect_attempts':
      f.attempts = notNegative(goNumber(one()));
      return;
    case 'read_timeout':
      f.timeout = duration(one());
      if (f.timeout <= 0) throw mistake(`read_timeout must be positive: ${args[0]}`);
      return;
    case 'policy':
      if (!['random', 'round_robin', 'sequential'].includes(one())) throw words.error(`unknown policy '${args[0]}'`);
      f.policy = args[0] as string;
      return;
    case 'force_tcp':
      none();
      f.tcp = true;
      return;
    case 'next':
      one();
      f.next = args.map((a) => a.toUpperCase());
      return;
    case 'next_on_nodata':
      none();
      f.nextOnNodata = true;
      return;
    case 'max_fails':
    case 'max_concurrent':
    case 'max_idle_conns':
      // Of load and of what is kept for later: one question at a time meets no such limit.
      notNegative(goNumber(one()));
      return;
    case 'expire':
    case 'max_age':
    case 'health_check':
      notNegative(duration(one()));
      return;
    case 'prefer_udp':
    case 'failfast_all_unhealthy_upstreams':
      none();
      return;
    case 'tls':
    case 'tls_servername':
    case 'doh_method':
    case 'failover':
    case 'resolver':
    case 'source_address':
      throw mistake(`kubelab does not simulate '${name}'`);
    default:
      throw words.error(`unknown property '${name}'`);
  }
}
