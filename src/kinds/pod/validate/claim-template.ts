// The PersistentVolumeClaim that an ephemeral volume gets. Mirrors ValidatePersistentVolumeClaimTemplate of Kubernetes.
import { isDNS1123Subdomain } from '../../../lib/names.js';
import { formatQuantity, parseQuantity } from '../../../lib/quantity.js';
import { type FieldError, forbiddenField, invalidValue, required } from '../../../model/field-error.js';
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from '../../../model/generated/api.js';
import { validateLabels, validateLabelSelector } from '../../labels.js';
import { ifAnyOneOf, wrong } from './rules.js';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export const validateClaimTemplate = ({ metadata, spec }: PersistentVolumeClaimTemplate, path: string): FieldError[] => [
  ...validateLabels(metadata?.labels, `${path}.metadata.labels`),
  ...Object.keys(metadata ?? {})
    .filter((field) => field !== 'labels' && field !== 'annotations')
    .map((field) => forbiddenField(`${path}.metadata.${field}`, 'cannot be set')),
  ...validateClaimSpec(spec ?? {}, `${path}.spec`),
];

function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string): FieldError[] {
  const modes = spec.accessModes ?? [];
  const errors = modes.length > 0 ? [] : [required(`${path}.accessModes`, 'at least 1 access mode is required')];
  errors.push(...validateLabelSelector(spec.selector, `${path}.selector`));
  for (const mode of modes) errors.push(...ifAnyOneOf(`${path}.accessModes`, mode, accessModes));
  if (modes.includes('ReadWriteOncePod') && modes.some((m) => m !== 'ReadWriteOncePod' && accessModes.includes(m))) {
    errors.push(forbiddenField(`${path}.accessModes`, 'may not use ReadWriteOncePod with other access modes'));
  }
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.push(required(`${path}.resources[storage]`));
  else if (parseQuantity(storage).nano <= 0n) {
    errors.push(invalidValue(`${path}.resources[storage]`, formatQuantity(parseQuantity(storage)), 'must be greater than zero'));
  }
  if (spec.storageClassName)
    errors.push(...wrong(`${path}.storageClassName`, spec.storageClassName, isDNS1123Subdomain(spec.storageClassName)));
  return [...errors, ...ifAnyOneOf(`${path}.volumeMode`, spec.volumeMode, ['Block', 'Filesystem'])];
}
