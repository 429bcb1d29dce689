// What strategic merging must know about types; model/ makes these out of the API's field facts.

/** The fields of one object type. Undefined fields merge as maps and replace as lists. */
export interface MergeSchema {
  field(name: string): FieldSchema | undefined;
}

export interface FieldSchema {
  /** How lists (and maps, for 'replace') are patched; lists without it are replaced, maps are merged. */
  readonly strategy?: 'merge' | 'replace' | undefined;
  /** Diffs list the keys to keep: unions such as Deployment's strategy. */
  readonly retainKeys?: boolean | undefined;
  /** The key that tells the elements of a merged list of objects apart; absent for lists of scalars. */
  readonly mergeKey?: string | undefined;
  /** The fields of the value, of a list's elements or of a map's values. */
  readonly value?: MergeSchema | undefined;
}

export type Map = Record<string, unknown>;

export const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The directives that may stand in a patch. */
export const directive = '$patch';
export const retainKeysDirective = '$retainKeys';
export const deletionPrefix = '$deleteFromPrimitiveList';
export const orderPrefix = '$setElementOrder';

/** A patch that cannot be used; the texts are those of apimachinery's mergepatch/errors.go. */
export class PatchError extends Error {}
