// Strategic merge patches: applying them, and computing them from two or three objects.
import type { TypeSchema } from '../field-schema.js';
import { mergeMaps } from './apply.js';
import type { Map } from './directives.js';

export { threeWayPatch, twoWayPatch } from './diff.js';
export { PatchError } from './directives.js';
export { leftover } from './leftover.js';

/** The patched object; throws PatchError. Neither argument is written into. */
export const strategicMerge = (original: Map, patch: Map, schema: TypeSchema | undefined): Map =>
  mergeMaps(original, patch, schema, 'apply');
