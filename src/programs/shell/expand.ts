// Words become arguments: parameters, command substitution, arithmetic, field splitting, patterns (XCU 2.6).
import { arithmetic } from './arithmetic.js';
import { parseText } from './parse.js';
import { globToRegExp } from './pattern.js';
import type { Dialect, List, Part, Word } from './syntax.js';

/** What expansion needs of the shell. */
export interface Scope {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  readonly positional: readonly string[];
  /** Output of a command substitution, trailing newlines still there. */
  capture(list: List): string;
  /** Names that match a pattern with slashes, sorted. */
  glob(pattern: string): string[];
  fail(message: string): never;
  readonly arrays: ReadonlyMap<string, readonly string[]>;
  readonly nounset: boolean;
  readonly dialect: Dialect;
}

/** ~ and ~/ at the beginning are the home folder. */
function home(scope: Scope, word: Word): Word {
  const [first, ...rest] = word;
  if (first?.kind !== 'text' || first.quoted || !/^~($|\/)/.test(first.text) || (first.text === '~' && rest.length > 0)) return word;
  return [{ kind: 'text', text: scope.get('HOME') ?? '~', quoted: true }, { ...first, text: first.text.slice(1) }, ...rest];
}

interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  /** Starts a new field: "$@". */
  readonly breaks?: boolean;
}

/** One string: assignments, redirections, case words, here-documents. */
export const expandOne = (scope: Scope, word: Word): string =>
  home(scope, word)
    .map((p) =>
      pieces(scope, p)
        .map((x) => x.text)
        .join(p.kind === 'param' && p.name === '@' ? ' ' : ''),
    )
    .join('');

/** The word as a pattern: quoted characters stand for themselves. */
export const expandPattern = (scope: Scope, word: Word): RegExp =>
  globToRegExp(
    word
      .flatMap((p) => pieces(scope, p))
      .map((p) => (p.quoted ? p.text.replace(/[*?[\]\\]/g, '\\$&') : p.text))
      .join(''),
  );

export function expandFields(scope: Scope, words: readonly Word[]): string[] {
  const all = scope.dialect === 'bash' ? words.flatMap(braces) : words;
  return all.flatMap((w) => fieldsOf(scope, home(scope, w)));
}

