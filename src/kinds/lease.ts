// Lease (coordination.k8s.io): who leads, which kubelet is alive. Mirrors pkg/apis/coordination/validation and pkg/printers.
import { type FieldError, invalidValue, required } from '../model/field-error.js';
import type { Lease } from '../model/generated/api.js';
import { allVerbs, type Kind } from '../model/kind.js';
import { ageColumn, nameColumn, textColumn } from './columns.js';

export const lease: Kind<Lease> = {
  names: {
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    plural: 'leases',
    singular: 'lease',
    shortNames: [],
    categories: [],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'Lease',
  hasGeneration: false,
  createsOnUpdate: true,
  validateCreate: validate,
  validateUpdate: validate,
  columns: [nameColumn, textColumn('Holder', (o) => o.spec?.holderIdentity ?? ''), ageColumn],
};

function validate({ spec = {} }: Lease): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0)
    errors.push(invalidValue('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'));
  if (spec.leaseTransitions !== undefined && spec.leaseTransitions < 0)
    errors.push(invalidValue('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'));
  if (spec.preferredHolder && !spec.strategy)
    errors.push(required('spec.strategy', 'must be specified when `preferredHolder` is specified'));
  return errors;
}
