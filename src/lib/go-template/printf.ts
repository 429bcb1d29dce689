// fmt.Sprintf and fmt.Sprint over template values. Mirrors Go's fmt/print.go, wrong verbs and arguments included.
import { goQuote, goSyntax, goType, sortedKeys } from '../go-format.js';
import { asNum, goFloat, Num } from './number.js';

/** %v */
export function show(value: unknown): string {
  if (value instanceof Num) return value.toString();
  if (typeof value === 'number') return (asNum(value) as Num).toString();
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  if (typeof value === 'object') {
    const map = value as Record<string, unknown>;
    return `map[${sortedKeys(map)
      .map((k) => `${k}:${show(map[k])}`)
      .join(' ')}]`;
  }
  return String(value);
}

export const typeName = (value: unknown): string => (value instanceof Num ? value.kind : goType(value));

/** Operands are separated by a blank when neither is a string. */
export function sprint(values: readonly unknown[]): string {
  return values.map((v, i) => (i > 0 && typeof v !== 'string' && typeof values[i - 1] !== 'string' ? ` ${show(v)}` : show(v))).join('');
}

export function sprintf(format: string, values: readonly unknown[]): string {
  let used = 0;
  const out = format.replace(
    /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([^]|$)/gu,
    (whole, flags: string, width?: string, precision?: string, verb?: string) => {
      if (!verb) return '%!(NOVERB)';
      if (verb === '%') return '%';
      const star = (text: string | undefined): number | undefined =>
        text === '*' ? asNum(values[used++])?.value : text === undefined ? undefined : Number(text);
      const w = star(width);
      const p = whole.includes('.') ? (star(precision) ?? 0) : undefined;
      if (used >= values.length) return `%!${verb}(MISSING)`;
      return pad(one(verb, values[used++], flags, p), w, flags);
    },
  );
  const extra = values.slice(used);
  return extra.length > 0 ? `${out}%!(EXTRA ${extra.map((v) => `${typeName(v)}=${show(v)}`).join(', ')})` : out;
}

function pad(text: string, width: number | undefined, flags: string): string {
  if (width === undefined || text.length >= Math.abs(width)) return text;
  if (flags.includes('-') || width < 0) return text.padEnd(Math.abs(width));
  if (!flags.includes('0')) return text.padStart(width);
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

const bad = (verb: string, value: unknown): string =>
  value === null || value === undefined ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${show(value)})`;

function one(verb: string, value: unknown, flags: string, precision: number | undefined): string {
  if (verb === 'v') return flags.includes('#') ? goSyntax(plain(value)) : signed(show(value), value, flags);
  if (verb === 'T') return typeName(value);
  const number = asNum(value);
  if (number)
    return (
      (number.kind === 'float64' ? float(verb, number.value, flags, precision) : integer(verb, number.value, flags)) ?? bad(verb, value)
    );
  if (typeof value === 'string') return text(verb, value, precision) ?? bad(verb, value);
  if (typeof value === 'boolean') return verb === 't' ? String(value) : bad(verb, value);
  if (Array.isArray(value)) return `[${value.map((v) => one(verb, v, flags, precision)).join(' ')}]`;
  if (typeof value === 'object' && value !== null) {
    const map = value as Record<string, unknown>;
    return `map[${sortedKeys(map)
      .map((k) => `${one(verb, k, flags, precision)}:${one(verb, map[k], flags, precision)}`)
      .join(' ')}]`;
  }
  return bad(verb, value);
}

const plain = (value: unknown): unknown => (value instanceof Num ? value.value : value);

const signed = (text: string, value: unknown, flags: string): string =>
  asNum(value) && flags.includes('+') && !text.startsWith('-')
    ? `+${text}`
    : asNum(value) && flags.includes(' ') && !text.startsWith('-')
      ? ` ${text}`
      : text;

function text(verb: string, value: string, precision: number | undefined): string | undefined {
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
  const hex = (): string => Buffer.from(cut).toString('hex');
  const verbs: Readonly<Record<string, () => string>> = { s: () => cut, q: () => goQuote(cut), x: hex, X: () => hex().toUpperCase() };
  return verbs[verb]?.();
}

function integer(verb: string, value: number, flags: string): string | undefined {
  const prefix = (p: string): string => (flags.includes('#') ? p : '');
  const based = (base: number, p: string): string => `${value < 0 ? '-' : ''}${prefix(p)}${Math.abs(value).toString(base)}`;
  const verbs: Readonly<Record<string, () => string>> = {
    d: () => signed(String(value), value, flags),
    b: () => based(2, '0b'),
    o: () => based(8, '0'),
    O: () => `0o${value.toString(8)}`,
    x: () => based(16, '0x'),
    X: () => based(16, '0X').toUpperCase(),
    c: () => String.fromCodePoint(value),
    q: () => `'${String.fromCodePoint(value)}'`,
    U: () => `U+${value.toString(16).toUpperCase().padStart(4, '0')}`,
  };
  return verbs[verb]?.();
}

function float(verb: string, value: number, flags: string, precision: number | undefined): string | undefined {
  const exponent = (): string => value.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, 'e$10$2');
  const verbs: Readonly<Record<string, () => string>> = {
    f: () => value.toFixed(precision ?? 6),
    F: () => value.toFixed(precision ?? 6),
    e: exponent,
    E: () => exponent().toUpperCase(),
    g: () => (precision === undefined ? goFloat(value) : String(Number(value.toPrecision(precision || 1)))),
    G: () => goFloat(value).toUpperCase(),
  };
  const out = verbs[verb]?.();
  return out === undefined ? undefined : signed(out, value, flags);
}
