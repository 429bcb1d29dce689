// Applies a strategic merge patch. Mirrors StrategicMergeMapPatch of k8s.io/apimachinery/pkg/util/strategicpatch/patch.go,
// without writing into its arguments. Keys are taken in sorted order where Go's is random.
import { goValue, sortedKeys } from '../go-format.js';
import type { FieldSchema, TypeSchema } from '../field-schema.js';
import { same } from '../same.js';
import {
  asMap,
  badType,
  elementKind,
  interleave,
  mergeKeyOf,
  noMergeKey,
  orderLeftBehind,
  partition,
  withoutRepetitions,
} from './lists.js';
import { deletionPrefix, directive, isMap, type Map, orderPrefix, PatchError, retainKeysDirective } from './directives.js';

/** What a directive means: 'apply' carries it out; 'combine' merges two patches and keeps it. */
export type Mode = 'apply' | 'combine';

export function mergeMaps(original: Map | undefined, patch: Map, schema: TypeSchema | undefined, mode: Mode): Map {
  if (directive in patch) return replaced(patch);
  const result = { ...original };
  const rest = { ...patch };
  keepOnlyRetained(result, rest, mode);
  mergeOrderedLists(result, rest, schema, mode);
  for (const key of sortedKeys(rest)) mergeField(result, key, rest[key], schema, mode);
  return result;
}

function replaced(patch: Map): Map {
  const { [directive]: what, ...content } = patch;
  if (what === 'replace') return content;
  if (what === 'delete') return {};
  throw new PatchError(`unknown patch type: ${goValue(what)} in map: ${goValue(patch)}`);
}

/** Carries out `$retainKeys`; takes it out of `patch`. */
function keepOnlyRetained(original: Map, patch: Map, mode: Mode): void {
  if (!(retainKeysDirective in patch)) return;
  const keys = patch[retainKeysDirective];
  delete patch[retainKeysDirective];
  if (mode === 'combine') {
    original[retainKeysDirective] ??= keys;
    return;
  }
  if (!Array.isArray(keys)) throw new PatchError('invalid patch format of retainKeys');
  for (const [key, value] of Object.entries(patch)) {
    const free = value === null || key.startsWith(deletionPrefix) || key.startsWith(orderPrefix);
    if (!free && !keys.includes(key)) throw new PatchError('invalid patch format of retainKeys');
  }
  for (const key of Object.keys(original)) if (!keys.includes(key)) delete original[key];
}

/** Carries out `$setElementOrder/...` together with the list it orders; takes both out of `patch`. */
function mergeOrderedLists(original: Map, patch: Map, schema: TypeSchema | undefined, mode: Mode): void {
  for (const key of sortedKeys(patch).filter((k) => k.startsWith(orderPrefix))) {
    const order = patch[key];
    if (mode === 'combine') {
      if (key in original && !same(original[key], order)) throw new PatchError('invalid patch format of setElementOrder list');
      original[key] = order;
    }
    delete patch[key];
    if (!Array.isArray(order)) throw badType([], order);
    if (!key.startsWith(`${orderPrefix}/`)) throw new PatchError('invalid patch format of setElementOrder list');
    const name = key.slice(orderPrefix.length + 1);
    const lists = { live: listOf(original, name), patch: listOf(patch, name) };
    const field = schema?.field(name);
    checkOrder(lists.patch ?? [], order, field?.mergeKey);
    if (!lists.live && !lists.patch) continue;
    original[name] = ordered(lists.live, lists.patch, order, field, mode);
    delete patch[name];
  }
}

function ordered(
  live: unknown[] | undefined,
  patch: unknown[] | undefined,
  order: unknown[],
  field: FieldSchema | undefined,
  mode: Mode,
): unknown[] {
  const merged = live && patch ? mergeLists(live, patch, field, mode) : (live ?? (plain(patch ?? [], false) as unknown[]));
  const [patched, serverOnly] = partition(merged, order, field?.mergeKey);
  const liveOrder = live && patch && field?.mergeKey ? orderLeftBehind(live, patch, field.mergeKey) : (live ?? []);
  return interleave(patched, serverOnly, order, liveOrder, field?.mergeKey, elementKind(live ?? [], patch ?? []));
}

function listOf(map: Map, key: string): unknown[] | undefined {
  if (!(key in map)) return undefined;
  if (!Array.isArray(map[key])) throw badType([], map[key]);
  return map[key];
}

