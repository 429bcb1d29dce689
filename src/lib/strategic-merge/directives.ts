// The special keys of strategic merge patches, and the error of a patch that cannot be used.

export type Map = Record<string, unknown>;

export const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The directives that may stand in a patch. */
export const directive = '$patch';
export const retainKeysDirective = '$retainKeys';
export const deletionPrefix = '$deleteFromPrimitiveList';
export const orderPrefix = '$setElementOrder';

/** A patch that cannot be used; the texts are those of apimachinery's mergepatch/errors.go. */
export class PatchError extends Error {}
