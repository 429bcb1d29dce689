// What a Node may say. Mirrors ValidateNode and ValidateNodeUpdate of pkg/apis/core/validation.
import { isValidNetwork, parseCIDR } from '../../lib/ip.js';
import { isValidLabelValue } from '../../lib/names.js';
import { same } from '../../lib/same.js';
import { duplicate, type FieldError, forbiddenField, internalError, invalidValue } from '../../model/field-error.js';
import { quantities } from '../pod-resources.js';
import { validateQuantityOf } from '../pod/validate/resources.js';
import { qualifiedName, taintEffect, wrong } from '../rules.js';
import type { Node, Taint } from '../../model/generated/api.js';

export function validate(obj: Node): FieldError[] {
  const swap = obj.status?.nodeInfo?.swap?.capacity;
  // The paths metadata.taints and metadata.nodeSwapStatus are upstream's own slips.
  return [
    ...taintErrors(obj.spec?.taints ?? [], 'metadata.taints'),
    ...resourceErrors(obj),
    ...(swap !== undefined && swap <= 0 ? [invalidValue('metadata.nodeSwapStatus.capacity', swap, 'must be greater than 0')] : []),
    ...featureErrors(obj.status?.declaredFeatures ?? []),
    ...podCIDRErrors(obj.spec?.podCIDRs ?? []),
  ];
}

export function validateUpdate(obj: Node, old: Node): FieldError[] {
  const [next, before] = [obj.spec ?? {}, old.spec ?? {}];
  const fixed = (field: string, what: string): FieldError =>
    forbiddenField(`spec.${field}`, `node updates may not change ${what} except from "" to valid`);
  return [
    ...resourceErrors(obj),
    ...featureErrors(obj.status?.declaredFeatures ?? []),
    ...addressErrors(obj),
    ...((before.podCIDRs ?? []).length > 0 && !same(next.podCIDRs, before.podCIDRs) ? [fixed('podCIDRs', 'podCIDR')] : []),
    ...(before.providerID && next.providerID !== before.providerID ? [fixed('providerID', 'providerID')] : []),
    ...(next.externalID === before.externalID ? [] : [forbiddenField('spec.externalID', 'may not be updated')]),
  ];
}

const resourceErrors = ({ status }: Node): FieldError[] =>
  (['capacity', 'allocatable'] as const).flatMap((list) =>
    [...quantities(status?.[list])].flatMap(([name, q]) => validateQuantityOf(name, q, `status.${list}.${name}`)),
  );

function featureErrors(features: readonly string[]): FieldError[] {
  const field = 'status.declaredFeatures';
  return features.flatMap((feature, i) => {
    const next = features[i + 1];
    const at = `${field}[${i + 1}]`;
    return [
      ...(/^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/.test(feature)
        ? []
        : [invalidValue(`${field}[${i}]`, feature, `invalid feature name ${JSON.stringify(feature)}: ${featureForm}`)]),
      ...(feature === next ? [duplicate(at, next)] : []),
      ...(next !== undefined && feature > next ? [invalidValue(at, next, 'list must be sorted alphabetically')] : []),
    ];
  });
}

const featureForm =
  "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";

function taintErrors(taints: readonly Taint[], field: string): FieldError[] {
  return taints.flatMap((taint, i) => {
    const path = `${field}[${i}]`;
    const value = isValidLabelValue(taint.value ?? '');
    const again = taints.slice(0, i).some((t) => t.key === taint.key && t.effect === taint.effect);
    return [
      ...qualifiedName(`${path}.key`, taint.key ?? ''),
      ...(value.length > 0 ? [invalidValue(`${path}.value`, taint.value, value.join(';'))] : []),
      ...taintEffect(`${path}.effect`, taint.effect),
      ...(again ? [{ ...duplicate(path, internalTaint(taint)), detail: 'taints must be unique by key and effect pair' }] : []),
    ];
  });
}

/** Upstream shows its internal type, which has no JSON names. */
const internalTaint = (t: Taint) => ({ Key: t.key ?? '', Value: t.value ?? '', Effect: t.effect ?? '', TimeAdded: t.timeAdded ?? null });

function podCIDRErrors(cidrs: readonly string[]): FieldError[] {
  const field = 'spec.podCIDRs';
  const errors = cidrs.flatMap((cidr, i) => wrong(`${field}[${i}]`, cidr, isValidNetwork(cidr)));
  if (cidrs.length < 2) return errors;
  const unreadable = cidrs.find((c) => parseCIDR(c) === undefined);
  if (unreadable !== undefined) {
    const why = `invalid CIDR[${cidrs.indexOf(unreadable)}]: <nil> (invalid CIDR address: ${unreadable})`;
    errors.push(internalError(field, `invalid PodCIDRs. failed to check with dual stack with error:${why}`));
  }
  const families = new Set(cidrs.map((c) => parseCIDR(c)?.family));
  if (unreadable !== undefined || families.size !== 2 || cidrs.length > 2) {
    errors.push(invalidValue(field, cidrs, 'may specify no more than one CIDR for each IP family'));
  }
  return errors;
}

function addressErrors(obj: Node): FieldError[] {
  const addresses = obj.status?.addresses ?? [];
  // The value shown is the API server's own struct.
  const shown = addresses.map(({ type, address }) => ({ Type: type, Address: address }));
  return shown.flatMap((a, i) => (shown.slice(0, i).some((b) => same(a, b)) ? [duplicate(`status.addresses[${i}]`, a)] : []));
}
