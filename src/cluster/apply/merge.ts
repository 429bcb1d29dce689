// Laying an applied configuration over the live object. Mirrors sigs.k8s.io/structured-merge-diff/typed/merge.go.
import type { FieldSchema } from '../../lib/field-schema.js';
import { childrenOf, isEmptyContainer, isLeaf, isMap, type Map_ } from './walk.js';

/** `applied` wins; lists of items are merged by key. */
export function mergeApplied(live: unknown, applied: unknown, field: FieldSchema | undefined): unknown {
  if (live === undefined || live === null || isLeaf(live, field)) return applied;
  // Nothing said about a list or map that is merged: it stays.
  if (isEmptyContainer(applied)) return live;
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

/**
 * Applied items keep their order, live ones of others theirs; what both have marks the places where the two lists meet.
 * A live item that is applied, but later than the next such item, is passed over until its turn.
 */
function mergeItems(live: unknown[], applied: unknown[], field: FieldSchema | undefined): unknown[] {
  const left = childrenOf(live, field);
  const right = childrenOf(applied, field);
  const old = byElement(left);
  const wanted = new Set(right.map((c) => c.element));
  const shared = right.map((c) => c.element).filter((e) => old.has(e));
  const merged = new Set<string>();
  const result: unknown[] = [];
  const take = ({ element, value, schema }: (typeof right)[number]): void => {
    merged.add(element);
    result.push(mergeApplied(old.get(element), value, schema));
    if (shared[0] === element) shared.shift();
  };
  for (let l = 0, r = 0; l < left.length || r < right.length; ) {
    const [mine, theirs] = [left[l], right[r]];
    if (mine && theirs && mine.element === theirs.element) {
      take(theirs);
      l++;
      r++;
    } else if (mine && theirs && wanted.has(mine.element) && shared[0] !== undefined && shared[0] !== mine.element) l++;
    else if (mine && !wanted.has(mine.element)) {
      result.push(mine.value);
      l++;
    } else {
      if (mine && merged.has(mine.element)) l++;
      if (theirs) {
        take(theirs);
        r++;
      }
    }
  }
  return result;
}

/** Of items that stand there twice nobody knows which one is meant. */
function byElement(items: readonly { element: string; value: unknown }[]): ReadonlyMap<string, unknown> {
  const map = new Map<string, unknown>();
  for (const { element, value } of items) map.set(element, map.has(element) ? null : value);
  return map;
}
