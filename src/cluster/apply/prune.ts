// Taking away what a manager applied before and applies no more, unless somebody else owns it.
// Mirrors prune of sigs.k8s.io/structured-merge-diff/merge/update.go and typed/remove.go.
import type { FieldSchema } from '../../lib/field-schema.js';
import { fieldsOf } from './compare.js';
import { difference, type FieldSet, intersection, union } from './field-set.js';
import { childrenOf, isLeaf, isMap, schemaOfKey } from './walk.js';

/** `merged` without what only `last`, the manager's fields before, has; `owned` is what all managers have now. */
export function prune(merged: unknown, last: FieldSet, owned: FieldSet, schema: FieldSchema): unknown {
  const named = (set: FieldSet): FieldSet => withParents(set, schema);
  const fields = (value: unknown): FieldSet => named(fieldsOf(value, schema));
  const all = fields(merged);
  const without = (set: FieldSet): unknown => remove(merged, set, schema);
  const bare = without(named(last));
  const withOwned = without(difference(all, union(fields(bare), named(owned))));
  // What nobody applied stays where it hung from something that goes.
  return without(intersection(difference(all, fields(withOwned)), named(last)));
}

/** The set with the struct fields that lead to its members as members themselves. */
function withParents(set: FieldSet, field: FieldSchema | undefined): FieldSet {
  const children = [...set.children].map(([element, child]) => {
    const schema = schemaOfElement(element, field);
    const below = withParents(child, schema);
    const isField = element.startsWith('f:') && !field?.keyed && schema !== undefined;
    return [element, isField && child.children.size > 0 ? { ...below, member: true } : below] as const;
  });
  return { member: set.member, children: new Map(children) };
}

const schemaOfElement = (element: string, field: FieldSchema | undefined): FieldSchema | undefined =>
  element.startsWith('f:') ? schemaOfKey(field, element.slice(2)) : { value: field?.value, atomic: field?.value?.atomic };

/** The value without the members of `gone`; a list or map of which nothing is left is null. */
function remove(value: unknown, gone: FieldSet, field: FieldSchema | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isLeaf(value, field)) return null;
  const kept = childrenOf(value, field).flatMap((child) => {
    const set = gone.children.get(child.element);
    if (set?.member) return [];
    return [set && set.children.size > 0 ? { ...child, value: remove(child.value, set, child.schema) } : child];
  });
  if (kept.length === 0) return null;
  return isMap(value) ? Object.fromEntries(kept.map((c) => [c.element.slice(2), c.value])) : kept.map((c) => c.value);
}
