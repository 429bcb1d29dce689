// ReplicaSet: so many Pods of one template. Mirrors pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation and pkg/registry/apps/replicaset.
import { same } from '../lib/same.js';
import type { FieldError } from '../model/field-error.js';
import type { ReplicaSet, ReplicaSetSpec } from '../model/generated/api.js';
import { allVerbs, type Kind } from '../model/kind.js';
import { ageColumn, count, nameColumn } from './columns.js';
import { defaultPodTemplate, podTemplateWarnings } from './pod/template.js';
import { immutable, nonNegative } from './rules.js';
import { scale, wideColumns } from './workload/columns.js';
import { describeReplicaSet } from './workload/describe.js';
import { nameWarnings, validateReplicated, validateSelector } from './workload/rules.js';
import { validateCounts, validateReplicaParts } from './workload/status.js';

export const replicaSet: Kind<ReplicaSet> = {
  names: {
    group: 'apps',
    version: 'v1',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    singular: 'replicaset',
    shortNames: ['rs'],
    categories: ['all'],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: ['scale', 'status'],
  schema: 'ReplicaSet',
  hasGeneration: true,

  defaults({ spec }) {
    spec.replicas ??= 1;
    if (spec.template) defaultPodTemplate(spec.template);
  },
  prepareCreate(obj) {
    obj.status = { replicas: 0 };
  },
  validateCreate: ({ spec }) => validateSpec(spec),
  validateUpdate: ({ spec }, old) => [...validateSpec(spec), ...immutable('spec.selector', spec.selector, old.spec.selector)],
  validateStatusUpdate: ({ status = {} }) => [
    ...validateCounts(status, counts),
    ...validateReplicaParts(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
  ],
  warnings(obj, old) {
    if (!old) return [...nameWarnings(obj.metadata.name), ...podTemplateWarnings(obj.spec.template)];
    return same(obj.spec, old.spec) ? [] : podTemplateWarnings(obj.spec.template);
  },
  scale,

  columns: [
    nameColumn,
    count('Desired', (o: ReplicaSet) => o.spec.replicas),
    count('Current', (o: ReplicaSet) => o.status?.replicas),
    count('Ready', (o: ReplicaSet) => o.status?.readyReplicas),
    ageColumn,
    ...wideColumns,
  ],
  describe: describeReplicaSet,
};

const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration', 'terminatingReplicas'];

function validateSpec(spec: ReplicaSetSpec): FieldError[] {
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...validateSelector(spec.selector),
    ...validateReplicated(spec, 'spec'),
  ];
}
