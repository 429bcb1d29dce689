// KYAML: YAML in braces, whose strings are always quoted, so that nothing can be taken for another type. Mirrors what sigs.k8s.io/yaml/kyaml writes.
import { goJSON } from '../go-format.js';
import { isAmbiguous } from './resolve.js';

/** One document with its separator. The order of fields is the value's own. */
export const toKyaml = (value: unknown): string => `---\n${render(value, 0)}\n`;

const indent = (level: number): string => '  '.repeat(level);

function render(value: unknown, level: number): string {
  if (typeof value === 'string') return text(value, level + 1);
  if (Array.isArray(value)) return list(value, level);
  if (typeof value === 'object' && value !== null) return mapping(value as Record<string, unknown>, level);
  return goJSON(value);
}

/** A list of structures is cuddled: `[{`, `}, {`, `}]`. */
function list(values: readonly unknown[], level: number): string {
  if (values.length === 0) return '[]';
  if (values.every((v) => typeof v === 'object' && v !== null)) return `[${values.map((v) => render(v, level)).join(', ')}]`;
  return `[\n${values.map((v) => `${indent(level + 1)}${render(v, level + 1)},\n`).join('')}${indent(level)}]`;
}

function mapping(fields: Readonly<Record<string, unknown>>, level: number): string {
  const entries = Object.entries(fields).filter(([, v]) => v !== undefined);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([k, v]) => `${indent(level + 1)}${key(k)}: ${render(v, level + 1)},\n`).join('')}${indent(level)}}`;
}

const key = (name: string): string => (isPlainKey(name) ? name : `"${escaped(name).replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`);

/** Letters, digits and underscores, with -, . and / between them, that no reader takes for a number, a truth or nothing. */
const isPlainKey = (name: string): boolean =>
  /^[\p{L}\p{N}_]([\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u.test(name) && !isAmbiguous(name) && !/^([tfyn]|inf|infinity|nan)$/i.test(name);

/** Each line of the text on a line of its own, folded; blanks that begin a line are kept by a backslash. */
function text(value: string, level: number): string {
  if (!value.includes('\n')) return `"${escaped(value)}"`;
  const lines = value.split('\n');
  const last = lines.pop() as string;
  const line = (content: string): string => `${indent(level)}${/^\s/.test(content) ? '\\' : ' '}${escaped(content)}`;
  const folded = [...lines.map((l) => `${line(l)}\\n\\\n`), ...(last === '' ? [] : [`${line(last)}\\\n`])];
  return `"\\\n${folded.join('')}${indent(level)}"`;
}

const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\t': '\t',
  '\n': '\n',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\r': '\\r',
  '\v': '\\v',
  '\0': '\\0',
  '\x1B': '\\e',
  '\x85': '\\N',
  '\xA0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

const escaped = (value: string): string =>
  value.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|["\\]/gu, (c) => named[c] ?? hex(c.codePointAt(0) as number));

function hex(code: number): string {
  const [letter, width] = code < 0x20 || code === 0x7f ? ['x', 2] : code < 0x10000 ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).padStart(width as number, '0')}`;
}
