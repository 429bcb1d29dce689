// Containers, init containers and ephemeral containers. Mirrors validateContainers, validateInitContainers,
// validateEphemeralContainers and validateContainerCommon of Kubernetes.
import { isValidPortName, isValidPortNum } from '../../../lib/names.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, notFoundValue, required, tooMany } from '../../../model/field-error.js';
import type { Container, ContainerPort, ContainerRestartRule, EphemeralContainer, PodSpec } from '../../../model/generated/api.js';
import { validateEnv, validateEnvFrom } from './env.js';
import { validateHandlers } from './handlers.js';
import { validateDevices, validateMounts, type Volumes } from './mounts.js';
import { validateUniqueHostPorts } from './network.js';
import { validateResizePolicy, validateResources } from './resources.js';
import { ifAnyOneOf, oneOf, protocol, pullPolicy, requiredLabel, wrong } from '../../rules.js';
import { validateSecurityContext } from './security.js';

/** What containers are checked against. */
export interface Surroundings {
  readonly spec: PodSpec;
  readonly volumes: Volumes;
  /** Names of spec.resourceClaims. */
  readonly claims: ReadonlySet<string>;
}

export function validateAllContainers(around: Surroundings, path: string): FieldError[] {
  return [
    ...validateContainers(around, `${path}.containers`),
    ...validateInitContainers(around, `${path}.initContainers`),
    ...validateEphemeralContainers(around, `${path}.ephemeralContainers`),
  ];
}

function validateContainers(around: Surroundings, path: string): FieldError[] {
  const { spec } = around;
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((c, i) => {
    const at = `${path}[${i}]`;
    const own = validateCommon(c, at, around);
    if (names.has(c.name ?? '')) own.push(duplicate(`${at}.name`, c.name ?? ''));
    names.add(c.name ?? '');
    return [...own, ...validateHandlers(c, at, spec.terminationGracePeriodSeconds), ...validateRestartPolicy(c, at)];
  });
  return [...errors, ...validateUniqueHostPorts(containers, (i) => `${path}[${i}]`)];
}

function validateInitContainers(around: Surroundings, path: string): FieldError[] {
  const { spec } = around;
  const names = new Set((spec.containers ?? []).map((c) => c.name));
  return (spec.initContainers ?? []).flatMap((c, i) => {
    const at = `${path}[${i}]`;
    const errors = [...validateCommon(c, at, around), ...validateInitRestartPolicy(c, at)];
    if (names.has(c.name ?? '')) errors.push(duplicate(`${at}.name`, c.name ?? ''));
    else if (c.name) names.add(c.name);
    // They run one by one, so that only a container's own ports can meet.
    errors.push(...validateUniqueHostPorts([c], () => `${path}[0]`));
    if (c.restartPolicy === 'Always') return [...errors, ...validateHandlers(c, at, spec.terminationGracePeriodSeconds)];
    return [...errors, ...refuseHandlers(c, at), ...refuseRestarts(c, at)];
  });
}

const refuseRestarts = (c: Container, path: string): FieldError[] =>
  (c.resizePolicy ?? []).flatMap(({ restartPolicy }, i) =>
    restartPolicy === 'RestartContainer'
      ? [
          invalidValue(
            `${path}.resizePolicy[${i}].restartPolicy`,
            restartPolicy,
            "must not be set to 'RestartContainer' for non-sidecar initContainers",
          ),
        ]
      : [],
  );

