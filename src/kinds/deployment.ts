// Deployment: a template rolled out through ReplicaSets.
// Mirrors pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation and pkg/registry/apps/deployment.
import { same } from '../lib/same.js';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../model/field-error.js';
import type { Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment } from '../model/generated/api.js';
import { allVerbs, type Kind } from '../model/kind.js';
import { ageColumn, nameColumn, textColumn } from './columns.js';
import { keepMetadata } from './keep-metadata.js';
import { defaultPodTemplate, podTemplateWarnings } from './pod/template.js';
import { immutable, nonNegative } from './rules.js';
import { scale, wideColumns } from './workload/columns.js';
import { describeDeployment } from './workload/describe.js';
import {
  internalStrategy,
  nameWarnings,
  sizeOf,
  validateAtMost100Percent,
  validatePositiveIntOrPercent,
  validateReplicated,
  validateSelector,
} from './workload/rules.js';
import { validateCollisions, validateCounts, validateReplicaParts } from './workload/status.js';

export const deployment: Kind<Deployment> = {
  names: {
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    plural: 'deployments',
    singular: 'deployment',
    shortNames: ['deploy'],
    categories: ['all'],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: ['scale', 'status'],
  schema: 'Deployment',
  hasGeneration: true,

  defaults({ spec }) {
    spec.replicas ??= 1;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
      spec.strategy.rollingUpdate.maxSurge ??= '25%';
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    defaultPodTemplate(spec.template);
  },
  prepareCreate(obj) {
    obj.status = {};
  },
  prepareUpdate(obj, old) {
    // Annotations count too: a rollout puts old ones back. What else changes is counted by the door.
    if (!same(obj.metadata.annotations, old.metadata.annotations)) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validateCreate: ({ spec }) => validateSpec(spec),
  validateUpdate: ({ spec }, old) => [...validateSpec(spec), ...immutable('spec.selector', spec.selector, old.spec.selector)],
  prepareStatusUpdate: (obj, old) => keepMetadata(obj, old, ['labels']),
  validateStatusUpdate: ({ status = {} }, old) => [
    ...validateCounts(status, counts),
    ...validateReplicaParts(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
    ...validateCollisions(status, old.status ?? {}),
  ],
  warnings(obj, old) {
    if (!old) return [...nameWarnings(obj.metadata.name), ...podTemplateWarnings(obj.spec.template)];
    const counted = !same(obj.spec, old.spec) || !same(obj.metadata.annotations, old.metadata.annotations);
    return counted ? podTemplateWarnings(obj.spec.template) : [];
  },
  scale,

  columns: [
    nameColumn,
    textColumn('Ready', (o) => `${o.status?.readyReplicas ?? 0}/${o.spec.replicas ?? 0}`),
    textColumn('Up-to-date', (o) => o.status?.updatedReplicas ?? 0),
    textColumn('Available', (o) => o.status?.availableReplicas ?? 0),
    ageColumn,
    ...wideColumns,
  ],
  describe: describeDeployment,
};

const counts = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];

function validateSpec(spec: DeploymentSpec): FieldError[] {
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...validateSelector(spec.selector),
    ...validateReplicated(spec, 'spec'),
    ...validateStrategy(spec.strategy ?? {}),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...validateDeadline(spec),
  ];
}

function validateDeadline({ progressDeadlineSeconds, minReadySeconds = 0 }: DeploymentSpec): FieldError[] {
  if (progressDeadlineSeconds === undefined) return [];
  const path = 'spec.progressDeadlineSeconds';
  const errors = nonNegative(path, progressDeadlineSeconds);
  if (progressDeadlineSeconds <= minReadySeconds) {
    errors.push(invalidValue(path, progressDeadlineSeconds, 'must be greater than minReadySeconds'));
  }
  return errors;
}

function validateStrategy(strategy: DeploymentStrategy): FieldError[] {
  const path = 'spec.strategy';
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    return rollingUpdate ? [forbiddenField(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")] : [];
  }
  if (type === 'RollingUpdate') {
    if (!rollingUpdate) return [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')];
    return validateRollingUpdate(rollingUpdate, `${path}.rollingUpdate`);
  }
  return [notSupported(path, internalStrategy(strategy), ['Recreate', 'RollingUpdate'])];
}

function validateRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDeployment, path: string): FieldError[] {
  const errors = [
    ...validatePositiveIntOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...validatePositiveIntOrPercent(maxSurge, `${path}.maxSurge`),
  ];
  if (sizeOf(maxUnavailable) === 0 && sizeOf(maxSurge) === 0) {
    errors.push(invalidValue(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...validateAtMost100Percent(maxUnavailable, `${path}.maxUnavailable`)];
}
