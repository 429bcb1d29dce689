// cache: answers are kept as long as their records live, and a little longer than nothing. Mirrors coredns/plugin/cache.
import type { Message, Record } from '../message.js';
import { normal, originsOf, zoneOf } from '../name.js';
import { goNumber, mistake, type Outcome, type Plugin, type Question, written } from '../plugin.js';
import { duration, onlyOnce } from './process.js';

type Kind = 'success' | 'denial';

interface Limits {
  max: number;
  min: number;
  /** Zones that are not kept. */
  except: readonly string[];
}

/** Undefined: of a kind that is not kept. */
function kindOf(m: Message): Kind | 'error' | undefined {
  if (m.truncated) return undefined;
  const soa = m.authority.some((r) => r.type === 'SOA');
  if (m.rcode === 'NOERROR') return m.answer.length > 0 ? 'success' : soa ? 'denial' : undefined;
  if (m.rcode === 'NXDOMAIN') return soa ? 'denial' : undefined;
  return m.rcode === 'SERVFAIL' ? 'error' : undefined;
}

const allTTLs = (m: Message): number[] => [...m.answer, ...m.authority, ...m.additional].map((r) => r.ttl);

export const cache: Plugin = {
  name: 'cache',
  setup: ({ words, keys }) => {
    words.next();
    const args = words.args();
    const limits: { readonly [K in Kind]: Limits } = {
      success: { max: 3600, min: 5, except: [] },
      denial: { max: 1800, min: 5, except: [] },
    };
    const positive = (text: string): number => {
      const n = goNumber(text);
      if (n <= 0) throw mistake(`cache TTL can not be zero or negative: ${n}`);
      return n;
    };
    if (args[0] !== undefined && /^[-+]?\d+$/.test(args[0])) {
      const ttl = positive(args.shift() as string);
      limits.success.max = ttl;
      limits.denial.max = ttl;
    }
    const zones = originsOf(args, keys);
    let keep = false;
    let failure = 5;
    while (words.nextInBlock()) {
      const name = words.word();
      const rest = words.args();
      switch (name) {
        case 'success':
        case 'denial': {
          const [capacity, max, min] = rest;
          if (capacity === undefined) throw words.argError();
          goNumber(capacity);
          if (max !== undefined) limits[name].max = positive(max);
          if (min !== undefined) limits[name].min = goNumber(min);
          if (limits[name].min < 0) throw mistake(`cache min TTL can not be negative: ${limits[name].min}`);
          break;
        }
        case 'disable': {
          const [kind, ...names] = rest;
          if (kind === undefined) throw words.argError();
          if (kind !== 'success' && kind !== 'denial') throw mistake('cache type for disable must be "success" or "denial"');
          limits[kind].except = names.length === 0 ? ['.'] : names.map(normal);
          break;
        }
        case 'servfail':
          if (rest.length !== 1) throw words.argError();
          failure = duration(rest[0] as string) / 1000;
          if (failure < 0) throw mistake('invalid negative ttl for servfail');
          if (failure > 300) throw mistake('caching SERVFAIL responses over 5 minutes is not permitted');
          break;
        case 'keepttl':
          if (rest.length > 0) throw words.argError();
          keep = true;
          break;
        case 'prefetch':
          // Asks again before the end: nothing that is simulated changes meanwhile.
          if (rest.length === 0 || rest.length > 3) throw words.argError();
          goNumber(rest[0] as string);
          break;
        case 'serve_stale':
        case 'serve_stale_policy':
          throw mistake(`kubelab does not simulate '${name}'`);
        default:
          throw words.argError();
      }
    }
    onlyOnce(words);

    const withTTL = (m: Message, ttl: number): Message => {
      const set = (records: readonly Record[]): readonly Record[] => (keep ? records : records.map((r) => ({ ...r, ttl })));
      return { ...m, answer: set(m.answer), authority: set(m.authority), additional: set(m.additional) };
    };
    const lifetime = (kind: Kind | 'error', question: Question, m: Message): number => {
      if (kind === 'error') return failure;
      const { min, max, except } = limits[kind];
      if (zoneOf(except, question.name) !== '') return 0;
      return Math.min(Math.max(Math.min(...allTTLs(m), max), min), max);
    };
    return (question, asking, next): Outcome => {
      if (zoneOf(zones, question.name) === '') return next(question, asking);
      const key = `${question.name.toLowerCase()} ${question.type}`;
      const now = asking.net.now();
      const kept = asking.memory.get(key);
      if (kept && now < kept.at + kept.ttl * 1000)
        return written({ ...withTTL(kept.message, kept.ttl - Math.floor((now - kept.at) / 1000)), authoritative: true });
      const outcome = next(question, asking);
      const m = outcome.message;
      const kind = m && kindOf(m);
      if (!m || !kind) return outcome;
      const ttl = lifetime(kind, question, m);
      if (ttl <= 0) return outcome;
      asking.memory.set(key, { at: now, ttl, message: m });
      return { ...outcome, message: withTTL(m, ttl) };
    };
  },
};
