// Where a container sees the Pod's volumes. Mirrors ValidateVolumeMounts and ValidateVolumeDevices of Kubernetes.
import { type FieldError, forbiddenField, invalidValue, notFoundValue, notSupported, required } from '../../../model/field-error.js';
import type { Container, Volume, VolumeDevice, VolumeMount } from '../../../model/generated/api.js';
import { descendingPath, ifAnyOneOf, noBacksteps } from '../../rules.js';

export type Volumes = ReadonlyMap<string, Volume>;

export function validateMounts(c: Container, path: string, volumes: Volumes): FieldError[] {
  const devices = c.volumeDevices ?? [];
  const paths = new Set<string>();
  return (c.volumeMounts ?? []).flatMap((m, i) => {
    const at = `${path}[${i}]`;
    const errors: FieldError[] = [];
    const volume = volumes.get(m.name);
    if (!m.name) errors.push(required(`${at}.name`));
    if (!volume) errors.push(notFoundValue(`${at}.name`, m.name ?? ''));
    if (!m.mountPath) errors.push(required(`${at}.mountPath`));
    if (paths.has(m.mountPath ?? '')) errors.push(invalidValue(`${at}.mountPath`, m.mountPath ?? '', 'must be unique'));
    paths.add(m.mountPath ?? '');
    if (devices.some((d) => d.name === m.name)) errors.push(invalidValue(`${at}.name`, m.name, 'must not already exist in volumeDevices'));
    if (devices.some((d) => d.devicePath === m.mountPath)) {
      errors.push(invalidValue(`${at}.mountPath`, m.mountPath, 'must not already exist as a path in volumeDevices'));
    }
    // The rest is blamed on the list, as upstream does.
    return [...errors, ...validateSubPath(m, at, path), ...validatePropagation(m, c, path), ...validateRecursive(m, path)];
  });
}

function validateSubPath({ subPath, subPathExpr }: VolumeMount, at: string, list: string): FieldError[] {
  const errors: FieldError[] = [];
  if (subPath) errors.push(...descendingPath(`${list}.subPath`, subPath));
  if (subPathExpr) {
    if (subPath) errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
    errors.push(...descendingPath(`${list}.subPathExpr`, subPathExpr));
  }
  return errors;
}

function validatePropagation({ mountPropagation }: VolumeMount, c: Container, list: string): FieldError[] {
  const path = `${list}.mountPropagation`;
  const errors = ifAnyOneOf(path, mountPropagation, ['Bidirectional', 'HostToContainer', 'None']);
  if (mountPropagation === 'Bidirectional' && !c.securityContext?.privileged) {
    errors.push(forbiddenField(path, 'Bidirectional mount propagation is available only to privileged containers'));
  }
  return errors;
}

function validateRecursive(m: VolumeMount, list: string): FieldError[] {
  const path = `${list}.recursiveReadOnly`;
  if (m.recursiveReadOnly === undefined || m.recursiveReadOnly === 'Disabled') return [];
  if (m.recursiveReadOnly !== 'Enabled' && m.recursiveReadOnly !== 'IfPossible') {
    return [notSupported(path, m.recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible'])];
  }
  const propagates = m.mountPropagation !== undefined && m.mountPropagation !== 'None';
  return [
    ...(m.readOnly ? [] : [forbiddenField(path, 'may only be specified when readOnly is true')]),
    ...(propagates ? [forbiddenField(path, 'may only be specified when mountPropagation is None or not specified')] : []),
  ];
}

export function validateDevices(c: Container, path: string, volumes: Volumes): FieldError[] {
  const mounts = c.volumeMounts ?? [];
  const [names, paths] = [new Set<string>(), new Set<string>()];
  return (c.volumeDevices ?? []).flatMap((d: VolumeDevice, i) => {
    const at = `${path}[${i}]`;
    const errors: FieldError[] = [];
    const [name, devicePath] = [d.name ?? '', d.devicePath ?? ''];
    const volume = volumes.get(name);
    if (!name) errors.push(required(`${at}.name`));
    if (names.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      errors.push(invalidValue(`${at}.name`, name, 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'));
    }
    if (!volume) errors.push(notFoundValue(`${at}.name`, name));
    if (!devicePath) errors.push(required(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'));
    if (noBacksteps('', devicePath).length > 0) {
      errors.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else {
      paths.add(devicePath);
    }
    if (mounts.some((m) => m.name === name)) errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'));
    if (mounts.some((m) => m.mountPath === devicePath)) {
      errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name) names.add(name);
    return errors;
  });
}
