// Evaluates a parsed JSONPath over plain JSON. Mirrors k8s.io/client-go/util/jsonpath/jsonpath.go; maps are walked in key order
// where Go's order is random.
import { goJSON, goType, goValue, isInt, sortedKeys } from '../go-format.js';
import { JSONPathError, type Node, type Part } from './parse.js';

export interface Options {
  /** Missing fields give nothing instead of an error: kubectl get. */
  readonly allowMissingKeys?: boolean;
}

/** One list of values per action or text, in printing order. */
export function findResults(parts: readonly Part[], data: unknown, options: Options = {}): unknown[][] {
  const results: unknown[][] = [];
  evaluateBlock(parts, 0, data, options, results, false);
  return results;
}

/** Runs parts until the {end} of this block; returns the index after it. `results` absent: skips only. */
function evaluateBlock(
  parts: readonly Part[],
  start: number,
  current: unknown,
  options: Options,
  results: unknown[][] | undefined,
  inRange: boolean,
): number {
  for (let at = start; at < parts.length; at++) {
    const part = parts[at] as Part;
    if ('text' in part) {
      results?.push([part.text]);
      continue;
    }
    const [first, ...rest] = part.action;
    if (first?.type === 'identifier' && first.name === 'end') {
      if (inRange) return at + 1;
      throw new JSONPathError('not in range, nothing to end');
    }
    if (first?.type === 'identifier' && first.name === 'range') {
      const values = results ? walk([current], rest, options) : [];
      let end = values.length === 0 ? evaluateBlock(parts, at + 1, null, options, undefined, true) : at + 1;
      for (const value of values) end = evaluateBlock(parts, at + 1, value, options, results, true);
      at = end - 1;
      continue;
    }
    results?.push(walk([current], part.action, options));
  }
  return parts.length;
}

const walk = (input: unknown[], nodes: readonly Node[], options: Options): unknown[] =>
  nodes.reduce<unknown[]>((values, node) => step(values, node, options), input);

function step(input: unknown[], node: Node, options: Options): unknown[] {
  switch (node.type) {
    case 'text':
      return [node.text];
    case 'value':
      return input.map(() => node.value);
    case 'field':
      return field(input, node.name, options);
    case 'slice':
      return present(input).flatMap((v) => slice(v, node.bounds));
    case 'filter':
      return input.flatMap((v) => filter(v, node, options));
    case 'union':
      return node.paths.flatMap((path) => walk(input, path, options));
    case 'wildcard':
      return present(input).flatMap(children);
    case 'recursive':
      return present(input).flatMap(descendants);
    case 'identifier':
      throw new JSONPathError(`unrecognized identifier ${node.name}`);
  }
}

const present = (values: unknown[]): unknown[] => values.filter((v) => v !== null && v !== undefined);

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function field(input: unknown[], name: string, options: Options): unknown[] {
  const found = present(input).flatMap((v) => (isMap(v) && Object.hasOwn(v, name) ? [v[name]] : []));
  if (found.length === 0 && input.length > 0 && !options.allowMissingKeys) throw new JSONPathError(`${name} is not found`);
  return found;
}

function slice(value: unknown, [first, last, step]: Extract<Node, { type: 'slice' }>['bounds']): unknown[] {
  if (!Array.isArray(value)) throw new JSONPathError(`${goType(value)} is not array or slice`);
  const length = value.length;
  const from = (first.value ?? 0) < 0 ? (first.value ?? 0) + length : (first.value ?? 0);
  let to = last.value ?? length;
  // [-1] implies an end of 0, which means the list's end.
  if (to < 0 || (to === 0 && last.derived)) to += length;
  if (from !== to) {
    if (from >= length || from < 0) throw new JSONPathError(`array index out of bounds: index ${from}, length ${length}`);
    if (to > length || to < 0) throw new JSONPathError(`array index out of bounds: index ${to - 1}, length ${length}`);
    if (from > to) throw new JSONPathError(`starting index ${from} is greater than ending index ${to}`);
  }
  const by = step.value ?? 1;
  if (by <= 0) throw new JSONPathError(`step must be > 0`);
  return value.slice(from, to).filter((_, i) => i % by === 0);
}

/** What `*` gives; a string's are its bytes. */
function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...Buffer.from(value)];
  return isMap(value) ? sortedKeys(value).map((k) => value[k]) : [];
}

function descendants(value: unknown): unknown[] {
  const inside = children(value);
  return inside.length === 0 ? [] : [value, ...present(inside).flatMap(descendants)];
}

function filter(value: unknown, node: Extract<Node, { type: 'filter' }>, options: Options): unknown[] {
  if (!Array.isArray(value)) throw new JSONPathError(`${goValue(value)} is not array or slice and cannot be filtered`);
  return value.filter((item) => {
    if (node.operator === 'exists') return exists(item, node.left, options);
    const left = walk([item], node.left, options);
    if (left.length === 0) return false;
    if (left.length > 1) throw new JSONPathError('can only compare one element at a time');
    const right = walk([item], node.right, options);
    if (right.length === 0) return false;
    if (right.length > 1) throw new JSONPathError('can only compare one element at a time');
    return compare(left[0], node.operator, right[0]);
  });
}

function exists(item: unknown, path: readonly Node[], options: Options): boolean {
  try {
    return walk([item], path, options).length > 0;
  } catch {
    return false;
  }
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return isInt(value) ? 'int' : 'float';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value;
  throw new JSONPathError('invalid type for comparison');
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  const test = comparisons[operator];
  if (!test) throw new JSONPathError(`unrecognized filter operator ${operator}`);
  const kind = kindOf(left);
  if (kind !== kindOf(right)) throw new JSONPathError('incompatible types for comparison');
  if (kind === 'boolean' && operator !== '==' && operator !== '!=') throw new JSONPathError('invalid type for comparison');
  return test(left as string, right as string);
}

const comparisons: Readonly<Record<string, (a: string | number, b: string | number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** How one result prints: maps, lists and null as JSON, the rest as Go does. */
export const resultText = (value: unknown): string => (typeof value === 'object' ? goJSON(value) : goValue(value));
