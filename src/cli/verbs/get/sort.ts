// --sort-by: orders objects by one field. Mirrors k8s.io/kubectl/pkg/cmd/get/sorter.go; strings compare naturally (a9 before a10), quantities by amount.
import { naturalLess } from '../../../lib/natural-order.js';
import { parseJSONPath, relaxedJSONPath } from '../../../lib/jsonpath/index.js';
import { parseQuantity } from '../../../lib/quantity.js';
import type { KubeObject } from '../../../model/object.js';
import type { Table } from '../../../model/request.js';
import { UsageError } from '../../errors.js';

export const sortRows = (rows: Table['rows'], field: string): Table['rows'] => sorted(rows, field, (r) => r.object);

export const sortObjects = (objects: readonly KubeObject[], field: string): KubeObject[] => sorted(objects, field, (o) => o);

function sorted<T>(items: readonly T[], field: string, objectOf: (item: T) => KubeObject): T[] {
  if (items.length === 0) return [];
  const { path, template } = parseField(field);
  const keyed = items.map((item) => ({ item, key: path.find(objectOf(item), { allowMissingKeys: true })[0]?.[0] }));
  if (keyed.every((k) => k.key === undefined))
    throw new UsageError(`couldn't find any field with path ${JSON.stringify(template)} in the list of objects`);
  return keyed.sort((a, b) => (less(a.key, b.key) ? -1 : less(b.key, a.key) ? 1 : 0)).map((k) => k.item);
}

function parseField(field: string): { path: ReturnType<typeof parseJSONPath>; template: string } {
  try {
    const template = relaxedJSONPath(field);
    return { template, path: parseJSONPath(template) };
  } catch (e) {
    throw new UsageError((e as Error).message);
  }
}

/** Objects without the field come first. */
function less(a: unknown, b: unknown): boolean {
  if (a === undefined || a === null) return b !== undefined && b !== null;
  if (b === undefined || b === null) return false;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return lessText(a, b);
  throw new UsageError(`Field is an unsortable type: ${typeof a}`);
}

function lessText(a: string, b: string): boolean {
  const [x, y] = [quantity(a), quantity(b)];
  return x !== undefined && y !== undefined ? x < y : naturalLess(a, b);
}

function quantity(text: string): bigint | undefined {
  try {
    return parseQuantity(text).nano;
  } catch {
    return undefined;
  }
}
