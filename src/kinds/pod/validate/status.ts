// What a client may write into a Pod's status. Mirrors ValidatePodStatusUpdate of Kubernetes.
import { familyOf, isValidIP } from '../../../lib/ip.js';
import { same } from '../../../lib/same.js';
import { duplicate, type FieldError, forbiddenField, invalidValue } from '../../../model/field-error.js';
import type { ContainerStatus, Pod } from '../../../model/generated/api.js';
import { dnsSubdomain, qualifiedName, wrong } from './rules.js';

const ownConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);

export function validatePodStatus({ spec, status = {} }: Pod, { status: old = {} }: Pod): FieldError[] {
  const { podIPs = [], hostIPs = [] } = status;
  const errors = (status.conditions ?? []).flatMap((c, i) =>
    // Upstream looks for conditions below metadata.
    ownConditions.has(c.type) ? [] : qualifiedName(`metadata.conditions[${i}].Type`, c.type),
  );
  if (status.nominatedNodeName && status.nominatedNodeName !== old.nominatedNodeName) {
    errors.push(...dnsSubdomain('status.nominatedNodeName', status.nominatedNodeName));
  }
  if (status.qosClass !== old.qosClass) errors.push(invalidValue('status.qosClass', status.qosClass ?? '', 'field is immutable'));
  errors.push(...validateEnded(status.containerStatuses, old.containerStatuses, spec.restartPolicy));
  errors.push(...validateAddresses('status.podIPs', podIPs));
  if (hostIPs[0] && hostIPs[0].ip !== status.hostIP) {
    errors.push(invalidValue('status.hostIPs[0].ip', hostIPs[0].ip, 'must be equal to `hostIP`'));
  }
  return [...errors, ...validateAddresses('status.hostIPs', hostIPs)];
}

/** What has ended for good does not run again. */
function validateEnded(
  now: readonly ContainerStatus[] | undefined,
  before: readonly ContainerStatus[] | undefined,
  restartPolicy: string | undefined,
): FieldError[] {
  if (restartPolicy === 'Always') return [];
  return (before ?? []).flatMap((c, i) => {
    const ended = c.state?.terminated;
    if (!ended || (ended.exitCode !== 0 && restartPolicy === 'OnFailure')) return [];
    const again = now?.some((n) => n.name === c.name && !n.state?.terminated);
    return again ? [forbiddenField(`status.containerStatuses[${i}].state`, 'may not be transitioned to non-terminated state')] : [];
  });
}

/** At most one address of each family. */
function validateAddresses(path: string, addresses: readonly { ip: string }[]): FieldError[] {
  const errors = addresses.flatMap(({ ip }, i) => wrong(`${path}[${i}]`, ip, isValidIP(ip)));
  if (addresses.length < 2) return errors;
  const families = new Set(addresses.map(({ ip }) => familyOf(ip)));
  if (addresses.length > 2 || families.size < 2) {
    errors.push(invalidValue(path, addresses, 'may specify no more than one IP for each IP family'));
  }
  return [...errors, ...addresses.flatMap((a, i) => (addresses.findIndex((b) => same(a, b)) < i ? [duplicate(`${path}[${i}]`, a)] : []))];
}
