// clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy, together and when they change.
// Mirrors ValidateServiceClusterIPsRelatedFields and validateUpgradeDowngrade* of pkg/apis/core/validation.
import { familyOf, isValidIP } from '../../lib/ip.js';
import type { Service } from '../../model/generated/api.js';
import { duplicate, type FieldError, invalidValue, notSupported, required } from '../../model/field-error.js';
import { wrong } from '../rules.js';
import { isHeadless, needsClusterIP } from './facts.js';

const field = 'spec.clusterIPs';

export function validateClusterIPs(service: Service): FieldError[] {
  if (!needsClusterIP(service)) return [];
  const ips = service.spec.clusterIPs ?? [];
  const errors = [...inStep(service), ...validateFamilies(service)];
  const malformed = ips.flatMap((ip, i): FieldError[] => {
    if (i === 0 && ip === 'None') {
      return ips.length > 1 ? [invalidValue(field, ips, "'None' must be the first and only value")] : [];
    }
    return wrong(`${field}[${i}]`, ip, isValidIP(ip));
  });
  errors.push(...malformed);
  if (ips.length > 2) errors.push(invalidValue(field, ips, 'may only hold up to 2 values'));
  if (malformed.length > 0) return errors;
  if (ips.length > 1 && new Set(ips.map(familyOf)).size !== ips.length) {
    errors.push(invalidValue(field, ips, 'may specify no more than one IP for each IP family'));
  }
  return [...errors, ...matchFamilies(service)];
}

/** clusterIP is the first of clusterIPs. */
function inStep({ spec }: Service): FieldError[] {
  const ips = spec.clusterIPs ?? [];
  if (!spec.clusterIP) return ips.length > 0 ? [invalidValue(field, ips, 'must be empty when `clusterIP` is not specified')] : [];
  if (ips.length === 0) return [required(field)];
  return ips[0] === spec.clusterIP ? [] : [invalidValue(field, ips, 'first value must match `clusterIP`')];
}

function validateFamilies({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const families = spec.ipFamilies ?? [];
  for (const [i, family] of families.entries()) {
    if (!['IPv4', 'IPv6'].includes(family)) errors.push(notSupported(`spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6']));
    if (families.indexOf(family) < i) errors.push(duplicate(`spec.ipFamilies[${i}]`, family));
  }
  const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
  if (spec.ipFamilyPolicy !== undefined && !policies.includes(spec.ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, policies));
  }
  return errors;
}

function matchFamilies(service: Service): FieldError[] {
  if (isHeadless(service)) return [];
  const families = service.spec.ipFamilies ?? [];
  return (service.spec.clusterIPs ?? []).flatMap((ip, i) => {
    const family = families[i];
    if ((family !== 'IPv4' && family !== 'IPv6') || familyOf(ip) === family) return [];
    return [invalidValue(`${field}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``)];
  });
}

/** The first address and family stay; the second may come, and go with policy SingleStack. */
export function validateClusterIPsUpdate(service: Service, old: Service): FieldError[] {
  if (!needsClusterIP(service) || !needsClusterIP(old)) return [];
  const bothHeadless = isHeadless(service) && isHeadless(old);
  return [
    ...(bothHeadless ? [] : ipsUpdate(service, old)),
    ...(isHeadless(service) || isHeadless(old) ? [] : familiesUpdate(service, old)),
  ];
}

function ipsUpdate({ spec }: Service, old: Service): FieldError[] {
  const ips = spec.clusterIPs ?? [];
  const before = old.spec.clusterIPs ?? [];
  const changed = (i: number) => invalidValue(`${field}[${i}]`, ips, 'may not change once set');
  if (before.length === ips.length) return before.flatMap((ip, i) => (ip === ips[i] ? [] : [changed(i)]));
  const errors: FieldError[] = [];
  if (ips.length === 0) errors.push(invalidValue(`${field}[0]`, spec.clusterIPs ?? null, 'primary clusterIP can not be unset'));
  else if (before.length > 0 && before[0] !== ips[0]) errors.push(changed(0));
  if (before.length > ips.length && ips.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    errors.push(
      invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, "must be set to 'SingleStack' when releasing the secondary clusterIP"),
    );
  }
  return errors;
}

function familiesUpdate({ spec }: Service, old: Service): FieldError[] {
  const families = spec.ipFamilies ?? [];
  const before = old.spec.ipFamilies ?? [];
  const first = 'spec.ipFamilies[0]';
  if (before.length === families.length) {
    return before.flatMap((f, i) => (f === families[i] ? [] : [invalidValue(first, families, 'may not change once set')]));
  }
  const errors: FieldError[] = [];
  if (before.length > families.length && !spec.clusterIPs?.length) {
    errors.push(invalidValue(first, spec.ipFamilies ?? null, 'primary ipFamily can not be unset'));
  }
  // The value shown is that of clusterIPs: so it is upstream.
  if (families.length > 0 && before.length > 0 && families[0] !== before[0]) {
    errors.push(invalidValue(first, spec.clusterIPs, 'may not change once set'));
  }
  if (before.length > families.length && families.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    errors.push(
      invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, "must be set to 'SingleStack' when releasing the secondary ipFamily"),
    );
  }
  return errors;
}
