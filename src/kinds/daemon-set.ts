// DaemonSet: one Pod on each node. Mirrors pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation and pkg/registry/apps/daemonset.
import { same } from '../lib/same.js';
import { type FieldError, invalidValue, notSupported, required } from '../model/field-error.js';
import type { DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy, LabelSelector, RollingUpdateDaemonSet } from '../model/generated/api.js';
import { allVerbs, type Kind } from '../model/kind.js';
import { formatLabels } from '../model/selector.js';
import { ageColumn, count, nameColumn, textColumn } from './columns.js';
import { isEmptySelector, isUsableSelector, validateLabelSelector } from './labels.js';
import { defaultPodTemplate, podTemplateWarnings } from './pod/template.js';
import { immutable, nonNegative } from './rules.js';
import { wideColumns } from './workload/columns.js';
import { describeDaemonSet } from './workload/describe.js';
import {
  internalStrategy,
  sizeOf,
  validateAtMost100Percent,
  validateLongRunningTemplate,
  validatePositiveIntOrPercent,
  validateTemplateLabels,
} from './workload/rules.js';
import { validateCollisions, validateCounts } from './workload/status.js';

/** A DaemonSet's count of changes of its template; it was a field once, and is an annotation since apps/v1. */
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation';

export const daemonSet: Kind<DaemonSet> = {
  names: {
    group: 'apps',
    version: 'v1',
    kind: 'DaemonSet',
    plural: 'daemonsets',
    singular: 'daemonset',
    shortNames: ['ds'],
    categories: ['all'],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: ['status'],
  schema: 'DaemonSet',
  hasGeneration: true,

  defaults({ metadata, spec }) {
    // A conversion of the API server writes it, before managers of fields are told of the object.
    metadata.annotations = { [templateGenerationAnnotation]: '0', ...metadata.annotations };
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate ??= {};
      spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
      spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
    }
    spec.revisionHistoryLimit ??= 10;
    defaultPodTemplate(spec.template);
  },
  prepareCreate(obj) {
    obj.status = { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 };
    setTemplateGeneration(obj, 1);
  },
  prepareUpdate(obj, old) {
    const generation = Number(old.metadata.annotations?.[templateGenerationAnnotation] ?? 0);
    setTemplateGeneration(obj, same(obj.spec.template, old.spec.template) ? generation : generation + 1);
  },
  validateCreate: ({ spec }) => validateSpec(spec),
  validateUpdate: ({ spec }, old) => [...immutable('spec.selector', spec.selector, old.spec.selector), ...validateSpec(spec)],
  validateStatusUpdate: ({ status = {} }, old) => [...validateCounts(status, counts), ...validateCollisions(status, old.status ?? {})],
  warnings: (obj, old) => (old && same(obj.spec.template, old.spec.template) ? [] : podTemplateWarnings(obj.spec.template)),

  columns: [
    nameColumn,
    count('Desired', (o: DaemonSet) => o.status?.desiredNumberScheduled),
    count('Current', (o: DaemonSet) => o.status?.currentNumberScheduled),
    count('Ready', (o: DaemonSet) => o.status?.numberReady),
    count('Up-to-date', (o: DaemonSet) => o.status?.updatedNumberScheduled),
    count('Available', (o: DaemonSet) => o.status?.numberAvailable),
    textColumn('Node Selector', (o) => formatLabels(o.spec.template.spec?.nodeSelector)),
    ageColumn,
    ...wideColumns,
  ],
  describe: describeDaemonSet,
};

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

function setTemplateGeneration(obj: DaemonSet, n: number): void {
  obj.metadata.annotations = { ...obj.metadata.annotations, [templateGenerationAnnotation]: String(n) };
}

function validateSpec(spec: DaemonSetSpec): FieldError[] {
  return [
    ...validateSelector(spec),
    ...validateLongRunningTemplate(spec.template, 'spec.template', 'DaemonSet'),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateUpdateStrategy(spec.updateStrategy ?? {}),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ];
}

function validateSelector(spec: DaemonSetSpec): FieldError[] {
  const selector = spec.selector as LabelSelector | undefined;
  if (!selector) return validateTemplateLabels(undefined, spec.template, 'spec.template');
  const errors = validateLabelSelector(selector, 'spec.selector');
  if (isUsableSelector(selector)) errors.push(...validateTemplateLabels(selector, spec.template, 'spec.template'));
  if (isEmptySelector(selector)) errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for daemonset'));
  return errors;
}

function validateUpdateStrategy(strategy: DaemonSetUpdateStrategy): FieldError[] {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') return [];
  if (type === 'RollingUpdate') {
    return rollingUpdate ? validateRollingUpdate(rollingUpdate, `${path}.rollingUpdate`) : [required(`${path}.rollingUpdate`)];
  }
  return [notSupported(path, internalStrategy(strategy), ['RollingUpdate', 'OnDelete'])];
}

function validateRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDaemonSet, path: string): FieldError[] {
  const errors = [
    ...validatePositiveIntOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...validatePositiveIntOrPercent(maxSurge, `${path}.maxSurge`),
    ...validateAtMost100Percent(maxUnavailable, `${path}.maxUnavailable`),
    ...validateAtMost100Percent(maxSurge, `${path}.maxSurge`),
  ];
  const [unavailable, surge] = [sizeOf(maxUnavailable), sizeOf(maxSurge)];
  if (unavailable !== 0 && surge !== 0) {
    errors.push(invalidValue(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  }
  if (unavailable === 0 && surge === 0) errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}
