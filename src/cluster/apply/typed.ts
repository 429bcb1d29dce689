// Whether an applied configuration fits the schema by which fields are owned, in the words of
// sigs.k8s.io/structured-merge-diff/typed/validate.go. That schema is coarser than Go's types: numbers are numbers, a quantity is any scalar.
import { goSyntax, goType, goValue, sortedKeys } from '../../lib/go-format.js';
import { type SchemaField, schemaType, splitMap } from '../../model/schema.js';
import type { FieldSchema } from '../../lib/field-schema.js';
import { fieldSchema } from '../../model/merge-schema.js';
import { pathText } from './field-set.js';
import { elementOf, isAssociative, isMap } from './walk.js';

/** What does not fit: `.spec.ports: expected list, got &{80}`. Upstream walks maps by chance, we by name. */
export function typeProblems(value: unknown, type: string): string[] {
  const problems: string[] = [];
  check(value, { type }, '', (at, problem) => void problems.push(at === '' ? problem : `${at}: ${problem}`));
  return problems;
}

/** As Go joins them. */
export const joined = (problems: readonly string[]): string =>
  problems.length === 1 ? (problems[0] as string) : ['errors:', ...problems.map((p) => `  ${p}`)].join('\n');

type Where = Pick<SchemaField, 'type'> & Partial<SchemaField>;
type Tell = (at: string, problem: string) => void;

/** Anything goes. */
const free = new Set(['IntOrString', 'RawExtension', 'FieldsV1']);
/** Any scalar goes. */
const untyped = new Set(['Quantity', 'Time', 'MicroTime']);

function check(value: unknown, where: Where, at: string, tell: Tell): void {
  const type = where.type.replace(/^\*/, '');
  if (value === null || value === undefined || free.has(type)) return;
  if (untyped.has(type)) return isScalar(value) ? undefined : tell(at, `expected any scalar, got ${shown(value)}`);
  const struct = schemaType(type);
  const real = struct?.alias ?? type;
  const map = splitMap(real);
  if (real.startsWith('[]') && real !== '[]byte') checkList(value, real.slice(2), where, at, tell);
  else if (map || (struct && !struct.alias)) {
    if (!isMap(value)) return tell(at, `expected map, got ${shown(value)}`);
    for (const key of sortedKeys(value)) {
      const field: Where | undefined = map ? { type: map.value } : struct?.fields.get(key);
      if (!field) return tell(`${at}.${key}`, 'field not declared in schema');
      check(value[key], field, `${at}.${key}`, tell);
    }
  } else checkScalar(value, real, at, tell);
}

function checkList(value: unknown, element: string, where: Where, at: string, tell: Tell): void {
  if (!Array.isArray(value)) return tell(at, `expected list, got ${shown(value)}`);
  const field = fieldSchema({ ...where, type: where.type } as SchemaField);
  const seen = new Set<string>();
  for (const [i, item] of value.entries()) {
    let place = `[${i}]`;
    if (isAssociative(field)) {
      const element = elementOf(item, field);
      if (element === undefined) return tell(at, `element ${i}: ${keyProblem(item, field)}`);
      place = pathText([element]);
      if (seen.has(place)) tell(at, `duplicate entries for key ${place}`);
      seen.add(place);
    }
    check(item, { type: element }, `${at}${place}`, tell);
  }
}

function keyProblem(item: unknown, { list, listKeys = [] }: FieldSchema): string {
  if (list === 'map') {
    if (item === null) return 'associative list with keys may not have a null element';
    if (!isMap(item)) return 'associative list with keys may not have non-map elements';
    const keys = listKeys.map((k) => JSON.stringify(k)).join(' ');
    return `associative list with keys has an element that omits all key fields [${keys}] (and doesn't have default values for any key fields)`;
  }
  if (item === null) return "associative list without keys has an element that's an explicit null";
  if (Array.isArray(item)) return 'not supported: associative list with lists as elements';
  return "associative list without keys has an element that's a map type";
}

function checkScalar(value: unknown, type: string, at: string, tell: Tell): void {
  if (type === 'string' || type === '[]byte' || type === 'Duration') {
    if (typeof value !== 'string') tell(at, `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
  } else if (type === 'bool') {
    if (typeof value !== 'boolean') tell(at, `expected boolean, got ${shown(value)}`);
  } else if (typeof value !== 'number') tell(at, `expected numeric (int or float), got ${goType(value)}`);
}

const isScalar = (value: unknown): boolean => typeof value !== 'object';

const shown = (value: unknown): string => `&{${goValue(value)}}`;
