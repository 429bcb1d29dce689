// Volumes put together from several sources. Mirrors validateProjectionSources of Kubernetes.
import { type FieldError, forbiddenField, invalidValue, required } from '../../../model/field-error.js';
import type {
  ClusterTrustBundleProjection,
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
} from '../../../model/generated/api.js';
import { validateLabelSelector } from '../../labels.js';
import { validateFieldRef, validateResourceRef, volumeFields } from './downward.js';
import { dnsSubdomain, fileMode, nonReservedPath, present } from '../../rules.js';

export function validateProjected(projected: ProjectedVolumeSource, path: string): FieldError[] {
  const errors = fileMode(`${path}.defaultMode`, projected.defaultMode);
  const paths = new Set<string>();
  const claim = (file: string, blamed: string): FieldError[] => {
    if (paths.has(file)) return [invalidValue(path, blamed, 'conflicting duplicate paths')];
    paths.add(file);
    return [];
  };
  const keys = (items: readonly KeyToPath[] | undefined, name: string, at: string): FieldError[] =>
    (items ?? []).flatMap((item, i) => [...validateKeyToPath(item, `${at}.items[${i}]`), ...(item.path ? claim(item.path, name) : [])]);

  for (const [i, source] of (projected.sources ?? []).entries()) {
    const at = `${path}.sources[${i}]`;
    for (const name of ['secret', 'configMap'] as const) {
      const found = source[name];
      if (!found) continue;
      errors.push(...present(`${at}.${name}.name`, found.name), ...keys(found.items, found.name ?? '', `${at}.${name}`));
    }
    for (const file of source.downwardAPI?.items ?? []) {
      errors.push(...validateDownwardFile(file, `${at}.downwardAPI`), ...(file.path ? claim(file.path, file.path) : []));
    }
    if (source.serviceAccountToken) errors.push(...validateToken(source.serviceAccountToken, `${at}.serviceAccountToken`, path));
    const bundle = source.clusterTrustBundle;
    if (bundle) errors.push(...validateBundle(bundle, `${at}.clusterTrustBundle`), ...claim(bundle.path ?? '', bundle.path ?? ''));
    const count = Object.values(source).filter((s) => s !== undefined).length;
    if (count > 1) errors.push(forbiddenField(at, 'may not specify more than 1 volume type per source'));
  }
  return errors;
}

/** A wrong path is blamed on the volume. */
function validateToken(token: ServiceAccountTokenProjection, path: string, volume: string): FieldError[] {
  const seconds = token.expirationSeconds ?? 0;
  const at = `${path}.expirationSeconds`;
  return [
    ...(seconds < 600 ? [invalidValue(at, seconds, 'may not specify a duration less than 10 minutes')] : []),
    ...(seconds > 2 ** 32 ? [invalidValue(at, seconds, 'may not specify a duration larger than 2^32 seconds')] : []),
    ...(token.path ? nonReservedPath(`${volume}.path`, token.path) : [required(`${volume}.path`)]),
  ];
}

function validateBundle(bundle: ClusterTrustBundleProjection, path: string): FieldError[] {
  const { name, signerName } = bundle;
  const errors: FieldError[] = [];
  if (name !== undefined && signerName !== undefined)
    errors.push(invalidValue(path, bundle, 'only one of name and signerName may be used'));
  else if (name !== undefined) {
    errors.push(...(name ? dnsSubdomain(`${path}.name`, name) : [required(`${path}.name`, 'must be a valid object name')]));
    if (bundle.labelSelector) {
      errors.push(invalidValue(`${path}.labelSelector`, bundle.labelSelector, 'labelSelector must be unset if name is specified'));
    }
  } else if (signerName !== undefined) {
    if (!signerName) errors.push(required(`${path}.signerName`, 'must be a valid signer name'));
    errors.push(...validateLabelSelector(bundle.labelSelector, `${path}.labelSelector`));
  } else {
    errors.push(required(path, 'either name or signerName must be specified'));
  }
  return [...errors, ...present(`${path}.path`, bundle.path), ...nonReservedPath(`${path}.path`, bundle.path ?? '')];
}

/**
 * Single files of volumes: keys of ConfigMaps and Secrets, fields of the Pod.
 * Mirrors validateKeyToPath and validateDownwardAPIVolumeFile of Kubernetes.
 */
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
