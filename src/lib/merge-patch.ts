// JSON merge patches (RFC 7386): applying and computing them. Mirrors evanphx/json-patch.
import { withSortedKeys } from './go-format.js';
import { same } from './same.js';

type Map = Record<string, unknown>;
const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The patched document; neither argument is written into. What the patch does not touch keeps the order of its fields, the rest is sorted. */
export function mergePatch(original: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return patch.map((item) => (isMap(item) ? mergePatch({}, item) : item));
  if (!isMap(patch)) return patch;
  const result: Map = isMap(original) ? { ...original } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return withSortedKeys(result, (value) => value);
}

/** The patch that makes `modified` of `original` (CreateMergePatch). */
export function createMergePatch(original: Map, modified: Map): Map {
  const patch: Map = {};
  for (const [key, value] of Object.entries(modified)) {
    const old = original[key];
    if (!(key in original)) patch[key] = value;
    else if (isMap(old) && isMap(value)) {
      const inner = createMergePatch(old, value);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!same(old, value)) patch[key] = value;
  }
  for (const key of Object.keys(original)) if (!(key in modified)) patch[key] = null;
  return patch;
}

/** What `kubectl apply` sends for kinds without merge keys: deletions from `original`, changes from `current`. */
export function threeWayMergePatch(original: Map, modified: Map, current: Map): Map {
  const changes = keepNulls(createMergePatch(current, modified), false) ?? {};
  const deletions = keepNulls(createMergePatch(original, modified), true) ?? {};
  return combine(deletions, changes);
}

/** Only the nulls of a patch, or everything but them. Lists are whole values. */
function keepNulls(patch: Map, nulls: boolean): Map | undefined {
  const result: Map = {};
  for (const [key, value] of Object.entries(patch)) {
    if (isMap(value)) {
      const inner = keepNulls(value, nulls);
      if (inner) result[key] = inner;
    } else if ((value === null) === nulls) result[key] = value;
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

function combine(a: Map, b: Map): Map {
  const result = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const old = result[key];
    result[key] = isMap(old) && isMap(value) ? combine(old, value) : value;
  }
  return result;
}
