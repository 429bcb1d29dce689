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

/** A list's items cannot be told apart: upstream then gives up on the whole object. */
export class NoKeyError extends Error {}

/** Owned as a whole. Empty containers are, too: that keeps `{}` and absence apart. */
export function isLeaf(value: unknown, field: FieldSchema | undefined): boolean {
  if (!isContainer(value) || isEmptyContainer(value)) return true;
  if (Array.isArray(value)) return !isAssociative(field);
  return field?.atomic === true;
}

/** Its items are owned one by one. */
export const isAssociative = (field: FieldSchema | undefined): field is FieldSchema => field?.list === 'map' || field?.list === 'set';

/** `k:{"name":"web"}` or `v:"x"`; undefined for an item without a key. */
export function elementOf(item: unknown, { list, listKeys = [], keyDefaults }: FieldSchema): string | undefined {
  if (list === 'set') return isContainer(item) ? undefined : `v:${JSON.stringify(item)}`;
  if (!isMap(item)) return undefined;
  const keys = listKeys.map((k) => [k, k in item ? item[k] : keyDefaults?.[k]] as const).filter(([, value]) => value !== undefined);
  return keys.length === 0 ? undefined : `k:{${keys.map(([k, value]) => `${JSON.stringify(k)}:${JSON.stringify(value)}`).join(',')}}`;
}

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
    return value.map((item) => {
      const element = elementOf(item, field ?? {});
      if (element === undefined) throw new NoKeyError();
      return { element, value: item, schema, item: true };
    });
  }
  if (!isMap(value)) return [];
  return sortedKeys(value).map((key) => {
    const schema = schemaOfKey(field, key);
    return { element: `f:${key}`, value: value[key], schema, item: field?.keyed === true || schema === undefined };
  });
}

export const schemaOfKey = (field: FieldSchema | undefined, key: string): FieldSchema | undefined =>
  field?.keyed ? { value: field.value } : field?.value?.field(key);
