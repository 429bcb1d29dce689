// Laying an applied configuration over the live object, and taking away what is applied no more.
// Mirrors sigs.k8s.io/structured-merge-diff/typed (merge.go, remove.go).
import type { FieldSchema } from '../../lib/field-schema.js';
import type { FieldSet } from './field-set.js';
import { childrenOf, isEmptyContainer, isLeaf, isMap, type Map_ } from './walk.js';

/** `applied` wins; lists of items are merged by key, in the applied order with the live ones between. */
export function mergeApplied(live: unknown, applied: unknown, field: FieldSchema | undefined): unknown {
  if (live === undefined || live === null || isLeaf(live, field)) return applied;
  // Nothing said about a list or map that is merged: it stays.
  if (isMap(live) === isMap(applied) && Array.isArray(live) === Array.isArray(applied) && isEmptyContainer(applied)) return live;
  if (isLeaf(applied, field)) return applied;
  if (Array.isArray(applied)) return Array.isArray(live) ? mergeItems(live, applied, field) : applied;
  if (!isMap(applied) || !isMap(live)) return applied;
  const result: Map_ = { ...live };
  for (const { element, value, schema } of childrenOf(applied, field)) {
    const key = element.slice(2);
    result[key] = mergeApplied(live[key], value, schema);
  }
  return result;
}

function mergeItems(live: unknown[], applied: unknown[], field: FieldSchema | undefined): unknown[] {
  const wanted = childrenOf(applied, field);
  const names = new Set(wanted.map((c) => c.element));
  const old = new Map(childrenOf(live, field).map((c) => [c.element, c.value]));
  const result: unknown[] = [];
  const pending = [...wanted];
  for (const [element, value] of old) {
    if (!names.has(element)) {
      result.push(value);
      continue;
    }
    // Applied items keep their order: those that stand before this one come first.
    while (pending.some((c) => c.element === element)) {
      const next = pending.shift() as (typeof wanted)[number];
      result.push(mergeApplied(old.get(next.element), next.value, next.schema));
    }
  }
  return [...result, ...pending.map((c) => mergeApplied(old.get(c.element), c.value, c.schema))];
}

/** The value without the members of `remove`; whatever `keep` has at or below a path stays. */
export function removeFields(value: unknown, remove: FieldSet, keep: FieldSet | undefined, field: FieldSchema | undefined): unknown {
  if (isLeaf(value, field)) return value;
  const kept = childrenOf(value, field).flatMap((child) => {
    const gone = remove.children.get(child.element);
    if (!gone) return [child];
    const owned = keep?.children.get(child.element);
    if (gone.member && !owned) return [];
    return [{ ...child, value: removeFields(child.value, gone, owned, child.schema) }];
  });
  if (Array.isArray(value)) return kept.map((c) => c.value);
  return Object.fromEntries(kept.map((c) => [c.element.slice(2), c.value]));
}
