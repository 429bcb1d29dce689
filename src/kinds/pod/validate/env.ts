// Environment variables. Mirrors ValidateEnv and ValidateEnvFrom of Kubernetes.
import { isConfigMapKey, isRelaxedEnvVarName } from '../../../lib/names.js';
import { type FieldError, invalidValue, notFoundValue, required } from '../../../model/field-error.js';
import type { EnvFromSource, EnvVar, FileKeySelector, PodSpec } from '../../../model/generated/api.js';
import { envFields, validateFieldRef, validateResourceRef } from './downward.js';
import { dnsSubdomain, noBacksteps, requiredLabel, wrong } from '../../rules.js';
import { visitContainers } from '../visit.js';

export const validateEnv = (env: readonly EnvVar[] | undefined, path: string): FieldError[] =>
  (env ?? []).flatMap((e, i) => {
    const at = `${path}[${i}]`;
    const name = e.name ? wrong(`${at}.name`, e.name, isRelaxedEnvVarName(e.name)) : [required(`${at}.name`)];
    return [...name, ...validateValueFrom(e, `${at}.valueFrom`)];
  });

function validateValueFrom({ value, valueFrom }: EnvVar, path: string): FieldError[] {
  if (!valueFrom) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  const errors: FieldError[] = [];
  if (fieldRef) errors.push(...validateFieldRef(fieldRef, `${path}.fieldRef`, envFields));
  if (resourceFieldRef) errors.push(...validateResourceRef(resourceFieldRef, `${path}.resourceFieldRef`, 'env'));
  if (configMapKeyRef) errors.push(...validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`));
  if (secretKeyRef) errors.push(...validateKeyRef(secretKeyRef, `${path}.secretKeyRef`));
  if (fileKeyRef) errors.push(...validateFileKeyRef(fileKeyRef, `${path}.fileKeyRef`));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter((s) => s !== undefined).length;
  if (sources === 0) {
    errors.push(
      invalidValue(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'),
    );
  } else if (value) {
    errors.push(invalidValue(path, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

const validateKeyRef = ({ name, key }: { name?: string; key: string }, path: string): FieldError[] => [
  ...dnsSubdomain(`${path}.name`, name ?? ''),
  ...validateKey(key, `${path}.key`),
];

const validateKey = (key: string | undefined, path: string): FieldError[] =>
  key ? wrong(path, key, isConfigMapKey(key)) : [required(path)];

function validateFileKeyRef({ key, path: file, volumeName }: FileKeySelector, path: string): FieldError[] {
  const errors = key ? wrong(`${path}.key`, key, isRelaxedEnvVarName(key)) : [required(`${path}.key`)];
  errors.push(...requiredLabel(`${path}.volumeName`, volumeName));
  if (!file) errors.push(required(`${path}.path`));
  else errors.push(...noBacksteps(`${path}.path`, file));
  return errors;
}

/** That the files' volumes are there is looked at last, over all containers, whatever else is wrong with those volumes. */
export function validateFileVolumes(spec: PodSpec, path: string): FieldError[] {
  const volumes = new Map((spec.volumes ?? []).map((v) => [v.name ?? '', v]));
  return visitContainers(spec, path).flatMap(({ c, at }) =>
    (c.env ?? []).flatMap(({ valueFrom }, i) => {
      if (!valueFrom?.fileKeyRef) return [];
      const field = `${at}.env[${i}].valueFrom.fileKeyRef.volumeName`;
      const { volumeName = '' } = valueFrom.fileKeyRef;
      const volume = volumes.get(volumeName);
      if (!volume) return [notFoundValue(field, volumeName)];
      return volume.emptyDir ? [] : [invalidValue(field, volumeName, 'referenced volume must be of type emptyDir')];
    }),
  );
}

export const validateEnvFrom = (sources: readonly EnvFromSource[] | undefined, path: string): FieldError[] =>
  (sources ?? []).flatMap(({ prefix, configMapRef, secretRef }, i) => {
    const at = `${path}[${i}]`;
    const errors = prefix ? wrong(`${at}.prefix`, prefix, isRelaxedEnvVarName(prefix)) : [];
    if (configMapRef) errors.push(...validateSourceName(configMapRef.name, `${at}.configMapRef.name`));
    if (secretRef) errors.push(...validateSourceName(secretRef.name, `${at}.secretRef.name`));
    // Upstream blames the list, not its item.
    if (!configMapRef && !secretRef) errors.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef) errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });

const validateSourceName = (name: string | undefined, path: string): FieldError[] => (name ? dnsSubdomain(path, name) : [required(path)]);
