// Security contexts of containers and of Pods. Mirrors ValidateSecurityContext and validatePodSpecSecurityContext of Kubernetes.
import { isValidUserID } from '../../../lib/names.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, notSupported, required, tooLong } from '../../../model/field-error.js';
import type { AppArmorProfile, PodSpec, SeccompProfile, SecurityContext } from '../../../model/generated/api.js';
import { descendingPath, ifAnyOneOf, wrong } from '../../rules.js';
import { visitContainers } from '../visit.js';
import { validateWindowsOptions } from './windows.js';

const identity = (path: string, id: number | undefined): FieldError[] => (id === undefined ? [] : wrong(path, id, isValidUserID(id)));

export function validateSecurityContext(sc: SecurityContext | undefined, path: string, hostUsers: boolean): FieldError[] {
  if (!sc) return [];
  return [
    ...identity(`${path}.runAsUser`, sc.runAsUser),
    ...identity(`${path}.runAsGroup`, sc.runAsGroup),
    ...validateProcMount(sc, `${path}.procMount`, hostUsers),
    ...validateSeccomp(sc.seccompProfile, `${path}.seccompProfile`),
    ...validateEscalation(sc, path),
    ...validateWindowsOptions(sc.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmor(sc.appArmorProfile, `${path}.appArmorProfile`),
  ];
}

function validateProcMount({ procMount }: SecurityContext, path: string, hostUsers: boolean): FieldError[] {
  const errors = ifAnyOneOf(path, procMount, ['Default', 'Unmasked']);
  if (hostUsers && procMount === 'Unmasked') errors.push(invalidValue(path, procMount, '`hostUsers` must be false to use `Unmasked`'));
  return errors;
}

function validateEscalation(sc: SecurityContext, path: string): FieldError[] {
  if (sc.allowPrivilegeEscalation !== false) return [];
  const errors: FieldError[] = [];
  if (sc.privileged)
    errors.push(invalidValue(path, internal(sc), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
  for (const capability of sc.capabilities?.add ?? []) {
    if (capability !== 'CAP_SYS_ADMIN') continue;
    errors.push(invalidValue(path, internal(sc), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'));
  }
  return errors;
}

/** The API server shows structures by its internal names, absent fields as null. */
const internal = (sc: SecurityContext): Record<string, unknown> => ({
  Capabilities: sc.capabilities ? { Add: sc.capabilities.add ?? null, Drop: sc.capabilities.drop ?? null } : null,
  Privileged: sc.privileged ?? null,
  SELinuxOptions: internalSELinux(sc.seLinuxOptions),
  WindowsOptions: internalWindows(sc.windowsOptions),
  RunAsUser: sc.runAsUser ?? null,
  RunAsGroup: sc.runAsGroup ?? null,
  RunAsNonRoot: sc.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: sc.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: sc.allowPrivilegeEscalation ?? null,
  ProcMount: sc.procMount ?? null,
  SeccompProfile: sc.seccompProfile ? { Type: sc.seccompProfile.type, LocalhostProfile: sc.seccompProfile.localhostProfile ?? null } : null,
  AppArmorProfile: sc.appArmorProfile
    ? { Type: sc.appArmorProfile.type, LocalhostProfile: sc.appArmorProfile.localhostProfile ?? null }
    : null,
});

const internalSELinux = (o: SecurityContext['seLinuxOptions']) =>
  o ? { User: o.user ?? '', Role: o.role ?? '', Type: o.type ?? '', Level: o.level ?? '' } : null;

const internalWindows = (o: SecurityContext['windowsOptions']) =>
  o
    ? {
        GMSACredentialSpecName: o.gmsaCredentialSpecName ?? null,
        GMSACredentialSpec: o.gmsaCredentialSpec ?? null,
        RunAsUserName: o.runAsUserName ?? null,
        HostProcess: o.hostProcess ?? null,
      }
    : null;

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateSeccomp(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const errors: FieldError[] = [];
  if (!type) errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'));
  else if (!profileTypes.includes(type)) errors.push(notSupported(`${path}.type`, type, profileTypes));
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return errors;
    const shown = { Type: type ?? '', LocalhostProfile: localhostProfile };
    return [...errors, invalidValue(`${path}.localhostProfile`, shown, 'can only be set when seccomp type is Localhost')];
  }
  if (localhostProfile === undefined)
    return [...errors, required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost')];
  return [...errors, ...descendingPath(`${path}.localhostProfile`, localhostProfile)];
}

export function validateAppArmor(profile: AppArmorProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const at = `${path}.localhostProfile`;
  if (!type) return [required(`${path}.type`, 'type is required when appArmorProfile is set')];
  if (!profileTypes.includes(type)) return [notSupported(`${path}.type`, type, profileTypes)];
  if (type !== 'Localhost') {
    return localhostProfile === undefined ? [] : [invalidValue(at, localhostProfile, 'can only be set when AppArmor type is Localhost')];
  }
  if (!localhostProfile) return [required(at, 'must be set when AppArmor type is Localhost')];
  const errors =
    localhostProfile.trim() === localhostProfile ? [] : [invalidValue(at, localhostProfile, 'must not be padded with whitespace')];
  return Buffer.byteLength(localhostProfile) > 4095 ? [...errors, tooLong(at, 4095)] : errors;
}

export function validatePodSecurityContext(spec: PodSpec, path: string): FieldError[] {
  const sc = spec.securityContext;
  if (!sc) return [];
  const errors = [
    ...identity(`${path}.fsGroup`, sc.fsGroup),
    ...identity(`${path}.runAsUser`, sc.runAsUser),
    ...identity(`${path}.runAsGroup`, sc.runAsGroup),
    ...(sc.supplementalGroups ?? []).flatMap((id, i) => identity(`${path}.supplementalGroups[${i}]`, id)),
  ];
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(invalidValue(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'));
  }
  return [
    ...errors,
    ...validateSysctls(spec, `${path}.sysctls`),
    ...ifAnyOneOf(`${path}.fsGroupChangePolicy`, sc.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    ...validateSeccomp(sc.seccompProfile, `${path}.seccompProfile`),
    ...validateWindowsOptions(sc.windowsOptions, `${path}.windowsOptions`),
    ...validateAppArmor(sc.appArmorProfile, `${path}.appArmorProfile`),
    ...ifAnyOneOf(`${path}.supplementalGroupsPolicy`, sc.supplementalGroupsPolicy, ['Merge', 'Strict']),
    ...ifAnyOneOf(`${path}.seLinuxChangePolicy`, sc.seLinuxChangePolicy, ['Recursive']),
  ];
}

const segment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlPattern = `^(${segment}[\\./])*${segment}$`;
const sysctlRegex = new RegExp(sysctlPattern);
const ofIPC = /^(kernel\.(msg|sem|shm)|fs\.mqueue\.)/;

function validateSysctls(spec: PodSpec, path: string): FieldError[] {
  const seen = new Set<string>();
  return (spec.securityContext?.sysctls ?? []).flatMap(({ name = '' }, i) => {
    const at = `${path}[${i}].name`;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(at));
    else if (name.length > 253 || !sysctlRegex.test(name)) {
      errors.push(invalidValue(at, name, `must have at most 253 characters and match regex ${sysctlPattern}`));
    } else if (seen.has(name)) errors.push(duplicate(at, name));
    const dotted = name.replaceAll('/', '.');
    if (spec.hostNetwork && dotted.startsWith('net.'))
      errors.push(invalidValue(at, name, "may not be specified when 'hostNetwork' is true"));
    else if (spec.hostIPC && ofIPC.test(dotted)) errors.push(invalidValue(at, name, "may not be specified when 'hostIPC' is true"));
    seen.add(name);
    return errors;
  });
}

/** What does not go with user namespaces of its own. */
export function validateHostUsers(spec: PodSpec, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const detail = 'when `hostUsers` is false';
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(forbiddenField(`${path}.hostNetwork`, detail));
  // The capital letters are upstream's.
  if (spec.hostPID) errors.push(forbiddenField(`${path}.HostPID`, detail));
  if (spec.hostIPC) errors.push(forbiddenField(`${path}.HostIPC`, detail));
  for (const { c, at } of visitContainers(spec, path)) {
    if (c.volumeDevices?.length) errors.push(forbiddenField(`${at}.volumeDevices`, detail));
  }
  return errors;
}
