// cache: answers are kept as long as their records live, and a little longer than nothing; with `serve_stale` even after that.
// Mirrors coredns/plugin/cache.
import type { Cursor } from '../corefile/tokens.js';
import type { Message, Record } from '../message.js';
import { normal, originsOf, zoneOf } from '../name.js';
import {
  type Asking,
  goNumber,
  mistake,
  type Outcome,
  type Plugin,
  type Question,
  type Remembered,
  retold,
  type Serve,
  written,
} from '../plugin.js';
import { duration, onlyOnce } from './process.js';

type Kind = 'success' | 'denial' | 'error';

interface Limits {
  max: number;
  min: number;
  /** Zones that are not kept. */
  except: readonly string[];
}

/** Times in seconds. */
interface Settings {
  readonly success: Limits;
  readonly denial: Limits;
  /** How long a failure is kept. */
  failure: number;
  /** What comes out of the cache has the lifetime that it had when it went in. */
  keepTTL: boolean;
  stale?: Stale;
}

interface Stale {
  readonly upTo: number;
  /** Others are asked before what is out of date is told; when they take longer than `patience` (if any), it is told nevertheless. */
  readonly verify: boolean;
  readonly patience: number;
  readonly ttl: number;
}

const shortest = 5;

export const cache: Plugin = {
  name: 'cache',
  setup: ({ words, keys }) => {
    words.next();
    const args = words.args();
    const settings: Settings = {
      success: { max: 3600, min: shortest, except: [] },
      denial: { max: 1800, min: shortest, except: [] },
      failure: shortest,
      keepTTL: false,
    };
    // A number too long for Go is taken for a zone.
    if (args[0] !== undefined && /^[-+]?\d{1,18}$/.test(args[0])) {
      const ttl = positive(args.shift() as string);
      settings.success.max = ttl;
      settings.denial.max = ttl;
    }
    const zones = originsOf(args, keys);
    while (words.nextInBlock()) property(settings, words);
    onlyOnce(words);
    return (question, asking, next): Outcome =>
      zoneOf(zones, question.name) === '' ? next(question, asking) : cached(settings, question, asking, next);
  },
};

function cached(settings: Settings, question: Question, asking: Asking, next: Serve): Outcome {
  const { stale, keepTTL } = settings;
  const now = asking.net.now();
  const key = `${question.name.toLowerCase()} ${question.type} ${question.class ?? 'IN'}`;
  const left = (kept: Remembered): number => kept.ttl - Math.floor((now - kept.at) / 1000);
  const kept = ['denial', 'success']
    .map((k) => asking.memory.get(`${k} ${key}`))
    .find((k) => k && (left(k) > 0 || (stale && -left(k) < stale.upTo)));
  const fetch = (with_: Asking): Outcome => fetched(settings, question, key, with_, next);
  if (!kept) return fetch(asking);
  const told = (ttl: number): Outcome => written({ ...withTTL(kept.message, keepTTL ? kept.ttl : ttl), authoritative: true });
  if (!stale || left(kept) > 0) return told(left(kept));
  const old = told(stale.ttl);
  let waited = 0;
  const apart: Asking = Object.create(asking, { wait: { value: (ms: number) => void (waited += ms) } });
  const fresh = fetch(apart);
  if (!stale.verify) return old;
  const late = stale.patience > 0 && waited > stale.patience * 1000;
  asking.wait(late ? stale.patience * 1000 : waited);
  return !late && isFresh(fresh) ? fresh : old;
}

const isFresh = ({ message: m }: Outcome): boolean => !!m && !m.truncated && (m.rcode === 'NOERROR' || m.rcode === 'NXDOMAIN');

/** What others say, remembered. */
function fetched(settings: Settings, question: Question, key: string, asking: Asking, next: Serve): Outcome {
  const outcome = next(question, asking);
  const { message: m } = outcome;
  if (!m) return outcome;
  const kind = kindOf(m, question);
  const limits = settings[kind === 'error' ? 'denial' : (kind ?? 'success')];
  const ttl = kind === 'error' ? settings.failure : Math.min(Math.max(leastTTL(m, limits.max), limits.min), limits.max);
  const known = { ...m, ...withTTL(m, ttl) };
  const kept = kind !== undefined && mayBeKept(m, kind, question) && ttl > 0 && zoneOf(limits.except, question.name) === '';
  const { stale } = settings;
  // With something out of date at hand, a failure does not take its place.
  if (kept && !(kind === 'error' && stale && asking.memory.get(`success ${key}`)))
    asking.memory.set(`${kind === 'success' ? 'success' : 'denial'} ${key}`, {
      at: asking.net.now(),
      ttl,
      message: m,
      ...(stale && { beyond: stale.upTo }),
    });
  return { ...outcome, message: known };
}

const withTTL = (m: Message, ttl: number): Message => {
  const set = (records: readonly Record[]): readonly Record[] => records.map((r) => ({ ...r, ttl }));
  return { ...m, answer: set(m.answer), authority: set(m.authority), additional: set(m.additional) };
};

const hasSOA = (m: Message): boolean => m.authority.some((r) => r.type === 'SOA');

/** Undefined: of a kind that is not kept. */
function kindOf(m: Message, question: Question): Kind | undefined {
  if (m.rcode === 'NXDOMAIN') return 'denial';
  if (m.rcode !== 'NOERROR') return m.rcode === 'SERVFAIL' ? 'error' : undefined;
  return hasSOA(m) && (m.answer.length === 0 || !resolves(m, question)) ? 'denial' : 'success';
}

