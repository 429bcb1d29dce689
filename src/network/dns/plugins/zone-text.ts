// A zone file's records: $ORIGIN, $TTL, owners left out, and parentheses. Mirrors miekg/dns NewZoneParser for the types that record-text.ts knows.
import type { Record } from '../message.js';
import { fqdn } from '../name.js';
import { recordOf } from './record-text.js';

export interface Mistake {
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

/** Which fields of a record's data are names that may be relative. */
const nameFields: { readonly [type: string]: readonly number[] } = { CNAME: [0], MX: [1], NS: [0], PTR: [0], SOA: [0, 1], SRV: [3] };

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
