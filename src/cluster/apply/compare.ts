// Which fields a write added, changed and removed, and which an applied configuration has.
// Mirrors sigs.k8s.io/structured-merge-diff/typed (compare.go, tofieldset.go).
import type { FieldSchema } from '../../lib/field-schema.js';
import { same } from '../../lib/same.js';
import { emptySet, type FieldSet, isEmpty, leaf, setOf } from './field-set.js';
import { childrenOf, isEmptyContainer, isLeaf, isMap, schemaOfKey } from './walk.js';

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
    for (const [element, { value, schema }] of now) part(element, old.get(element)?.value, value, schema);
    for (const [element, { value, schema }] of old) if (!now.has(element)) part(element, value, undefined, schema);
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
  else for (const c of childrenOf(value, field)) children.set(c.element, everything(c.value, c.schema));
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

const byElement = (value: unknown, field: FieldSchema | undefined) =>
  new Map(childrenOf(value ?? undefined, field).map((c) => [c.element, c]));

/** The fields that a configuration sets: leaves, list items and entries of maps. */
export function fieldsOf(value: unknown, field: FieldSchema | undefined): FieldSet {
  if (isLeaf(value, field)) return leaf;
  const children: Record<string, FieldSet> = {};
  for (const child of childrenOf(value, field)) {
    const inner = fieldsOf(child.value, child.schema);
    children[child.element] = child.item ? { ...inner, member: true } : inner;
  }
  return setOf(false, children);
}