/** A name that is not there needs an SOA to say how long; an alias that leads nowhere is asked for again. */
const mayBeKept = (m: Message, kind: Kind, question: Question): boolean =>
  !m.truncated && (kind === 'error' || hasSOA(m) || (kind === 'success' && (m.answer.length === 0 || resolves(m, question))));

/** Do the aliases of the answer end at a record of the type that was asked for? */
function resolves({ answer }: Message, { name, type }: Question): boolean {
  const at = (owner: string): readonly Record[] => answer.filter((r) => r.name.toLowerCase() === owner);
  const seen = new Set<string>();
  for (let owner = name.toLowerCase(); !seen.has(owner); ) {
    seen.add(owner);
    const alias = at(owner).find((r) => r.type === 'CNAME');
    if (type === 'ANY') return at(owner).length > 0;
    if (!alias || type === 'CNAME') return at(owner).some((r) => r.type === type);
    owner = alias.data.toLowerCase();
  }
  return false;
}

function leastTTL(m: Message, max: number): number {
  const all = [...m.answer, ...m.authority, ...m.additional].map((r) => r.ttl);
  return all.length === 0 || !['NOERROR', 'NXDOMAIN'].includes(m.rcode) ? shortest : Math.min(...all, max);
}

function positive(text: string): number {
  const n = goNumber(text);
  // Zero is reserved.
  if (n <= 0) throw mistake(`cache TTL can not be zero or negative: ${n}`);
  return n;
}

function property(settings: Settings, words: Cursor): void {
  const name = words.word();
  const args = words.args();
  const [first] = args;
  switch (name) {
    case 'success':
    case 'denial': {
      const limits = settings[name];
      if (first === undefined) throw words.argError();
      goNumber(first);
      if (args[1] !== undefined) limits.max = positive(args[1]);
      if (args[2] !== undefined) limits.min = goNumber(args[2]);
      if (limits.min < 0) throw mistake(`cache min TTL can not be negative: ${limits.min}`);
      return;
    }
    case 'disable':
      if (first === undefined) throw words.argError();
      if (first !== 'success' && first !== 'denial') throw mistake('cache type for disable must be "success" or "denial"');
      settings[first].except = args.length === 1 ? ['.'] : args.slice(1).map(normal);
      return;
    case 'servfail':
      if (args.length !== 1) throw words.argError();
      settings.failure = duration(first as string) / 1000;
      if (settings.failure < 0) throw mistake('invalid negative ttl for servfail');
      if (settings.failure > 300) throw mistake('caching SERVFAIL responses over 5 minutes is not permitted');
      return;
    case 'keepttl':
      if (args.length > 0) throw words.argError();
      settings.keepTTL = true;
      return;
    case 'prefetch':
      return prefetch(args, words);
    case 'serve_stale':
      settings.stale = staleOf(args, words);
      return;
    case 'serve_stale_policy':
      throw mistake(`kubelab does not simulate '${name}'`);
    default:
      throw words.argError();
  }
}

/** Asks again before the end, for names that are often asked for: then there is no difference but in speed. */
function prefetch([amount, period, percentage, ...more]: readonly string[], words: Cursor): void {
  if (amount === undefined || more.length > 0) throw words.argError();
  const n = goNumber(amount);
  if (n < 0) throw mistake(`prefetch amount should be positive: ${n}`);
  if (period !== undefined) duration(period);
  if (percentage === undefined) return;
  if (!percentage.endsWith('%')) throw mistake(`last character of percentage should be \`%\`, but is: '${percentage.at(-1)}'`);
  const share = goNumber(percentage.slice(0, -1));
  if (share < 10 || share > 90) throw mistake(`percentage should fall in range [10, 90]: ${share}`);
}

function staleOf(args: readonly string[], words: Cursor): Stale {
  const [upTo = '1h', mode = 'immediate', ...rest] = args;
  if (args.length > 5) throw words.argError();
  const seconds = (text: string, about = ''): number =>
    retold(
      () => duration(text) / 1000,
      (why) => mistake(about === '' ? why : `invalid serve_stale ${about}: ${why}`),
    );
  const most = seconds(upTo);
  if (most < 0) throw mistake('invalid negative duration for serve_stale');
  const lower = mode.toLowerCase();
  if (lower !== 'immediate' && lower !== 'verify') throw mistake(`invalid value for serve_stale refresh mode: ${lower}`);
  const verify = lower === 'verify';
  const patience = verify && rest.length > 0 ? seconds(rest.shift() as string, 'verify timeout') : 0;
  if (patience < 0) throw mistake('invalid negative timeout for serve_stale verify');
  if (rest.length > 2) throw words.argError();
  const ttl = rest[0] === undefined ? 0 : seconds(rest[0], 'response TTL');
  if (ttl < 0) throw mistake('invalid negative response TTL for serve_stale');
  if (ttl % 1 !== 0) throw mistake('serve_stale response TTL must be a whole number of seconds');
  if (ttl >= 2 ** 32) throw mistake('serve_stale response TTL exceeds the DNS TTL range');
  // How soon a failed try is repeated shows nowhere.
  const recheck = rest[1] === undefined ? 0 : seconds(rest[1], 'failure recheck');
  if (recheck < 0) throw mistake('invalid negative failure recheck for serve_stale');
  if (recheck > 300) throw mistake('serve_stale failure recheck cannot exceed 5 minutes');
  return { upTo: most, verify, patience, ttl };
}
