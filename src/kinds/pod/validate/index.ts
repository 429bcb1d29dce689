// Is this PodSpec valid? For Pods and for every template that makes Pods.
// Mirrors ValidatePodSpec, ValidatePodCreate and ValidatePodTemplateSpec of Kubernetes (pkg/apis/core/validation), in their order.
import { isInRange, isQualifiedName } from '../../../lib/names.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, required, tooLong } from '../../../model/field-error.js';
import type { ObjectMeta, Pod, PodResourceClaim, PodSpec, PodTemplateSpec } from '../../../model/generated/api.js';
import { validateLabels } from '../../labels.js';
import { validateAffinity, validateSpread, validateTolerations } from './affinity.js';
import { validatePodAnnotations, validateProfilesMatch } from './annotations.js';
import { validateAllContainers, validateImageSpace } from './containers.js';
import { validateFileVolumes } from './env.js';
import { validateDNSConfig, validateDNSPolicy, validateHostAliases, validateHostNetworkPorts } from './network.js';
import { validatePodResources, validateResources } from './resources.js';
import { dnsLabel, dnsSubdomain, ifAnyOneOf, oneOf, qualifiedName, requiredLabel, wrong } from '../../rules.js';
import { validateHostUsers, validatePodSecurityContext } from './security.js';
import { validateVolumes } from './volumes.js';
import { validateHostProcess, validateOS } from './windows.js';

/** Absent for templates: what only a Pod itself is asked. */
export interface OfPod {
  readonly metadata: ObjectMeta;
}

