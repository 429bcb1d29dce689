// NetworkPolicy: which packets Pods may send and get. What it does to packets is network/policy.
// Mirrors pkg/apis/networking/v1/defaults.go, pkg/apis/networking/validation and pkg/registry/networking/networkpolicy.
import type { NetworkPolicy } from '../../model/generated/api.js';
import { allVerbs, type Kind } from '../../model/kind.js';
import { ageColumn, nameColumn, textColumn } from '../columns.js';
import { formatSelector } from '../labels.js';
import { describe } from './describe.js';
import { validate } from './validate.js';

export const networkPolicy: Kind<NetworkPolicy> = {
  names: {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    singular: 'networkpolicy',
    shortNames: ['netpol'],
    categories: [],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'NetworkPolicy',
  hasGeneration: true,
  countsEmpties: true,
  defaults({ spec }) {
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
    if (!spec.policyTypes?.length) spec.policyTypes = ['Ingress', ...(spec.egress?.length ? ['Egress'] : [])];
  },
  validateCreate: validate,
  validateUpdate: validate,
  columns: [nameColumn, textColumn('Pod-Selector', (o) => formatSelector(o.spec.podSelector)), ageColumn],
  describe,
};
