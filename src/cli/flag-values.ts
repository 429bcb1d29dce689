// The values of flags by type, with the messages of Go's strconv and time packages. Mirrors spf13/pflag's value types.
import type { Flag } from '../model/verb.js';

export type FlagValue = string | boolean | number | { readonly items: string[] };

/** Parses one occurrence; lists grow over `before`. Throws an Error with Go's words. */
export function parseFlagValue(type: Flag['type'], raw: string, before: FlagValue | undefined): FlagValue {
  switch (type) {
    case 'string':
      return raw;
    case 'bool':
      return parseBool(raw);
    case 'int':
      return parseInteger(raw);
    case 'duration':
      return parseGoDuration(raw);
    case 'stringArray':
      return { items: [...itemsOf(before), raw] };
    case 'stringSlice':
      return { items: [...itemsOf(before), ...parseCsv(raw)] };
    case 'stringToString':
      return { items: [...itemsOf(before), ...parsePairs(raw)] };
  }
}

const itemsOf = (value: FlagValue | undefined): string[] => (typeof value === 'object' ? value.items : []);

const truths: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  T: true,
  true: true,
  TRUE: true,
  True: true,
  '0': false,
  f: false,
  F: false,
  false: false,
  FALSE: false,
  False: false,
}; // prettier-ignore

export function parseBool(raw: string): boolean {
  const value = Object.hasOwn(truths, raw) ? truths[raw] : undefined;
  if (value === undefined) throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(raw)}: invalid syntax`);
  return value;
}

/** strconv.ParseInt(raw, 0, 64). */
export function parseInteger(raw: string): number {
  const wrong = (why: string): Error => new Error(`strconv.ParseInt: parsing ${JSON.stringify(raw)}: ${why}`);
  const m = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)$/.exec(raw);
  if (!m) throw wrong('invalid syntax');
  const digits = (m[2] as string).toLowerCase();
  const octal = /^0[0-7]+$/.test(digits);
  const value = BigInt(octal ? `0o${digits.slice(1)}` : digits) * (m[1] === '-' ? -1n : 1n);
  if (value > 9223372036854775807n || value < -9223372036854775808n) throw wrong('value out of range');
  return Number(value);
}

const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** time.ParseDuration, in milliseconds. */
export function parseGoDuration(raw: string): number {
  const quoted = JSON.stringify(raw);
  const invalid = (): Error => new Error(`time: invalid duration ${quoted}`);
  const sign = raw.startsWith('-') ? -1 : 1;
  let rest = raw.replace(/^[+-]/, '');
  if (rest === '0') return 0;
  if (rest === '') throw invalid();
  let total = 0;
  while (rest !== '') {
    const number = /^(\d+\.?\d*|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) throw invalid();
    rest = rest.slice(number.length);
    const unit = /^[^\d.]+/.exec(rest)?.[0];
    if (unit === undefined) throw new Error(`time: missing unit in duration ${quoted}`);
    const factor = Object.hasOwn(unitMs, unit) ? unitMs[unit] : undefined;
    if (factor === undefined) throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    total += Number(number) * factor;
    rest = rest.slice(unit.length);
  }
  return sign * total;
}

/** One line of encoding/csv. */
function parseCsv(raw: string): string[] {
  if (raw === '') return [];
  const fields: string[] = [];
  let rest = raw;
  for (;;) {
    if (rest.startsWith('"')) {
      const m = /^"((?:[^"]|"")*)"(,|$)/s.exec(rest);
      if (!m) throw new Error(`parse error on line 1, column ${rest.length + 1}: extraneous or missing " in quoted-field`);
      fields.push((m[1] as string).replaceAll('""', '"'));
      rest = rest.slice(m[0].length);
      if (m[2] === '') return fields;
    } else {
      const comma = rest.indexOf(',');
      const field = comma < 0 ? rest : rest.slice(0, comma);
      if (field.includes('"')) throw new Error(`parse error on line 1, column ${raw.indexOf('"') + 1}: bare " in non-quoted-field`);
      fields.push(field);
      if (comma < 0) return fields;
      rest = rest.slice(comma + 1);
    }
  }
}

function parsePairs(raw: string): string[] {
  const pairs = (raw.match(/=/g) ?? []).length === 1 ? [raw.replace(/^"|"$/g, '')] : parseCsv(raw);
  for (const pair of pairs) if (!pair.includes('=')) throw new Error(`${pair} must be formatted as key=value`);
  return pairs;
}
