// Computes strategic merge patches: what turns one object into another, and the three-way patch of `kubectl apply`.
// Mirrors CreateTwoWayMergePatch and CreateThreeWayMergePatch of k8s.io/apimachinery/pkg/util/strategicpatch/patch.go.
import { goValue } from '../go-format.js';
import type { FieldSchema, TypeSchema } from '../field-schema.js';
import { same } from '../same.js';
import { mergeMaps } from './apply.js';
import { asMap, elementKind, inOrderOf, mergeKeyOf, sortedBy, withoutRepetitions } from './lists.js';
import { deletionPrefix, directive, isMap, type Map, orderPrefix, retainKeysDirective } from './directives.js';

interface Options {
  readonly changes: boolean;
  readonly deletions: boolean;
  /** Write `$setElementOrder` lists. */
  readonly order: boolean;
  /** Write `$retainKeys` into the map at hand. */
  readonly retainKeys: boolean;
}

/** The patch that makes `modified` of `original`. */
export const twoWayPatch = (original: Map, modified: Map, schema: TypeSchema | undefined): Map =>
  diffMaps(original, modified, schema, { changes: true, deletions: true, order: true, retainKeys: false });

/** Deletions from `original` (last applied) to `modified`, changes and additions from `current` (live) to `modified`. */
export function threeWayPatch(original: Map, modified: Map, current: Map, schema: TypeSchema | undefined): Map {
  const changes = diffMaps(current, modified, schema, { changes: true, deletions: false, order: true, retainKeys: false });
  const deletions = diffMaps(original, modified, schema, { changes: false, deletions: true, order: true, retainKeys: false });
  return mergeMaps(deletions, changes, schema, 'combine');
}

function diffMaps(original: Map, modified: Map, schema: TypeSchema | undefined, options: Options): Map {
  const patch: Map = {};
  for (const [key, value] of Object.entries(modified)) {
    if (!(key in original)) {
      if (options.changes) patch[key] = value;
      continue;
    }
    const old = original[key];
    if (isMap(old) && isMap(value)) diffMapField(patch, key, old, value, schema?.field(key), options);
    else if (Array.isArray(old) && Array.isArray(value)) diffListField(patch, key, old, value, schema?.field(key), options);
    else if (options.changes && !same(old, value)) patch[key] = value;
  }
  if (options.deletions) for (const key of Object.keys(original)) if (!(key in modified)) patch[key] = null;
  if (options.retainKeys) addRetainKeys(patch, original, modified);
  return patch;
}

function addRetainKeys(patch: Map, original: Map, modified: Map): void {
  const keys = Object.keys(modified).filter((k) => modified[k] !== null);
  const more = Object.keys(original).some((k) => original[k] !== null && !(k in modified));
  if (keys.length > 0 && (Object.keys(patch).length > 0 || more)) patch[retainKeysDirective] = keys.sort();
}

function diffMapField(patch: Map, key: string, old: Map, value: Map, field: FieldSchema | undefined, options: Options): void {
  if (field?.strategy === 'replace') {
    if (options.changes) patch[key] = value;
    return;
  }
  const inner = diffMaps(old, value, field?.value, { ...options, retainKeys: field?.retainKeys ?? false });
  if (Object.keys(inner).length > 0) patch[key] = inner;
}

function diffListField(patch: Map, key: string, old: unknown[], value: unknown[], field: FieldSchema | undefined, options: Options): void {
  if (field?.strategy !== 'merge') {
    if (options.changes && !same(old, value)) patch[key] = value;
    return;
  }
  if (old.length === 0) {
    if (value.length > 0 && options.changes) patch[key] = value;
    return;
  }
  const inner = { ...options, retainKeys: field.retainKeys ?? false };
  if (elementKind(old, value) === 'map') diffObjects(patch, key, old, value, field, inner);
  else diffScalars(patch, key, old, value, inner);
}

function diffObjects(patch: Map, key: string, old: unknown[], value: unknown[], field: FieldSchema, options: Options): void {
  const mergeKey = field.mergeKey ?? '';
  const text = (item: unknown): string => goValue(mergeKeyOf(item, mergeKey));
  const [before, after] = [sortedBy(old, text).map(asMap), sortedBy(value, text).map(asMap)];
  const items: Map[] = [];
  const deletions: Map[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    const [was, is] = [before[i], after[j]];
    if (was && is && text(was) === text(is)) {
      const inner = diffMaps(was, is, field.value, options);
      if (Object.keys(inner).length > 0) items.push({ ...inner, [mergeKey]: is[mergeKey] });
      i++;
      j++;
    } else if (is && (!was || text(was) > text(is))) {
      if (options.changes) items.push(is);
      j++;
    } else {
      if (was && options.deletions) deletions.push({ [directive]: 'delete', [mergeKey]: was[mergeKey] });
      i++;
    }
  }
  const list = [...inOrderOf(items, value, mergeKey, 'map'), ...deletions];
  if (list.length > 0) patch[key] = list;
  const sameOrder = old.length === value.length && old.every((v, i) => asMap(v)[mergeKey] === asMap(value[i])[mergeKey]);
  const wanted = (options.changes && (list.length > 0 || !sameOrder)) || (options.deletions && list.length > 0);
  if (options.order && wanted && value.length > 0) {
    patch[`${orderPrefix}/${key}`] = value.map((v) => ({ [mergeKey]: mergeKeyOf(v, mergeKey) }));
  }
}

function diffScalars(patch: Map, key: string, old: unknown[], value: unknown[], options: Options): void {
  const [before, after] = [sortedBy(old, goValue), sortedBy(value, goValue)];
  const additions: unknown[] = [];
  const deletions: unknown[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length; ) {
    const [was, is] = [goValue(before[i]), goValue(after[j])];
    const [hasOld, hasNew] = [i < before.length, j < after.length];
    if (hasOld && hasNew && was === is) {
      i++;
      j++;
    } else if (hasNew && (!hasOld || was > is)) {
      if (options.changes) additions.push(after[j]);
      j++;
    } else {
      if (options.deletions) deletions.push(before[i]);
      i++;
    }
  }
  if (additions.length > 0) patch[key] = inOrderOf(additions, value, undefined, 'scalar');
  if (deletions.length > 0) patch[`${deletionPrefix}/${key}`] = withoutRepetitions(deletions);
  const wanted = (options.deletions && deletions.length > 0) || (options.changes && !same(old, value));
  if (options.order && wanted && value.length > 0) patch[`${orderPrefix}/${key}`] = value;
}
