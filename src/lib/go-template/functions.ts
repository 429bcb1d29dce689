// What templates may call: Go's own functions (text/template/funcs.go) and kubectl's (exists, base64decode).
import { asNum, int, Num } from './number.js';
import { show, sprint, sprintf, typeName } from './printf.js';

/** A function's refusal; told as "error calling NAME: ...". */
export class CallError extends Error {}

export interface TemplateFunction {
  /** How many arguments; `atLeast` for those that take more. */
  readonly wants: number;
  readonly atLeast?: boolean;
  call(...args: unknown[]): unknown;
}

const fixed = (wants: number, call: (...args: never[]) => unknown): TemplateFunction => ({ wants, call: call as TemplateFunction['call'] });
const variadic = (wants: number, call: (...args: never[]) => unknown): TemplateFunction => ({
  wants,
  atLeast: true,
  call: call as TemplateFunction['call'],
});

/** Go's truth: empty things are false. */
export function truth(value: unknown): boolean {
  const number = asNum(value);
  if (number) return number.value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Num);

const bytes = (text: string): Buffer => Buffer.from(text);

function basicKind(value: unknown): 'int' | 'float' | 'string' | 'bool' | undefined {
  const number = asNum(value);
  if (number) return number.kind === 'float64' ? 'float' : 'int';
  if (typeof value === 'string') return 'string';
  return typeof value === 'boolean' ? 'bool' : undefined;
}

const raw = (value: unknown): unknown => (value instanceof Num ? value.value : value);
const isNil = (value: unknown): boolean => value === null || value === undefined;

const incompatible = (a: unknown, b: unknown): CallError =>
  new CallError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);

function equal(first: unknown, others: readonly unknown[]): boolean {
  if (others.length === 0) throw new CallError('missing argument for comparison');
  return others.some((other) => {
    const [a, b] = [basicKind(first), basicKind(other)];
    if (a !== b) {
      if (isNil(first) || isNil(other)) return false;
      throw incompatible(first, other);
    }
    if (a === undefined) {
      if (isNil(first) || isNil(other)) return isNil(first) && isNil(other);
      throw new CallError(`non-comparable type ${show(first)}: ${typeName(first)}`);
    }
    return raw(first) === raw(other);
  });
}

function less(a: unknown, b: unknown): boolean {
  const [left, right] = [basicKind(a), basicKind(b)];
  if (left === undefined || right === undefined) throw new CallError('invalid type for comparison');
  if (left !== right) throw incompatible(a, b);
  if (left === 'bool') throw new CallError('invalid type for comparison');
  return (raw(a) as string) < (raw(b) as string);
}

function index(item: unknown, ...keys: unknown[]): unknown {
  if (isNil(item)) throw new CallError('index of untyped nil');
  return keys.reduce((value: unknown, key) => {
    if (isNil(value)) throw new CallError('index of nil pointer');
    if (isMap(value)) {
      if (typeof key === 'string') return Object.hasOwn(value, key) ? value[key] : null;
      throw new CallError(isNil(key) ? 'value is nil; should be of type string' : `value has type ${typeName(key)}; should be string`);
    }
    if (!Array.isArray(value) && typeof value !== 'string') throw new CallError(`can't index item of type ${typeName(value)}`);
    const list = typeof value === 'string' ? [...bytes(value)].map((b) => new Num(b, 'uint8')) : value;
    return list[position(key, list.length - 1)];
  }, item);
}

function position(key: unknown, last: number): number {
  const number = asNum(key);
  if (!number || number.kind === 'float64') {
    throw new CallError(isNil(key) ? 'cannot index slice/array with nil' : `cannot index slice/array with type ${typeName(key)}`);
  }
  if (number.value < 0 || number.value > last) throw new CallError(`index out of range: ${number.value}`);
  return number.value;
}

