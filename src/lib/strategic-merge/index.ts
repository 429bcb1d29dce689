// Strategic merge patches: applying them, and computing them from two or three objects.
import type { TypeSchema } from '../field-schema.js';
import { mergeMaps } from './apply.js';
import { directive, isMap, type Map, orderPrefix, retainKeysDirective } from './directives.js';

export { threeWayPatch, twoWayPatch } from './diff.js';
export { PatchError } from './directives.js';

/** The patched object; throws PatchError. Neither argument is written into. */
export const strategicMerge = (original: Map, patch: Map, schema: TypeSchema | undefined): Map =>
  mergeMaps(original, patch, schema, 'apply');

/**
 * What is left of `patch` after it has been merged into `original`: upstream's merge takes the patch apart that it carries out, and error
 * messages print that.
 */
export function leftover(original: Map, patch: Map, schema: TypeSchema | undefined): Map {
  if (patch[directive] === 'replace') {
    const { [directive]: _, ...content } = patch;
    return content;
  }
  if (directive in patch) return patch;
  const rest = { ...patch };
  delete rest[retainKeysDirective];
  for (const key of Object.keys(patch).filter((k) => k.startsWith(`${orderPrefix}/`))) {
    delete rest[key];
    delete rest[key.slice(orderPrefix.length + 1)];
  }
  for (const [key, value] of Object.entries(rest)) {
    const field = schema?.field(key);
    const old = original[key];
    if (isMap(value) && isMap(old) && field?.strategy !== 'replace') rest[key] = leftover(old, value, field?.value);
    else if (Array.isArray(value) && Array.isArray(old) && field?.mergeKey) {
      const { mergeKey } = field;
      rest[key] = value.map((item) => {
        const match = isMap(item) ? old.find((o) => isMap(o) && o[mergeKey] === item[mergeKey]) : undefined;
        return isMap(match) && isMap(item) && !(directive in item) ? leftover(match, item, field.value) : item;
      });
    }
  }
  return rest;
}
