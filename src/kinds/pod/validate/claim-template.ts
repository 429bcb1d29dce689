// The PersistentVolumeClaim that an ephemeral volume gets. Mirrors ValidatePersistentVolumeClaimTemplate of Kubernetes.
import { isQualifiedName } from '../../../lib/names.js';
import { formatQuantity, parseQuantity } from '../../../lib/quantity.js';
import { type FieldError, forbiddenField, invalidValue, required } from '../../../model/field-error.js';
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, TypedLocalObjectReference } from '../../../model/generated/api.js';
import { validateLabels, validateLabelSelector } from '../../labels.js';
import { dnsLabel, dnsSubdomain, ifAnyOneOf, present, wrong } from '../../rules.js';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export const validateClaimTemplate = ({ metadata, spec }: PersistentVolumeClaimTemplate, path: string): FieldError[] => [
  ...Object.keys(metadata?.annotations ?? {}).flatMap((key) =>
    wrong(`${path}.metadata.annotations`, key, isQualifiedName(key.toLowerCase())),
  ),
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
  if (spec.storageClassName) errors.push(...dnsSubdomain(`${path}.storageClassName`, spec.storageClassName));
  errors.push(...ifAnyOneOf(`${path}.volumeMode`, spec.volumeMode, ['Block', 'Filesystem']), ...validateSources(spec, path));
  const attributes = spec.volumeAttributesClassName;
  if (attributes) errors.push(...dnsSubdomain(`${path}.volumeAttributesClassName`, attributes));
  return errors;
}

/** What the volume is filled from: an old field and a newer one, which must agree. */
function validateSources({ dataSource, dataSourceRef }: PersistentVolumeClaimSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (dataSource) errors.push(...validateReference(dataSource, `${path}.dataSource`));
  if (!dataSourceRef) return errors;
  errors.push(...validateReference(dataSourceRef, `${path}.dataSourceRef`));
  const { namespace } = dataSourceRef;
  if (namespace) errors.push(...dnsLabel(`${path}.dataSourceRef.namespace`, namespace));
  if (!dataSource) return errors;
  const fields = ['apiGroup', 'kind', 'name'] as const;
  const agree = fields.every((f) => (dataSource[f] ?? '') === (dataSourceRef[f] ?? ''));
  if (namespace) errors.push(invalidValue(path, {}, 'may not be specified when dataSourceRef.namespace is specified'));
  else if (!agree) errors.push(invalidValue(path, {}, 'must match dataSourceRef'));
  return errors;
}

function validateReference({ apiGroup, kind, name }: TypedLocalObjectReference, path: string): FieldError[] {
  const errors = [...present(`${path}.name`, name), ...present(`${path}.kind`, kind)];
  if (apiGroup) errors.push(...dnsSubdomain(`${path}.apiGroup`, apiGroup));
  else if (kind !== 'PersistentVolumeClaim') {
    errors.push(invalidValue(path, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  }
  return errors;
}
