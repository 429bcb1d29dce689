// Which IP families a Service has: inferred from what the user wrote and what the cluster has.
// Mirrors initIPFamilyFields of pkg/registry/core/service/storage/alloc.go.
import { familyOf, type IPFamily } from '../../lib/ip.js';
import type { Service } from '../../model/generated/api.js';
import { type FieldError, invalidValue } from '../../model/field-error.js';
import { same } from '../../lib/same.js';
import { hasSelector, needsClusterIP } from './facts.js';
import { validateClusterIPs } from './validate-cluster-ips.js';

const policyField = 'spec.ipFamilyPolicy';

/** Fills in policy and families; what does not fit is returned, and then the Service is not to be used. */
export function initFamilies(service: Service, old: Service | undefined, configured: readonly IPFamily[]): FieldError[] {
  if (!needsClusterIP(service) || keepsPreferDualStack(service, old)) return [];
  const { spec } = service;
  const selectorless = spec.clusterIP === 'None' && !hasSelector(service);
  spec.ipFamilyPolicy ??= old?.spec.ipFamilyPolicy ?? (selectorless ? 'RequireDualStack' : 'SingleStack');
  const malformed = validateClusterIPs(service);
  if (malformed.length > 0) return malformed;
  const errors = [
    ...(old ? shrink(service, old) : []),
    ...(spec.ipFamilyPolicy === 'SingleStack' ? tooManyForSingleStack(service) : []),
    ...inferFromIPs(service, configured),
  ];
  if (errors.length > 0) return errors;
  const single = spec.ipFamilyPolicy === 'SingleStack';
  // A headless Service without selector may have families that the cluster has not: its addresses are the user's own.
  if (selectorless) {
    spec.ipFamilies = spec.ipFamilies?.length ? spec.ipFamilies : [configured[0] ?? 'IPv4'];
    if (!single && spec.ipFamilies.length < 2) addOther(spec.ipFamilies);
    return [];
  }
  const refused = notConfigured(service, configured);
  if (refused.length > 0) return refused;
  spec.ipFamilies = spec.ipFamilies?.length ? spec.ipFamilies : [configured[0] ?? 'IPv4'];
  if (!single && spec.ipFamilies.length === 1 && configured.length === 2) addOther(spec.ipFamilies);
  return [];
}

const addOther = (families: string[]): number => families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');

/** A PreferDualStack Service does not follow when the cluster becomes dual-stack or ceases to be. */
export function keepsPreferDualStack(service: Service, old: Service | undefined): boolean {
  return (
    old !== undefined &&
    needsClusterIP(service) &&
    old.spec.type === service.spec.type &&
    service.spec.ipFamilyPolicy === 'PreferDualStack' &&
    old.spec.ipFamilyPolicy === 'PreferDualStack' &&
    same(old.spec.clusterIPs, service.spec.clusterIPs) &&
    same(old.spec.ipFamilies, service.spec.ipFamilies)
  );
}

/** SingleStack asked for, and nothing else touched: the second family and address go. Otherwise shrinking needs that policy. */
function shrink(service: Service, old: Service): FieldError[] {
  const { spec } = service;
  const ips = spec.clusterIPs ?? [];
  const families = spec.ipFamilies ?? [];
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (ips.length > 1 && same(ips, old.spec.clusterIPs)) spec.clusterIPs = ips.slice(0, 1);
    if (families.length > 1 && same(families, old.spec.ipFamilies)) spec.ipFamilies = families.slice(0, 1);
    return [];
  }
  const reduced = (now: readonly string[], then: readonly string[] | undefined) => now.length > 0 && now.length < (then?.length ?? 0);
  const refuse = (what: string) => invalidValue(policyField, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(reduced(ips, old.spec.clusterIPs) ? [refuse('cluster IP')] : []),
    ...(reduced(families, old.spec.ipFamilies) ? [refuse('IP family')] : []),
  ];
}

function tooManyForSingleStack({ spec }: Service): FieldError[] {
  const refuse = (what: string) =>
    invalidValue(policyField, spec.ipFamilyPolicy, `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`);
  return [
    ...(spec.clusterIPs?.length === 2 ? [refuse('cluster IPs')] : []),
    ...(spec.ipFamilies?.length === 2 ? [refuse('IP families')] : []),
  ];
}

function inferFromIPs({ spec }: Service, configured: readonly IPFamily[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    if (i < (spec.ipFamilies?.length ?? 0)) continue;
    const family = familyOf(ip) ?? 'IPv4';
    if (configured.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else errors.push(invalidValue(`spec.clusterIPs[${i}]`, spec.clusterIPs, `${family} is not configured on this cluster`));
  }
  return errors;
}

function notConfigured({ spec }: Service, configured: readonly IPFamily[]): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    errors.push(invalidValue(policyField, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services'));
  }
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) {
    if (!configured.includes(family as IPFamily)) {
      errors.push(invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'));
    }
  }
  return errors;
}
