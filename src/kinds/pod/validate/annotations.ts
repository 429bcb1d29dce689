// Annotations of a Pod that once were fields. Mirrors ValidatePodSpecificAnnotations of Kubernetes and its neighbours.
import { type FieldError, forbiddenField, invalidValue } from '../../../model/field-error.js';
import type { ObjectMeta, PodSpec } from '../../../model/generated/api.js';
import { descendingPath } from '../../rules.js';
import { visitContainers } from '../visit.js';

type Annotations = Readonly<Record<string, string>>;

export const mirror = 'kubernetes.io/config.mirror';
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';
export const appArmor = 'container.apparmor.security.beta.kubernetes.io/';

export function validatePodAnnotations(annotations: Annotations | undefined, spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const all = Object.entries(annotations ?? {});
  const mirrored = annotations?.[mirror];
  if (mirrored !== undefined && !spec.nodeName) {
    errors.push(invalidValue(`${path}[${mirror}]`, mirrored, 'must set spec.nodeName if mirror pod annotation is set'));
  }
  const cost = annotations?.[deletionCost];
  if (cost !== undefined && !isInt32(cost)) errors.push(invalidValue(`${path}[${deletionCost}]`, cost, 'must be a 32bit integer'));
  for (const [key, value] of all) {
    if (key === seccompPod || key.startsWith(seccompContainer)) errors.push(...validateSeccompName(value, `${path}.${key}`));
  }
  for (const [key, value] of all) if (key.startsWith(appArmor)) errors.push(...validateAppArmorName(key, value, spec, path));
  return errors;
}

const isInt32 = (text: string): boolean => /^(0|-?[1-9][0-9]*)$/.test(text) && Math.abs(Number(text)) < 2 ** 31;

function validateSeccompName(name: string, path: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(name)) return [];
  if (name.startsWith('localhost/')) return descendingPath(path, name.slice('localhost/'.length));
  return [invalidValue(path, name, 'must be a valid seccomp profile')];
}

function validateAppArmorName(key: string, profile: string, spec: PodSpec, path: string): FieldError[] {
  const container = key.slice(appArmor.length);
  const errors = visitContainers(spec, '').some(({ c }) => c.name === container)
    ? []
    : [invalidValue(`${path}[${key}]`, container, 'container not found')];
  if (['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith('localhost/')) return errors;
  return [...errors, invalidValue(`${path}[${key}]`, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`)];
}

interface Profile {
  readonly type?: string;
  readonly localhostProfile?: string;
}

/** An annotation and the field that replaced it must say the same. */
export function validateProfilesMatch(metadata: ObjectMeta | undefined, spec: PodSpec, path: string): FieldError[] {
  const annotations = metadata?.annotations ?? {};
  const containers = visitContainers(spec, path);
  return [
    ...matching(annotations[seccompPod], spec.securityContext?.seccompProfile, `${path}.securityContext.seccompProfile`, 'seccomp'),
    ...containers.flatMap(({ c, at }) =>
      matching(
        annotations[`${seccompContainer}${c.name}`],
        c.securityContext?.seccompProfile,
        `${at}.securityContext.seccompProfile`,
        'seccomp',
      ),
    ),
    ...(spec.os?.name === 'windows' ? [] : containers).flatMap(({ c, at }) => {
      const profile = c.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
      return matching(annotations[`${appArmor}${c.name}`], profile, `${at}.securityContext.appArmorProfile`, 'apparmor');
    }),
  ];
}

function matching(annotation: string | undefined, profile: Profile | undefined, path: string, what: 'seccomp' | 'apparmor'): FieldError[] {
  if (annotation === undefined || !profile) return [];
  const typeDiffers = [forbiddenField(`${path}.type`, `${what} type in annotation and field must match`)];
  switch (profile.type) {
    case 'Unconfined':
      return annotation === 'unconfined' ? [] : typeDiffers;
    case 'RuntimeDefault':
      return annotation === 'runtime/default' || (what === 'seccomp' && annotation === 'docker/default') ? [] : typeDiffers;
    case 'Localhost':
      if (!annotation.startsWith('localhost/')) return typeDiffers;
      if (annotation.slice('localhost/'.length) === profile.localhostProfile) return [];
      return [forbiddenField(`${path}.localhostProfile`, `${what} profile in annotation and field must match`)];
    default:
      return [];
  }
}
