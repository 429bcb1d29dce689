// Single files of volumes: keys of ConfigMaps and Secrets, fields of the Pod.
// Mirrors validateKeyToPath and validateDownwardAPIVolumeFile of Kubernetes.
import { type FieldError, invalidValue, required } from '../../../model/field-error.js';
import type { DownwardAPIVolumeFile, KeyToPath } from '../../../model/generated/api.js';
import { validateFieldRef, validateResourceRef, volumeFields } from './downward.js';
import { fileMode, nonReservedPath, present } from './rules.js';

export const validateKeyToPath = (item: KeyToPath, path: string): FieldError[] => [
  ...present(`${path}.key`, item.key),
  ...present(`${path}.path`, item.path),
  ...nonReservedPath(`${path}.path`, item.path ?? ''),
  ...fileMode(`${path}.mode`, item.mode),
];

/** Errors name the list, not the file. */
export function validateDownwardFile(file: DownwardAPIVolumeFile, path: string): FieldError[] {
  const { fieldRef, resourceFieldRef } = file;
  const errors = [...present(`${path}.path`, file.path), ...nonReservedPath(`${path}.path`, file.path ?? '')];
  if (fieldRef) {
    errors.push(...validateFieldRef(fieldRef, `${path}.fieldRef`, volumeFields));
    if (resourceFieldRef) errors.push(invalidValue(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
  } else if (resourceFieldRef) errors.push(...validateResourceRef(resourceFieldRef, `${path}.resourceFieldRef`, 'volume'));
  else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...fileMode(`${path}.mode`, file.mode)];
}
