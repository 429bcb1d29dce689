// Order and identity of list elements. Mirrors the list helpers of k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
import { goType, goValue } from '../go-format.js';
import { directive, isMap, type Map, PatchError } from './directives.js';

export type ElementKind = 'map' | 'scalar';

export function noMergeKey(item: Map, mergeKey: string): PatchError {
  return new PatchError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}

export const badType = (expected: unknown, found: unknown): PatchError =>
  new PatchError(`expected a ${goType(expected)}, but received a ${goType(found)}`);

export function asMap(item: unknown): Map {
  if (!isMap(item)) throw badType({}, item);
  return item;
}

export function mergeKeyOf(item: unknown, mergeKey: string): unknown {
  const map = asMap(item);
  if (!(mergeKey in map)) throw noMergeKey(map, mergeKey);
  return map[mergeKey];
}

/** All elements must be of one type, and not lists. */
export function elementKind(...lists: readonly unknown[][]): ElementKind {
  const types = new Set(lists.flat().map(goType));
  if (types.has('[]interface {}')) throw new PatchError('lists of lists are not supported');
  // Whole and broken numbers are one type to a JSON decoder that makes float64 of both.
  if (types.has('int64')) types.delete('float64');
  if (types.size > 1) throw new PatchError(`list element types are not identical: ${goValue(lists)}`);
  if (types.size === 0) throw new PatchError('no elements in any of the given slices');
  return types.has('map[string]interface {}') ? 'map' : 'scalar';
}

const identity = (item: unknown, mergeKey: string | undefined, kind: ElementKind): unknown =>
  kind === 'scalar' ? item : isMap(item) && mergeKey !== undefined ? item[mergeKey] : undefined;

const indexIn = (list: readonly unknown[], item: unknown, mergeKey: string | undefined, kind: ElementKind): number =>
  list.findIndex((v) => identity(v, mergeKey, kind) === identity(item, mergeKey, kind));

const isDeletion = (item: unknown): boolean => isMap(item) && item[directive] === 'delete';

/** `items` in the order of `order`, deletions last. */
export function inOrderOf(
  items: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
  kind: ElementKind,
): unknown[] {
  if (kind === 'map') for (const item of [...items, ...order]) mergeKeyOf(item, mergeKey ?? '');
  const kept = items.filter((i) => !isDeletion(i));
  const place = (item: unknown): number => indexIn(order, item, mergeKey, kind);
  const sorted: unknown[] = [];
  for (const item of kept) {
    let at = sorted.length;
    // Items that the order does not know go to the front: upstream's comparison calls them smaller than everything.
    while (at > 0 && (place(item) < 0 || place(sorted[at - 1]) < 0 || place(item) < place(sorted[at - 1]))) at--;
    sorted.splice(at, 0, item);
  }
  return [...sorted, ...items.filter(isDeletion)];
}

/** Patched items by the patch's order, the server's own items between them where the live list had them. */
export function interleave(
  patched: readonly unknown[],
  serverOnly: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string | undefined,
  kind: ElementKind,
): unknown[] {
  const left = inOrderOf(serverOnly, serverOrder, mergeKey, kind);
  const right = inOrderOf(patched, patchOrder, mergeKey, kind);
  const place = (item: unknown): number => indexIn(serverOrder, item, mergeKey, kind);
  const result: unknown[] = [];
  while (left.length > 0 && right.length > 0) {
    const [l, r] = [place(left[0]), place(right[0])];
    result.push(l >= 0 && r >= 0 && l < r ? left.shift() : right.shift());
  }
  return [...result, ...left, ...right];
}

/**
 * What upstream takes for the live list's order after a merge: it deletes from the list and appends to it in place, so that what
 * is new stands where something was deleted, and what was deleted may leave a copy of its neighbour.
 */
export function orderLeftBehind(live: readonly unknown[], patch: readonly unknown[], mergeKey: string): unknown[] {
  const list = [...live];
  let length = list.length;
  const at = (item: Map): number => list.slice(0, length).findIndex((v) => isMap(v) && v[mergeKey] === item[mergeKey]);
  const items = patch.filter(isMap);
  for (const item of items.filter(isDeletion)) {
    for (let i = at(item); i >= 0; i = at(item)) {
      list.copyWithin(i, i + 1, length);
      length--;
    }
  }
  for (const item of items) {
    if (directive in item || at(item) >= 0 || length === list.length) continue;
    list[length++] = item;
  }
  return list;
}

/** [items that `list` names, the others]. */
export function partition(items: readonly unknown[], list: readonly unknown[], mergeKey: string | undefined): [unknown[], unknown[]] {
  const kind: ElementKind = mergeKey ? 'map' : 'scalar';
  if (mergeKey) for (const item of items) mergeKeyOf(item, mergeKey);
  const named = items.filter((i) => indexIn(list, i, mergeKey, kind) >= 0);
  return [named, items.filter((i) => !named.includes(i))];
}

/** Removes repetitions, each filled by the list's last element: the resulting order is upstream's. */
export function withoutRepetitions(items: readonly unknown[]): unknown[] {
  const list = [...items];
  for (let i = 0; i < list.length; i++) {
    for (let j = i + 1; j < list.length; j++) {
      if (list[i] !== list[j]) continue;
      const last = list.pop();
      if (j < list.length) list[j--] = last;
    }
  }
  return list;
}

/** Sorted by their text, as upstream sorts before it compares: its order calls equals smaller, so they come out the other way round. */
export const sortedBy = (items: readonly unknown[], text: (item: unknown) => string): unknown[] =>
  [...items].reverse().sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
