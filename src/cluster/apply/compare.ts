// Which fields a write added, changed and removed, and which an applied configuration has.
// Mirrors sigs.k8s.io/structured-merge-diff/typed (compare.go, tofieldset.go).
import type { FieldSchema } from '../../lib/field-schema.js';
import { same } from '../../lib/same.js';
import { emptySet, type FieldSet, leaf, setOf } from './field-set.js';
import { childrenOf, isEmptyContainer, isLeaf, isMap } from './walk.js';

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const nothing: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };

/** undefined is absence; null is a value without content. */
export function compare(before: unknown, after: unknown, field: FieldSchema | undefined): Comparison {
  if (same(before, after)) return nothing;
  if (wholeLeaf(before, after, field)) return leafComparison(before, after);
  const old = byElement(before, field);
  const now = byElement(after, field);
  const parts = { added: {}, modified: {}, removed: {} } as Record<keyof Comparison, Record<string, FieldSet>>;
  for (const element of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(element), now.get(element)];
    const inner = compare(a?.value, b?.value, (b ?? a)?.schema);
    for (const part of ['added', 'modified', 'removed'] as const) parts[part][element] = inner[part];
  }
  return {
    added: setOf(before === undefined, parts.added),
    modified: setOf(false, parts.modified),
    removed: setOf(after === undefined, parts.removed),
  };
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

function leafComparison(before: unknown, after: unknown): Comparison {
  if (before === undefined) return { ...nothing, added: leaf };
  return after === undefined ? { ...nothing, removed: leaf } : { ...nothing, modified: leaf };
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
