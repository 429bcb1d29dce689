// The annotations that AppArmor had before it had a field. Mirrors applyAppArmorVersionSkew of pkg/registry/core/pod/strategy.go
// and ApparmorFieldForAnnotation of pkg/api/pod/util.go.
import { same } from '../../lib/same.js';
import type { AppArmorProfile, Pod } from '../../model/generated/api.js';
import { appArmor } from './validate/annotations.js';
import { validateAppArmor } from './validate/security.js';

const local = 'localhost/';

/** undefined for what no field can say. */
export function appArmorField(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const localhostProfile = annotation.startsWith(local) ? annotation.slice(local.length) : '';
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}

export const appArmorNote = (key: string): string =>
  `metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`;

/** Annotations of a new Pod become fields, unless they only repeat what is said of the whole Pod. */
export function adoptAppArmor({ metadata, spec }: Pod, warn: (text: string) => void): void {
  if (spec.os?.name === 'windows') return;
  for (const c of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    const key = `${appArmor}${c.name}`;
    const annotation = metadata.annotations?.[key];
    if (annotation === undefined || c.securityContext?.appArmorProfile) continue;
    const field = appArmorField(annotation);
    const usable = field && validateAppArmor(field, '').length === 0;
    if (usable && same(field, spec.securityContext?.appArmorProfile)) continue;
    if (usable) c.securityContext = { ...c.securityContext, appArmorProfile: field };
    warn(appArmorNote(key));
  }
}
