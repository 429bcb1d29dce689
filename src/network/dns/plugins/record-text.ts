// One record as a zone file writes it: "www.example.com. 60 IN A 192.0.2.1". Mirrors miekg/dns NewRR for the types that templates are made of.
import { familyOf, formatIP, parseIP } from '../../../lib/ip.js';
import type { Record } from '../message.js';
import { fqdn } from '../name.js';

const units: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** "60", "1h30m" in seconds. */
function ttlOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = text.toLowerCase().match(/\d+[smhdw]/g);
  if (!parts || parts.join('') !== text.toLowerCase()) return undefined;
  return parts.reduce((sum, p) => sum + Number(p.slice(0, -1)) * (units[p.slice(-1)] as number), 0);
}

const classes = new Set(['IN', 'CH', 'HS', 'ANY']);

/** Data of each type; undefined: it is none. Names are completed. */
const dataOf: { readonly [type: string]: (fields: readonly string[]) => string | undefined } = {
  A: ([ip = '']) => (familyOf(ip) === 'IPv4' ? ip : undefined),
  AAAA: ([ip = '']) => (familyOf(ip) === 'IPv6' ? formatIP(parseIP(ip) as NonNullable<ReturnType<typeof parseIP>>) : undefined),
  CNAME: ([name]) => name && fqdn(name),
  DNAME: ([name]) => name && fqdn(name),
  NS: ([name]) => name && fqdn(name),
  PTR: ([name]) => name && fqdn(name),
  MX: ([preference = '', name]) => (/^\d+$/.test(preference) && name ? `${preference} ${fqdn(name)}` : undefined),
  SRV: ([priority, weight, port, name]) =>
    [priority, weight, port].every((n) => /^\d+$/.test(n ?? '')) && name ? `${priority} ${weight} ${port} ${fqdn(name)}` : undefined,
  SOA: ([ns, mail, ...numbers]) => {
    const values = numbers.map(ttlOf);
    return ns && mail && values.length === 5 && values.every((v) => v !== undefined)
      ? `${fqdn(ns)} ${fqdn(mail)} ${values.join(' ')}`
      : undefined;
  },
  TXT: (fields) => (fields.length > 0 ? fields.map((f) => (f.startsWith('"') ? f : `"${f}"`)).join(' ') : undefined),
  HINFO: (fields) => (fields.length === 2 ? fields.map((f) => (f.startsWith('"') ? f : `"${f}"`)).join(' ') : undefined),
};

const defaultTTL = 3600;

/** Undefined: it is no record, or one of a type that is not known. */
export function recordOf(text: string): Record | undefined {
  const [name, ...rest] = text.replace(/\s;.*$/, '').match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  if (name === undefined) return undefined;
  let ttl = defaultTTL;
  while (rest.length > 0) {
    const word = rest[0] as string;
    const seconds = ttlOf(word);
    if (seconds !== undefined) ttl = seconds;
    else if (!classes.has(word.toUpperCase())) break;
    rest.shift();
  }
  const type = rest.shift()?.toUpperCase() ?? '';
  const data = dataOf[type]?.(rest.filter((f) => f !== '(' && f !== ')'));
  return data === undefined ? undefined : { name: fqdn(name), type, ttl, data };
}
