// placeholder until helper C lands the merge keys of kinds
import type { Kind } from '../model/kind.js';
export const mergeSchemaOf = (_kind: Kind): undefined => undefined;