/** The items of the patch must all stand in the order list, in that order. */
function checkOrder(patch: unknown[], order: unknown[], mergeKey: string | undefined): void {
  if (order.length === 0 || patch.length === 0) return;
  const key = (item: unknown): unknown => (mergeKey ? mergeKeyOf(item, mergeKey) : item);
  const items = patch.filter((item) => !(isMap(item) && directive in item));
  let at = 0;
  for (const item of order) if (at < items.length && key(items[at]) === key(item)) at++;
  if (at < items.length) {
    throw new PatchError(`The order in patch list:\n${goValue(patch)}\n doesn't match ${orderPrefix} list:\n${goValue(order)}\n`);
  }
}

function mergeField(original: Map, rawKey: string, value: unknown, schema: TypeSchema | undefined, mode: Mode): void {
  const deletion = rawKey.startsWith(deletionPrefix);
  if (deletion && mode === 'combine') {
    original[rawKey] = value;
    return;
  }
  if (deletion && !rawKey.startsWith(`${deletionPrefix}/`)) throw new PatchError('invalid patch format of primitive list');
  const key = deletion ? rawKey.slice(deletionPrefix.length + 1) : rawKey;
  if (value === null) {
    delete original[key];
    // A patch that is only being combined must still say "delete".
    if (mode === 'apply') return;
  }
  const current = original[key];
  const field = schema?.field(key);
  if (isMap(current) && isMap(value)) {
    original[key] = field?.strategy === 'replace' ? value : mergeMaps(current, value, field?.value, mode);
  } else if (Array.isArray(current) && Array.isArray(value)) {
    original[key] = deletion ? current.filter((v) => !value.includes(v)) : mergeLists(current, value, field, mode);
  } else if (!deletion) {
    setWhole(original, key, value, mode);
  }
}

/** A value with nothing of its sort to merge it into: nothing is left in it of what is only said to a merge. */
function setWhole(original: Map, key: string, value: unknown, mode: Mode): void {
  if (isMap(value) && directive in value) delete original[key];
  else original[key] = plain(value, mode === 'apply');
}

/** Without directives; and without nulls, which would have deleted what is not there. */
function plain(value: unknown, dropNulls: boolean): unknown {
  if (Array.isArray(value)) return value.filter((v) => !(isMap(v) && directive in v)).map((v) => plain(v, dropNulls));
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, v]) => !(dropNulls && v === null) && !(isMap(v) && directive in v));
  return Object.fromEntries(kept.map(([k, v]) => [k, plain(v, dropNulls)]));
}

function mergeLists(original: unknown[], patch: unknown[], field: FieldSchema | undefined, mode: Mode): unknown[] {
  if (field?.strategy !== 'merge') return patch;
  if (original.length === 0 && patch.length === 0) return original;
  const { mergeKey } = field;
  if (elementKind(original, patch) === 'scalar') {
    const [patched, serverOnly] = partition(withoutRepetitions([...original, ...patch]), patch, undefined);
    return interleave(patched, serverOnly, patch, original, undefined, 'scalar');
  }
  if (!mergeKey) throw new PatchError('cannot merge lists without merge key for type struct');
  const [kept, plain] = carryOutItemDirectives(original, patch, mergeKey);
  const [patched, serverOnly] = partition(mergeItems(kept, plain, mergeKey, field.value, mode), plain, mergeKey);
  return interleave(patched, serverOnly, plain, kept, mergeKey, 'map');
}

/** [the original without what the patch deletes or replaces, the patch without such items]. */
function carryOutItemDirectives(original: unknown[], patch: unknown[], mergeKey: string): [unknown[], unknown[]] {
  let kept = original;
  let replace = false;
  for (const item of patch.map(asMap).filter((i) => directive in i)) {
    const what = item[directive];
    if (what === 'replace') replace = true;
    else if (what === 'merge') throw new PatchError('merging lists cannot yet be specified in the patch');
    else if (what !== 'delete') throw new PatchError(`unknown patch type: ${goValue(what)} in map: ${goValue(item)}`);
    else if (!(mergeKey in item)) throw noMergeKey(item, mergeKey);
    else kept = kept.filter((v) => asMap(v)[mergeKey] !== item[mergeKey]);
  }
  const plain = patch.filter((item) => !(directive in asMap(item)));
  return replace ? [plain, []] : [kept, plain];
}

function mergeItems(original: unknown[], patch: unknown[], mergeKey: string, schema: TypeSchema | undefined, mode: Mode): unknown[] {
  const result = [...original];
  for (const item of patch.map(asMap)) {
    const key = mergeKeyOf(item, mergeKey);
    const at = result.findIndex((v) => asMap(v)[mergeKey] === key);
    if (at < 0) result.push(item);
    else result[at] = mergeMaps(asMap(result[at]), item, schema, mode);
  }
  return result;
}
