// A zone file's records: $ORIGIN, $TTL, owners left out, and parentheses.
// Mirrors miekg/dns NewZoneParser and NewRR for the types that templates are made of.
import { familyOf, formatIP, parseIP } from '../../../lib/ip.js';
import { nameFields, type Record, typeNames } from '../message.js';
import { fqdn } from '../name.js';

interface Mistake {
  readonly line: number;
  readonly text: string;
}

/** Lines without comments; what stands in parentheses is one line. */
function* entries(text: string): Generator<{ line: number; text: string; indented: boolean }> {
  let depth = 0;
  let held = '';
  let start = 0;
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.replace(/("(?:[^"\\]|\\.)*")|;.*/g, (_, quoted: string | undefined) => quoted ?? '');
    if (depth === 0) {
      held = '';
      start = i + 1;
    }
    held += ` ${line.replace(/("(?:[^"\\]|\\.)*")|[()]/g, (c, quoted: string | undefined) => {
      if (quoted === undefined) depth += c === '(' ? 1 : -1;
      return quoted ?? ' ';
    })}`;
    if (depth === 0 && held.trim() !== '') yield { line: start, text: held.slice(1), indented: /^\s/.test(held.slice(1)) };
  }
}

const classes = new Set(['IN', 'CH', 'HS']);
const ttlText = /^\d+[smhdw]?$/i;

export function zoneRecords(text: string, zone: string): { records: Record[]; mistake?: Mistake } {
  const records: Record[] = [];
  let origin = zone;
  let ttl = '';
  let owner = zone;
  const whole = (name: string): string =>
    name === '@' ? origin : name.endsWith('.') ? name : fqdn(`${name}.${origin === '.' ? '' : origin}`);
  for (const entry of entries(text)) {
    const words = entry.text.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
    const [first = '', second = ''] = words;
    if (first === '$ORIGIN') {
      origin = whole(second);
      continue;
    }
    if (first === '$TTL') {
      ttl = second;
      continue;
    }
    if (first.startsWith('$')) return { records, mistake: { line: entry.line, text: entry.text.trim() } };
    if (!entry.indented) owner = whole(words.shift() as string);
    const head: string[] = [];
    while (words[0] !== undefined && (classes.has(words[0].toUpperCase()) || ttlText.test(words[0]))) head.push(words.shift() as string);
    if (!head.some((h) => ttlText.test(h)) && ttl !== '') head.push(ttl);
    const type = words.shift()?.toUpperCase() ?? '';
    const data = words.map((w, i) => (nameFields[type]?.includes(i) ? whole(w) : w));
    const record = recordOf([owner, ...head, type, ...data].join(' '));
    if (!record) return { records, mistake: { line: entry.line, text: entry.text.trim() } };
    records.push({ ...record, name: record.name.toLowerCase() });
  }
  return { records };
}

// One record as a zone file writes it: "www.example.com. 60 IN A 192.0.2.1".

const units: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** "60", "1h30m" in seconds. */
function ttlOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = text.toLowerCase().match(/\d+[smhdw]/g);
  if (!parts || parts.join('') !== text.toLowerCase()) return undefined;
  return parts.reduce((sum, p) => sum + Number(p.slice(0, -1)) * (units[p.slice(-1)] as number), 0);
}

const recordClasses = new Set(['IN', 'CH', 'HS', 'ANY']);

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

/** Undefined: it is no record, or one of a type that is not known. Of types that are seldom used the data are taken as they stand. */
export function recordOf(text: string): Record | undefined {
  const [name, ...rest] = text.replace(/\s;.*$/, '').match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  if (name === undefined) return undefined;
  let ttl = defaultTTL;
  while (rest.length > 0) {
    const word = rest[0] as string;
    const seconds = ttlOf(word);
    if (seconds !== undefined) ttl = seconds;
    else if (!recordClasses.has(word.toUpperCase())) break;
    rest.shift();
  }
  const type = rest.shift()?.toUpperCase() ?? '';
  const fields = rest.map((f) => (f.startsWith('"') ? f : f.replace(/[()]/g, ''))).filter((f) => f !== '');
  const data = dataOf[type] ? dataOf[type](fields) : typeNames.has(type) && fields.length > 0 ? fields.join(' ') : undefined;
  return data === undefined ? undefined : { name: fqdn(name), type, ttl, data };
}
