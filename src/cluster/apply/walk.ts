// How an object is taken apart for field ownership: which values are whole leaves, and what tells list items apart.
// Mirrors sigs.k8s.io/structured-merge-diff/typed. Fields that the schema does not know: lists are leaves, maps are not.
import { sortedKeys } from '../../lib/go-format.js';
import type { FieldSchema } from '../../lib/field-schema.js';

export type Map_ = Record<string, unknown>;

export const isMap = (value: unknown): value is Map_ => typeof value === 'object' && value !== null && !Array.isArray(value);

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null;

export function isEmptyContainer(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isMap(value)) return false;
  for (const _ in value) return false;
  return true;
}

/** Owned as a whole. Empty containers are, too: that keeps `{}` and absence apart. */
export function isLeaf(value: unknown, field: FieldSchema | undefined): boolean {
  if (!isContainer(value) || isEmptyContainer(value)) return true;
  if (Array.isArray(value)) return field?.list === undefined || field.list === 'atomic' || !canKey(value, field);
  return field?.atomic === true;
}

const canKey = (list: readonly unknown[], { list: sort, listKeys = [] }: FieldSchema): boolean =>
  list.every((item) => (sort === 'set' ? !isContainer(item) : isMap(item) && listKeys.every((k) => keyValue(item, k) !== undefined)));

/** What the API would fill in for a key that is not given. */
const keyDefaults: Readonly<Record<string, unknown>> = { protocol: 'TCP' };

const keyValue = (item: Map_, key: string): unknown => item[key] ?? keyDefaults[key];

/** `k:{"name":"web"}`. */
const itemKey = (item: Map_, { listKeys = [] }: FieldSchema): string =>
  `k:{${listKeys.map((k) => `${JSON.stringify(k)}:${JSON.stringify(keyValue(item, k))}`).join(',')}}`;

export interface Child {
  readonly element: string;
  readonly value: unknown;
  readonly schema: FieldSchema | undefined;
  /** Not a field of a struct, but an item of a list or an entry of a map: present by itself. */
  readonly item: boolean;
}

/** The parts of a value that is no leaf. */
export function childrenOf(value: unknown, field: FieldSchema | undefined): Child[] {
  if (Array.isArray(value)) {
    const schema: FieldSchema = { value: field?.value, atomic: field?.value?.atomic };
    return value.map((item) => ({
      element: field?.list === 'set' ? `v:${JSON.stringify(item)}` : itemKey(item as Map_, field as FieldSchema),
      value: item,
      schema,
      item: true,
    }));
  }
  if (!isMap(value)) return [];
  return sortedKeys(value).map((key) => {
    const schema = schemaOfKey(field, key);
    return { element: `f:${key}`, value: value[key], schema, item: field?.keyed === true || schema === undefined };
  });
}

export const schemaOfKey = (field: FieldSchema | undefined, key: string): FieldSchema | undefined =>
  field?.keyed ? { value: field.value } : field?.value?.field(key);
