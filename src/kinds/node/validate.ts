// What a Node may say. Mirrors ValidateNode and ValidateNodeUpdate of pkg/apis/core/validation.
import { isValidCIDR, parseCIDR } from '../../lib/ip.js';
import { isQualifiedName, isValidLabelValue } from '../../lib/names.js';
import { same } from '../../lib/same.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../model/field-error.js';
import type { Node, Taint } from '../../model/generated/api.js';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validate(obj: Node): FieldError[] {
  // The path says metadata.taints: upstream's own slip.
  return [...taintErrors(obj.spec?.taints ?? [], 'metadata.taints'), ...podCIDRErrors(obj.spec?.podCIDRs ?? [])];
}

export function validateUpdate(obj: Node, old: Node): FieldError[] {
  const [next, before] = [obj.spec ?? {}, old.spec ?? {}];
  const fixed = (field: string, what: string): FieldError =>
    forbiddenField(`spec.${field}`, `node updates may not change ${what} except from "" to valid`);
  return [
    ...addressErrors(obj),
    ...((before.podCIDRs ?? []).length > 0 && !same(next.podCIDRs, before.podCIDRs) ? [fixed('podCIDRs', 'podCIDR')] : []),
    ...(before.providerID && next.providerID !== before.providerID ? [fixed('providerID', 'providerID')] : []),
    ...(next.externalID === before.externalID ? [] : [forbiddenField('spec.externalID', 'may not be updated')]),
  ];
}

function taintErrors(taints: readonly Taint[], field: string): FieldError[] {
  return taints.flatMap((taint, i) => {
    const path = `${field}[${i}]`;
    const value = isValidLabelValue(taint.value ?? '');
    const again = taints.slice(0, i).some((t) => t.key === taint.key && t.effect === taint.effect);
    return [
      ...isQualifiedName(taint.key ?? '').map((m) => invalidValue(`${path}.key`, taint.key ?? '', m)),
      ...(value.length > 0 ? [invalidValue(`${path}.value`, taint.value, value.join(';'))] : []),
      ...effectErrors(taint.effect, `${path}.effect`),
      ...(again ? [{ ...duplicate(path, taint), detail: 'taints must be unique by key and effect pair' }] : []),
    ];
  });
}

function effectErrors(effect: string | undefined, field: string): FieldError[] {
  if (!effect) return [required(field)];
  return effects.includes(effect) ? [] : [notSupported(field, effect, effects)];
}

function podCIDRErrors(cidrs: readonly string[]): FieldError[] {
  const field = 'spec.podCIDRs';
  const errors = cidrs.flatMap((cidr, i) => isValidCIDR(cidr).map((m) => invalidValue(`${field}[${i}]`, cidr, m)));
  if (cidrs.length < 2 || errors.length > 0) return errors;
  const families = new Set(cidrs.map((c) => parseCIDR(c)?.family));
  return families.size === 2 && cidrs.length === 2
    ? []
    : [invalidValue(field, cidrs, 'may specify no more than one CIDR for each IP family')];
}

function addressErrors(obj: Node): FieldError[] {
  const addresses = obj.status?.addresses ?? [];
  return addresses.flatMap((a, i) => (addresses.slice(0, i).some((b) => same(a, b)) ? [duplicate(`status.addresses[${i}]`, a)] : []));
}