function fieldsOf(scope: Scope, word: Word): string[] {
  const ifs = scope.get('IFS') ?? ' \t\n';
  const fields: { text: string; pattern: string; globs: boolean }[] = [];
  let open = false;
  const add = (text: string, quoted: boolean): void => {
    if (!open) fields.push({ text: '', pattern: '', globs: false });
    open = true;
    const last = fields.at(-1) as (typeof fields)[number];
    last.text += text;
    last.pattern += quoted ? text.replace(/[*?[\]\\]/g, '\\$&') : text;
    if (!quoted && /[*?[]/.test(text)) last.globs = true;
  };
  for (const part of word) {
    const split = part.kind !== 'text' && !part.quoted;
    for (const piece of pieces(scope, part)) {
      if (piece.breaks) open = false;
      if (!split || ifs === '') {
        if (piece.text !== '' || piece.quoted) add(piece.text, piece.quoted);
        continue;
      }
      for (const [i, chunk] of splitFields(piece.text, ifs).entries()) {
        if (i > 0) open = false;
        if (chunk !== '') add(chunk, false);
      }
    }
  }
  return fields.flatMap((f) => {
    const names = f.globs ? scope.glob(f.pattern) : [];
    return names.length > 0 ? names : [f.text];
  });
}

/** Fields between separators; an empty string where the text begins or ends with one. */
function splitFields(text: string, ifs: string): string[] {
  const set = new Set(ifs);
  const out = [''];
  let inGap = false;
  for (const c of text) {
    if (set.has(c)) {
      if (!inGap || !/\s/.test(c)) out.push('');
      inGap = true;
    } else {
      out[out.length - 1] += c;
      inGap = false;
    }
  }
  return out;
}

function pieces(scope: Scope, part: Part): Piece[] {
  switch (part.kind) {
    case 'text':
      return [{ text: part.text, quoted: part.quoted }];
    case 'command':
      return [{ text: scope.capture(part.list).replace(/\n+$/, ''), quoted: part.quoted }];
    case 'arithmetic':
      return [{ text: String(arithmetic(expandOne(scope, part.word), scope)), quoted: part.quoted }];
    case 'param':
      return parameter(scope, part);
  }
}

function parameter(scope: Scope, part: Extract<Part, { kind: 'param' }>): Piece[] {
  if ((part.name === '@' || part.name === '*') && part.op === '' && !part.length) {
    if (part.name === '@' && part.quoted) return scope.positional.map((text, i) => ({ text, quoted: true, breaks: i > 0 }));
    return [{ text: scope.positional.join(' '), quoted: part.quoted }];
  }
  if (part.index !== undefined) return element(scope, part, part.index);
  const value = scope.get(part.name);
  if (value === undefined && scope.nounset && part.op === '' && !/^[@*#?$!-]$/.test(part.name))
    return scope.fail(`${part.name}: ${scope.dialect === 'bash' ? 'unbound variable' : 'parameter not set'}`);
  const { quoted } = part;
  const one = (text: string): Piece[] => [{ text, quoted }];
  if (part.length) return one(String([...(value ?? '')].length));
  const word = (): string => expandOne(scope, part.word ?? []);
  const missing = part.op.startsWith(':') ? !value : value === undefined;
  switch (part.op.replace(/^:(?=[-=+?])/, '')) {
    case '':
      return one(value ?? '');
    case '-':
      return missing ? one(word()) : one(value ?? '');
    case '+':
      return missing ? one('') : one(word());
    case '=':
      if (!missing) return one(value ?? '');
      scope.set(part.name, word());
      return one(scope.get(part.name) ?? '');
    case '?':
      return missing ? scope.fail(`${part.name}: ${word() || 'parameter not set'}`) : one(value ?? '');
    case '%':
    case '%%':
    case '#':
    case '##':
      return one(trim(value ?? '', part.op, expandPattern(scope, part.word ?? [])));
    case '^^':
      return one((value ?? '').toUpperCase());
    case ',,':
      return one((value ?? '').toLowerCase());
    case '^':
      return one((value ?? '').replace(/^./, (c) => c.toUpperCase()));
    case ',':
      return one((value ?? '').replace(/^./, (c) => c.toLowerCase()));
    case '/':
    case '//': {
      const [from = '', to = ''] = word().split('/');
      return one(part.op === '//' ? (value ?? '').replaceAll(from, to) : (value ?? '').replace(from, to));
    }
    case ':': {
      const [offset = '0', length] = word().split(':');
      const start = Number(offset.trim());
      const text = (value ?? '').slice(start < 0 ? start : Math.min(start, (value ?? '').length));
      return one(length === undefined ? text : text.slice(0, Number(length)));
    }
    default:
      return scope.fail('bad substitution');
  }
}

/** ${a[1]}, ${a[@]}, ${#a[@]}. */
function element(scope: Scope, part: Extract<Part, { kind: 'param' }>, index: string): Piece[] {
  const own = scope.get(part.name);
  const all = (scope.arrays.get(part.name) ?? (own === undefined ? [] : [own])).filter((x) => x !== undefined);
  const { quoted } = part;
  if (index === '@' || index === '*') {
    if (part.length) return [{ text: String(all.length), quoted }];
    if (index === '@' && quoted) return all.map((text, i) => ({ text, quoted, breaks: i > 0 }));
    return [{ text: all.join(' '), quoted }];
  }
  const at = arithmetic(expandOne(scope, parseText(index)), scope);
  const value = (scope.arrays.get(part.name) ?? all)[at < 0 ? all.length + at : at] ?? '';
  return [{ text: part.length ? String(value.length) : value, quoted }];
}

/** Cuts the shortest (one sign) or longest match off the end (%) or the beginning (#). */
function trim(value: string, op: string, pattern: RegExp): string {
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i);
  if (op.length === 2) lengths.reverse();
  for (const n of lengths) {
    const cut = op.startsWith('%') ? value.slice(value.length - n) : value.slice(0, n);
    if (pattern.test(cut)) return op.startsWith('%') ? value.slice(0, value.length - n) : value.slice(n);
  }
  return value;
}

// Brace expansion (bash): {a,b}, {1..3}, {01..10..2}.

const range = /^(-?\d+|[a-z])\.\.(-?\d+|[a-z])(?:\.\.(\d+))?$/i;

function choicesOf(inside: string): string[] | undefined {
  const match = range.exec(inside);
  if (!match) return inside.includes(',') ? inside.split(',') : undefined;
  const [, a = '', b = '', by = '1'] = match;
  const numeric = /\d$/.test(a) && /\d$/.test(b);
  const [from, to] = numeric ? [Number(a), Number(b)] : [a.charCodeAt(0), b.charCodeAt(0)];
  const width = numeric && /^-?0\d|^0\d/.test(`${a} ${b}`) ? Math.max(a.length, b.length) : 0;
  const step = Math.max(1, Number(by)) * (from <= to ? 1 : -1);
  return Array.from({ length: Math.floor(Math.abs(to - from) / Math.abs(step)) + 1 }, (_, i) =>
    numeric ? String(from + i * step).padStart(width, '0') : String.fromCharCode(from + i * step),
  );
}

/** One word for each choice; braces in quotes, and those that enclose no choice, stay. */
function braces(word: Word): Word[] {
  for (const [i, part] of word.entries()) {
    if (part.kind !== 'text' || part.quoted) continue;
    const match = /\{([^{}]*)\}/.exec(part.text);
    const choices = match ? choicesOf(match[1] as string) : undefined;
    if (!match || !choices) continue;
    const text = (x: string) => ({ ...part, text: part.text.slice(0, match.index) + x + part.text.slice(match.index + match[0].length) });
    return choices.flatMap((x) => braces([...word.slice(0, i), text(x), ...word.slice(i + 1)]));
  }
  return [word];
}
