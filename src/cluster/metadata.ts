// placeholder until helper D lands metadata validation
import type { FieldError } from '../model/field-error.js';
import type { Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
export const validateNewMetadata = (_kind: Kind, _obj: KubeObject): FieldError[] => [];
export const validateMetadataUpdate = (_kind: Kind, _obj: KubeObject, _old: KubeObject): FieldError[] => [];