const refuseHandlers = (c: Container, path: string): FieldError[] =>
  (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    .filter((field) => c[field] !== undefined)
    .map((field) => forbiddenField(`${path}.${field}`, 'may not be set for init containers without restartPolicy=Always'));

function validateInitRestartPolicy(c: Container, path: string): FieldError[] {
  if (c.restartPolicy !== undefined) return validateRestartPolicy(c, path);
  return c.restartPolicyRules?.length ? [needsPolicy(path)] : [];
}

const needsPolicy = (path: string): FieldError =>
  required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used');

function validateRestartPolicy(c: Container, path: string): FieldError[] {
  const rules = c.restartPolicyRules ?? [];
  const at = `${path}.restartPolicyRules`;
  const errors = ifAnyOneOf(`${path}.restartPolicy`, c.restartPolicy, ['Always', 'Never', 'OnFailure']);
  if (c.restartPolicy === undefined && rules.length > 0) errors.push(needsPolicy(path));
  if (rules.length > 20) errors.push(tooMany(at, rules.length, 20));
  return [...errors, ...rules.flatMap((rule, i) => validateRestartRule(rule, `${at}[${i}]`))];
}

function validateRestartRule({ action, exitCodes }: ContainerRestartRule, path: string): FieldError[] {
  const errors = ifAnyOneOf(`${path}.action`, action ?? '', ['Restart', 'RestartAllContainers']);
  if (!exitCodes) return [...errors, required(`${path}.exitCodes`, 'must be specified')];
  errors.push(...ifAnyOneOf(`${path}.exitCodes.operator`, exitCodes.operator ?? '', ['In', 'NotIn']));
  const values = exitCodes.values ?? [];
  if (values.length > 255) errors.push(tooMany(`${path}.exitCodes.values`, values.length, 255));
  return errors;
}

const ephemeralForbidden = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const notEphemeral = 'cannot be set for an Ephemeral Container';

function validateEphemeralContainers(around: Surroundings, path: string): FieldError[] {
  const { spec } = around;
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => c.name));
  const names = new Set(others);
  return (spec.ephemeralContainers ?? []).flatMap((c: EphemeralContainer, i) => {
    const at = `${path}[${i}]`;
    const errors = [...validateCommon(c, at, around), ...validateImageSpace(c, at)];
    if (names.has(c.name)) errors.push(duplicate(`${at}.name`, c.name));
    names.add(c.name);
    if (c.targetContainerName && !others.has(c.targetContainerName)) {
      errors.push(notFoundValue(`${at}.targetContainerName`, c.targetContainerName));
    }
    for (const field of ephemeralForbidden) {
      const value: unknown = c[field];
      const empty = value === undefined || (field === 'resources' && Object.keys(value as object).length === 0);
      if (!empty) errors.push(forbiddenField(`${at}.${field}`, notEphemeral));
    }
    for (const [j, m] of (c.volumeMounts ?? []).entries()) {
      if (m.subPath) errors.push(forbiddenField(`${at}.volumeMounts[${j}].subPath`, notEphemeral));
      if (m.subPathExpr) errors.push(forbiddenField(`${at}.volumeMounts[${j}].subPathExpr`, notEphemeral));
    }
    return errors;
  });
}

/** Only Pods are this strict: in templates " " has been a placeholder for too long. */
export const validateImageSpace = (c: Pick<Container, 'image'>, path: string): FieldError[] =>
  c.image && c.image.trim() !== c.image ? [invalidValue(`${path}.image`, c.image, 'must not have leading or trailing whitespace')] : [];

function validateCommon(c: Container, path: string, { spec, volumes, claims }: Surroundings): FieldError[] {
  return [
    ...requiredLabel(`${path}.name`, c.name),
    ...(c.image ? [] : [required(`${path}.image`)]),
    ...oneOf(`${path}.terminationMessagePolicy`, c.terminationMessagePolicy, ['File', 'FallbackToLogsOnError']),
    ...validatePorts(c.ports, `${path}.ports`),
    ...validateEnv(c.env, `${path}.env`),
    ...validateEnvFrom(c.envFrom, `${path}.envFrom`),
    ...validateMounts(c, `${path}.volumeMounts`, volumes),
    ...validateDevices(c, `${path}.volumeDevices`, volumes),
    ...pullPolicy(`${path}.imagePullPolicy`, c.imagePullPolicy),
    ...validateResources(c.resources, `${path}.resources`, claims),
    ...validateResizePolicy(c, `${path}.resizePolicy`, spec.restartPolicy),
    ...validateSecurityContext(c.securityContext, `${path}.securityContext`, spec.hostUsers ?? true),
  ];
}

function validatePorts(ports: readonly ContainerPort[] | undefined, path: string): FieldError[] {
  const names = new Set<string>();
  return (ports ?? []).flatMap((p, i) => {
    const at = `${path}[${i}]`;
    const errors = p.name ? wrong(`${at}.name`, p.name, isValidPortName(p.name)) : [];
    if (p.name && errors.length === 0) {
      if (names.has(p.name)) errors.push(duplicate(`${at}.name`, p.name));
      names.add(p.name);
    }
    errors.push(
      ...(p.containerPort
        ? wrong(`${at}.containerPort`, p.containerPort, isValidPortNum(p.containerPort))
        : [required(`${at}.containerPort`)]),
    );
    if (p.hostPort) errors.push(...wrong(`${at}.hostPort`, p.hostPort, isValidPortNum(p.hostPort)));
    return [...errors, ...protocol(`${at}.protocol`, p.protocol)];
  });
}
