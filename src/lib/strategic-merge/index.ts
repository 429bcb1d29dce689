// Strategic merge patches: applying them, and computing them from two or three objects.
import { mergeMaps } from './apply.js';
import type { Map, MergeSchema } from './schema.js';

export { threeWayPatch, twoWayPatch } from './diff.js';
export { type FieldSchema, type MergeSchema, PatchError } from './schema.js';

/** The patched object; throws PatchError. Neither argument is written into. */
export const strategicMerge = (original: Map, patch: Map, schema: MergeSchema | undefined): Map =>
  mergeMaps(original, patch, schema, 'apply');
