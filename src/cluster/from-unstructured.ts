// Whether a patched object fits its Go type, in the words of k8s.io/apimachinery/pkg/runtime/converter.go (FromUnstructuredWithValidation),
// which strategic merge patches go through instead of a JSON decoder.
import { goType as goTypeOf, isInt } from '../lib/go-format.js';
import { base64Error } from '../lib/base64.js';
import type { Json } from '../model/object.js';
import { goType, type SchemaType, schemaType, splitMap } from '../model/schema.js';
import { unmarshal } from '../model/unmarshal.js';

export interface Conversion {
  /** What does not fit. */
  readonly error?: string;
  /** `unknown field "spec.foo"` */
  readonly strict: readonly string[];
}

export function checkConversion(value: Json, type: string): Conversion {
  const strict: string[] = [];
  try {
    check(value, type, '', strict);
    return { strict };
  } catch (e) {
    if (e instanceof ConversionError) return { strict: [], error: e.message };
    throw e;
  }
}

class ConversionError extends Error {}

/** Types that decode themselves. */
const customs = new Set(['Quantity', 'Time', 'MicroTime', 'Duration', 'IntOrString', 'RawExtension', 'FieldsV1']);

function check(value: Json | undefined, type: string, at: string, strict: string[]): void {
  if (value === null || value === undefined) return;
  if (type.startsWith('*')) return check(value, type.slice(1), at, strict);
  if (customs.has(type)) return custom(value, type);
  const named = schemaType(type);
  const real = named?.alias ?? type;
  const map = splitMap(real);
  if (real === '[]byte') bytes(value);
  else if (real.startsWith('[]')) list(value, real.slice(2), at, strict);
  else if (map) entries(value, map.value, at, strict);
  else if (named && !named.alias) fields(value, named, at, strict);
  else scalar(value, real, type);
}

const kindOf = (value: Json): string =>
  Array.isArray(value)
    ? 'slice'
    : typeof value === 'object'
      ? 'map'
      : typeof value === 'number'
        ? isInt(value)
          ? 'int64'
          : 'float64'
        : goTypeOf(value);

function custom(value: Json, type: string): void {
  const { error } = unmarshal(value, type);
  if (error !== undefined) throw new ConversionError(error);
}

function bytes(value: Json): void {
  if (typeof value !== 'string') throw new ConversionError(`cannot restore slice from ${kindOf(value)}`);
  const wrong = base64Error(value);
  if (wrong) throw new ConversionError(wrong);
}

function list(value: Json, element: string, at: string, strict: string[]): void {
  if (!Array.isArray(value)) throw new ConversionError(`cannot restore slice from ${kindOf(value)}`);
  value.forEach((item, i) => check(item, element, `${at}[${i}]`, strict));
}

function entries(value: Json, element: string, at: string, strict: string[]): void {
  if (typeof value !== 'object' || Array.isArray(value) || value === null)
    throw new ConversionError(`cannot restore map from ${kindOf(value)}`);
  for (const [key, item] of Object.entries(value)) check(item, element, join(at, key), strict);
}

function fields(value: Json, type: SchemaType, at: string, strict: string[]): void {
  if (typeof value !== 'object' || Array.isArray(value) || value === null)
    throw new ConversionError(`cannot restore struct from: ${kindOf(value)}`);
  for (const field of type.fields.values()) check(value[field.name], field.type, join(at, field.name), strict);
  for (const key of Object.keys(value).sort()) if (!type.fields.has(key)) strict.push(`unknown field ${JSON.stringify(join(at, key))}`);
}

function scalar(value: Json, kind: string, type: string): void {
  const group = kind === 'string' || kind === 'bool' ? kind : kind.startsWith('float') ? 'float' : 'int';
  if (typeof value === 'string' && group === 'string') return;
  if (typeof value === 'boolean' && group === 'bool') return;
  if (typeof value !== 'number' || group === 'bool') throw new ConversionError(`unrecognized type: ${kind}`);
  // Go converts integers to strings and cuts fractions off; JSON must not.
  if (group === 'string')
    throw new ConversionError(isInt(value) ? `cannot convert int64 to ${goType(type)}` : `unrecognized type: ${kind}`);
  if (group === 'int' && !Number.isInteger(value)) throw new ConversionError(`cannot convert float64 to ${goType(type)}`);
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
