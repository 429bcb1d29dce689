// What a client may write into a Pod's status. Mirrors podStatusStrategy and ValidatePodStatusUpdate of Kubernetes;
// resourceClaims are not served, so that no status of one has a claim to belong to.
import { familyOf, isValidIP } from '../../../lib/ip.js';
import { type FieldError, forbiddenField, internalError, invalidValue } from '../../../model/field-error.js';
import type { Container, ContainerStatus, Pod, PodStatus } from '../../../model/generated/api.js';
import { keepMetadata } from '../../keep-metadata.js';
import { dnsSubdomain, qualifiedName, wrong } from '../../rules.js';

/** podIP and podIPs say the same, whichever of them a client knows; the class of service stays when it is left out. */
export function preparePodStatus(pod: Pod, old: Pod): void {
  keepMetadata(pod, old, ['ownerReferences']);
  const status: PodStatus = { ...pod.status };
  if (status.podIP && status.podIPs?.[0]?.ip !== status.podIP) status.podIPs = [{ ip: status.podIP }];
  if (status.podIPs?.[0]) status.podIP = status.podIPs[0].ip ?? '';
  if (!status.qosClass && old.status?.qosClass) status.qosClass = old.status.qosClass;
  pod.status = status;
}

export function validatePodStatus(pod: Pod, { spec, status: old = {} }: Pod): FieldError[] {
  const { status = {} } = pod;
  return [
    ...validateConditions(status),
    ...validateNomination(status, old, spec.nodeName),
    ...generation('status.observedGeneration', status.observedGeneration),
    ...(status.qosClass === old.qosClass ? [] : [invalidValue('status.qosClass', status.qosClass ?? '', 'field is immutable')]),
    ...validateEnded('containerStatuses', pod, old, spec.containers),
    ...validateEnded('initContainerStatuses', pod, old, spec.initContainers),
    ...(status.resourceClaimStatuses ?? []).flatMap(({ name }, i) =>
      spec.resourceClaims?.some((claim) => claim.name === name)
        ? []
        : [invalidValue(`status.resourceClaimStatuses[${i}].name`, name, 'must match the name of an entry in `spec.resourceClaims`')],
    ),
    ...validateAddresses('status.podIPs', status.podIPs ?? []),
    ...validateHostIPs(status),
    ...lists.flatMap((list) => (status[list] ?? []).flatMap((c, i) => validateUser(c, `status.${list}[${i}].user.linux`))),
    ...validateAllocated('containerStatuses', status, spec.containers),
    ...validateAllocated('initContainerStatuses', status, spec.initContainers),
  ];
}

const lists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;
const ownConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);

const generation = (path: string, value: number | undefined): FieldError[] =>
  (value ?? 0) < 0 ? [invalidValue(path, value, 'must be a non-negative integer')] : [];

const validateConditions = ({ conditions = [] }: PodStatus): FieldError[] =>
  conditions.flatMap(({ type, observedGeneration }, i) => [
    ...generation(`status.conditions[${i}].observedGeneration`, observedGeneration),
    ...(ownConditions.has(type) ? [] : qualifiedName(`status.conditions[${i}].Type`, type)),
  ]);

function validateNomination({ nominatedNodeName }: PodStatus, old: PodStatus, nodeName: string | undefined): FieldError[] {
  if (!nominatedNodeName || nominatedNodeName === old.nominatedNodeName) return [];
  const path = 'status.nominatedNodeName';
  const bound = nodeName ? [forbiddenField(path, 'may not be set on pods that are already bound to a node')] : [];
  return [...dnsSubdomain(path, nominatedNodeName), ...bound];
}

/** What has ended for good does not run again. */
function validateEnded(
  list: 'containerStatuses' | 'initContainerStatuses',
  { spec, status = {} }: Pod,
  old: PodStatus,
  containers: readonly Container[] = [],
): FieldError[] {
  return (old[list] ?? []).flatMap((c, i) => {
    const now = status[list]?.find((n) => n.name === c.name);
    if (!c.state?.terminated || !now || now.state?.terminated) return [];
    const container = containers.find((one) => one.name === c.name);
    const policy = container?.restartPolicy ?? spec.restartPolicy ?? 'Always';
    const again = container && (policy === 'Always' || (policy === 'OnFailure' && c.state.terminated.exitCode !== 0));
    return again ? [] : [forbiddenField(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state')];
  });
}

function validateHostIPs({ hostIP = '', hostIPs = [] }: PodStatus): FieldError[] {
  const [first] = hostIPs;
  const other = first && first.ip !== hostIP ? [invalidValue('status.hostIPs[0].ip', first.ip, 'must be equal to `hostIP`')] : [];
  return [...other, ...validateAddresses('status.hostIPs', hostIPs)];
}

/** At most one address of each family. Messages show the API server's own type, which has no JSON names. */
function validateAddresses(path: string, addresses: readonly { ip: string }[]): FieldError[] {
  const errors = addresses.flatMap(({ ip }, i) => wrong(`${path}[${i}]`, ip, isValidIP(ip)));
  if (addresses.length < 2) return errors;
  const unread = addresses.findIndex(({ ip }) => familyOf(ip) === undefined);
  if (unread >= 0) {
    errors.push(internalError(path, `failed to check for dual stack with error:invalid IP[${unread}]: ${addresses[unread]?.ip}`));
  }
  const families = new Set(addresses.map(({ ip }) => familyOf(ip)));
  if (unread < 0 && addresses.length === 2 && families.size === 2) return errors;
  const shown = addresses.map(({ ip }) => ({ IP: ip }));
  return [...errors, invalidValue(path, shown, 'may specify no more than one IP for each IP family')];
}

function validateUser({ user }: ContainerStatus, path: string): FieldError[] {
  if (!user?.linux) return [];
  const { uid, gid, supplementalGroups = [] } = user.linux;
  const id = (field: string, value: number): FieldError[] =>
    value >= 0 && value <= 2 ** 31 - 1 ? [] : [invalidValue(`${path}.${field}`, value, 'must be between 0 and 2147483647, inclusive')];
  return [...id('uid', uid), ...id('gid', gid), ...supplementalGroups.flatMap((g, i) => id(`supplementalGroups[${i}]`, g))];
}

/** A resource that a status tells of is one that the container asks for. */
function validateAllocated(
  list: 'containerStatuses' | 'initContainerStatuses',
  status: PodStatus,
  containers: readonly Container[] = [],
): FieldError[] {
  return (status[list] ?? []).flatMap(({ name, allocatedResourcesStatus = [] }, i) => {
    const container = containers.find((c) => c.name === name);
    if (!container) return [];
    return allocatedResourcesStatus.flatMap((allocated, j) =>
      container.resources?.requests?.[allocated.name] !== undefined
        ? []
        : [
            invalidValue(
              `status.${list}[${i}].allocatedResourcesStatus[${j}].name`,
              allocated.name,
              allocated.name.startsWith('claim:')
                ? "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
                : "must match one of the container's resource requests",
            ),
          ],
    );
  });
}
