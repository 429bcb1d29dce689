// Which fields a write added, changed and removed, and which an applied configuration has.
// Mirrors sigs.k8s.io/structured-merge-diff/typed (compare.go, tofieldset.go).
import type { FieldSchema } from '../../lib/field-schema.js';
import { same } from '../../lib/same.js';
import { emptySet, type FieldSet, isEmpty, leaf, setOf, union } from './field-set.js';
import { type Child, childrenOf, isAssociative, isEmptyContainer, isLeaf, isMap, schemaOfKey } from './walk.js';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const nothing: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };

/** undefined is absence; null is a value without content. */
export function compare(before: unknown, after: unknown, field: FieldSchema | undefined): Comparison {
  // Objects share what a write left alone.
  if (before === after) return nothing;
  if (before === undefined) return { ...nothing, added: everything(after, field) };
  if (after === undefined) return { ...nothing, removed: everything(before, field) };
  if (wholeLeaf(before, after, field)) return same(before, after) ? nothing : { ...nothing, modified: leaf };
  const parts = { added: new Map<string, FieldSet>(), modified: new Map<string, FieldSet>(), removed: new Map<string, FieldSet>() };
  const part = (element: string, a: unknown, b: unknown, schema: FieldSchema | undefined): void => {
    const inner = compare(a, b, schema);
    if (inner === nothing) return;
    for (const name of ['added', 'modified', 'removed'] as const) if (!isEmpty(inner[name])) parts[name].set(element, inner[name]);
  };
  if (isMap(before) && isMap(after)) {
    for (const key in before) if (before[key] !== after[key]) part(`f:${key}`, before[key], after[key], schemaOfKey(field, key));
    for (const key in after) if (!(key in before)) part(`f:${key}`, undefined, after[key], schemaOfKey(field, key));
  } else {
    const old = byElement(before, field);
    const now = byElement(after, field);
    for (const element of new Set([...old.keys(), ...now.keys()])) {
      const [was = [], is = []] = [old.get(element), now.get(element)];
      if (was.length <= 1 && is.length <= 1) part(element, was[0]?.value, is[0]?.value, (is[0] ?? was[0])?.schema);
      else repeated(element, was, is);
    }
  }
  /** Items of one key are owned together; what one of them was is taken apart again. */
  function repeated(element: string, was: readonly Child[], is: readonly Child[]): void {
    const mark = (name: keyof Comparison): void => {
      parts[name].set(element, union(parts[name].get(element) ?? emptySet, leaf));
    };
    const values = (items: readonly Child[]): unknown[] => items.map((c) => c.value);
    if (was.length > 1 && is.length > 1) {
      if (!same(values(was), values(is))) mark('modified');
      return;
    }
    const [one] = was.length > 1 ? is : was;
    if (one) part(element, was.length > 1 ? undefined : one.value, was.length > 1 ? one.value : undefined, one.schema);
    mark(was.length > 1 ? 'removed' : 'added');
  }
  const set = (children: Map<string, FieldSet>): FieldSet => (children.size === 0 ? emptySet : { member: false, children });
  const { added, modified, removed } = parts;
  return added.size + modified.size + removed.size === 0 ? nothing : { added: set(added), modified: set(modified), removed: set(removed) };
}

/** A value that came or went as a whole: every container on the way is a member, too. */
function everything(value: unknown, field: FieldSchema | undefined): FieldSet {
  if (isLeaf(value, field)) return leaf;
  const children = new Map<string, FieldSet>();
  if (isMap(value)) for (const key in value) children.set(`f:${key}`, everything(value[key], schemaOfKey(field, key)));
  else
    for (const [element, items] of byElement(value, field))
      children.set(element, items.length > 1 ? leaf : everything(items[0]?.value, items[0]?.schema));
  return { member: true, children };
}

function wholeLeaf(before: unknown, after: unknown, field: FieldSchema | undefined): boolean {
  if (isEmptyContainer(before) && isEmptyContainer(after)) return true;
  const [some, other] = isEmptyContainer(after) ? [before, after] : [after, before];
  if (isLeaf(some, field)) return true;
  return (
    !isEmptyContainer(other) &&
    (Array.isArray(some) !== Array.isArray(other) || (!Array.isArray(some) && !isMap(other)) || isLeaf(other, field))
  );
}

function byElement(value: unknown, field: FieldSchema | undefined): Map<string, Child[]> {
  const items = new Map<string, Child[]>();
  for (const child of childrenOf(value ?? undefined, field)) {
    const same = items.get(child.element);
    if (same) same.push(child);
    else items.set(child.element, [child]);
  }
  return items;
}

/** The fields that a configuration sets: leaves, list items and entries of maps. */
export function fieldsOf(value: unknown, field: FieldSchema | undefined): FieldSet {
  // Nothing is said about the items of a list by leaving them all out.
  if (Array.isArray(value) && value.length === 0 && isAssociative(field)) return emptySet;
  if (isLeaf(value, field)) return leaf;
  const children: Record<string, FieldSet> = {};
  for (const child of childrenOf(value, field)) {
    const inner = child.element in children ? emptySet : fieldsOf(child.value, child.schema);
    children[child.element] = child.item ? { ...inner, member: true } : inner;
  }
  return setOf(false, children);
}