function slice(item: unknown, ...bounds: unknown[]): unknown {
  if (isNil(item)) throw new CallError('slice of untyped nil');
  if (bounds.length > 3) throw new CallError(`too many slice indexes: ${bounds.length}`);
  if (typeof item !== 'string' && !Array.isArray(item)) throw new CallError(`can't slice item of type ${typeName(item)}`);
  const length = typeof item === 'string' ? bytes(item).length : item.length;
  const [from = 0, to = length] = bounds.map((b) => position(b, length));
  if (from > to) throw new CallError(`invalid slice index: ${from} > ${to}`);
  return typeof item === 'string' ? bytes(item).subarray(from, to).toString() : item.slice(from, to);
}

function length(item: unknown): Num {
  if (isNil(item)) throw new CallError('len of nil pointer');
  if (typeof item === 'string') return int(bytes(item).length);
  if (Array.isArray(item)) return int(item.length);
  if (isMap(item)) return int(Object.keys(item).length);
  throw new CallError(`len of type ${typeName(item)}`);
}

const texts = (args: readonly unknown[]): string => (args.length === 1 && typeof args[0] === 'string' ? args[0] : sprint(args));

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\uFFFD',
};

function js(text: string): string {
  return text.replace(/[\\'"<>&=\x00-\x1f]/g, (c) =>
    /[\\'"]/.test(c) ? `\\${c}` : `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

function base64decode(text: unknown): string {
  const bad = /[^A-Za-z0-9+/=\r\n]/.exec(String(text));
  const clean = String(text).replace(/[\r\n]/g, '');
  const complete = /^[A-Za-z0-9+/]*={0,2}$/.test(clean) && clean.length % 4 === 0;
  if (bad || !complete)
    throw new CallError(
      `base64 decode failed: illegal base64 data at input byte ${bad?.index ?? Math.max(0, clean.length - (clean.length % 4))}`,
    );
  return Buffer.from(clean, 'base64').toString();
}

/** Whether every step of the path is there. */
function exists(item: unknown, ...path: unknown[]): boolean {
  let value = item;
  for (const key of path) {
    if (isMap(value) && typeof key === 'string' && Object.hasOwn(value, key)) value = value[key];
    else if (Array.isArray(value) && asNum(key) && (asNum(key)?.value ?? -1) in value) value = value[asNum(key)?.value as number];
    else return false;
  }
  return true;
}

/** `and`, `or` are here for their names only: they do not evaluate all of their arguments. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['and', variadic(1, () => undefined)],
  ['or', variadic(1, () => undefined)],
  ['not', fixed(1, (v: unknown) => !truth(v))],
  ['call', variadic(1, () => undefined)],
  ['eq', variadic(1, (a: unknown, ...others: unknown[]) => equal(a, others))],
  ['ne', fixed(2, (a: unknown, b: unknown) => !equal(a, [b]))],
  ['lt', fixed(2, less)],
  ['le', fixed(2, (a: unknown, b: unknown) => less(a, b) || equal(a, [b]))],
  ['gt', fixed(2, (a: unknown, b: unknown) => !(less(a, b) || equal(a, [b])))],
  ['ge', fixed(2, (a: unknown, b: unknown) => !less(a, b))],
  ['index', variadic(1, index)],
  ['slice', variadic(1, slice)],
  ['len', fixed(1, length)],
  ['print', variadic(0, (...args: unknown[]) => sprint(args))],
  ['printf', variadic(1, (format: unknown, ...args: unknown[]) => sprintf(String(format), args))],
  ['println', variadic(0, (...args: unknown[]) => `${args.map(show).join(' ')}\n`)],
  ['html', variadic(0, (...args: unknown[]) => texts(args).replace(/["'&<>\0]/g, (c) => htmlEscapes[c] ?? c))],
  ['js', variadic(0, (...args: unknown[]) => js(texts(args)))],
  [
    'urlquery',
    variadic(0, (...args: unknown[]) =>
      encodeURIComponent(texts(args))
        .replaceAll('%20', '+')
        .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    ),
  ],
  ['exists', variadic(1, exists)],
  ['base64decode', fixed(1, base64decode)],
]);