function validatePodSpec(spec: PodSpec, path: string, pod?: OfPod): FieldError[] {
  const { usable, errors } = validateVolumes(spec.volumes, pod?.metadata, `${path}.volumes`);
  const claims = new Set((spec.resourceClaims ?? []).flatMap((c) => (c.name ? [c.name] : [])));
  return [
    ...(spec.terminationGracePeriodSeconds === undefined ? [required(`${path}.terminationGracePeriodSeconds`)] : []),
    ...errors,
    ...validateClaims(spec.resourceClaims, `${path}.resourceClaims`),
    ...validateAllContainers({ spec, volumes: usable, claims }, path),
    ...validatePodResources(spec, `${path}.resources`, claims),
    ...validateHostNetworkPorts(spec, path, pod !== undefined),
    ...oneOf(`${path}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...validateDNSPolicy(spec, `${path}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDNSConfig(spec, `${path}.dnsConfig`),
    ...(spec.readinessGates ?? []).flatMap((g, i) => qualifiedName(`${path}.readinessGates[${i}].conditionType`, g.conditionType ?? '')),
    ...validateSchedulingGates(spec, `${path}.schedulingGates`),
    ...validateSpread(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`),
    ...validateHostProcess(spec, path),
    ...validateHostUsers(spec, path),
    ...validateHostnameOverride(spec, `${path}.hostnameOverride`),
    ...validateNames(spec, path),
    ...(spec.overhead ? validateResources({ limits: spec.overhead }, `${path}.overhead`, new Set()) : []),
    ...validateOS(spec, path),
    ...validateFileVolumes(spec, path),
  ];
}

const subdomain = (path: string, name: string | undefined): FieldError[] => (name ? dnsSubdomain(path, name) : []);

/** Fields near the end that are single names and numbers. */
function validateNames(spec: PodSpec, path: string): FieldError[] {
  const deadline = spec.activeDeadlineSeconds;
  return [
    ...subdomain(`${path}.serviceAccountName`, spec.serviceAccountName),
    ...subdomain(`${path}.nodeName`, spec.nodeName),
    ...(deadline === undefined ? [] : wrong(`${path}.activeDeadlineSeconds`, deadline, isInRange(deadline, 1, 2 ** 31 - 1))),
    ...(spec.hostname ? dnsLabel(`${path}.hostname`, spec.hostname) : []),
    ...(spec.subdomain ? dnsLabel(`${path}.subdomain`, spec.subdomain) : []),
    ...validateTolerations(spec.tolerations, `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases, `${path}.hostAliases`),
    ...subdomain(`${path}.priorityClassName`, spec.priorityClassName),
    ...(spec.runtimeClassName === undefined ? [] : dnsSubdomain(`${path}.runtimeClassName`, spec.runtimeClassName)),
    ...ifAnyOneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']),
  ];
}

function validateHostnameOverride({ hostnameOverride, setHostnameAsFQDN, hostNetwork }: PodSpec, path: string): FieldError[] {
  if (hostnameOverride === undefined) return [];
  return [
    ...(setHostnameAsFQDN ? [forbiddenField(path, 'may not be specified when setHostnameAsFQDN is true')] : []),
    ...(hostNetwork ? [forbiddenField(path, 'may not be specified when hostNetwork is true')] : []),
    ...(hostnameOverride.length > 64 ? [tooLong(path, 64)] : []),
    ...dnsSubdomain(path, hostnameOverride),
  ];
}

function validateSchedulingGates(spec: PodSpec, path: string): FieldError[] {
  const seen = new Set<string>();
  return (spec.schedulingGates ?? []).flatMap(({ name = '' }, i) => {
    const errors = qualifiedName(`${path}[${i}]`, name);
    if (seen.has(name)) errors.push(duplicate(`${path}[${i}]`, name));
    seen.add(name);
    return errors;
  });
}

function validateClaims(claims: readonly PodResourceClaim[] | undefined, path: string): FieldError[] {
  const seen = new Set<string>();
  return (claims ?? []).flatMap((claim, i) => {
    const at = `${path}[${i}]`;
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    const shown = {
      Name: name,
      ResourceClaimName: resourceClaimName ?? null,
      ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
    };
    const errors = name && seen.has(name) ? [duplicate(`${at}.name`, name)] : requiredLabel(`${at}.name`, name);
    seen.add(name);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      errors.push(invalidValue(at, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'));
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      errors.push(invalidValue(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    }
    return [
      ...errors,
      ...(resourceClaimName === undefined ? [] : dnsSubdomain(`${at}.resourceClaimName`, resourceClaimName)),
      ...(resourceClaimTemplateName === undefined ? [] : dnsSubdomain(`${at}.resourceClaimTemplateName`, resourceClaimTemplateName)),
    ];
  });
}

/** What create and update check alike, but for metadata, which the door validates. */
export function validatePod(pod: Pod): FieldError[] {
  const { metadata, spec } = pod;
  const images = (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((c, i) => validateImageSpace(c, `spec.${list}[${i}]`)),
  );
  return [
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, 'spec', { metadata }),
    ...(spec.serviceAccountName ? [] : tokensWithoutAccount(spec)),
    ...images,
  ];
}

/** Admission gives a new Pod an account; an update can take it away. */
const tokensWithoutAccount = ({ volumes }: PodSpec): FieldError[] =>
  (volumes ?? []).flatMap(({ projected }, v) =>
    (projected?.sources ?? []).flatMap((source, s) =>
      source.serviceAccountToken
        ? [
            forbiddenField(
              `spec.volumes[${v}].projected.sources[${s}].serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          ]
        : [],
    ),
  );

export function validatePodCreate(pod: Pod): FieldError[] {
  const { metadata, spec } = pod;
  const errors = validatePod(pod);
  if (spec.ephemeralContainers?.length) errors.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return [...errors, ...validateProfilesMatch(metadata, spec, 'spec')];
}

/** Restart policies that a workload does not take are the callers' to refuse. */
export function validatePodTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  const { metadata, spec = { containers: [] } } = template;
  const annotations = `${path}.annotations`;
  return [
    ...validateLabels(metadata?.labels, `${path}.labels`),
    ...Object.keys(metadata?.annotations ?? {}).flatMap((key) => wrong(annotations, key, isQualifiedName(key.toLowerCase()))),
    ...validatePodAnnotations(metadata?.annotations, spec, annotations),
    ...validatePodSpec(spec, `${path}.spec`),
    ...validateProfilesMatch(metadata, spec, `${path}.spec`),
    ...(spec.ephemeralContainers?.length
      ? [forbiddenField(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ];
}
