// Service: a name and an address for Pods. Mirrors pkg/registry/core/service and ServiceSpec of k8s.io/api/core/v1.
import { isDNS1123Label } from '../../lib/names.js';
import type { Service } from '../../model/generated/api.js';
import { allVerbs, type Kind } from '../../model/kind.js';
import { allocateNew, allocateUpdate, claims, release } from './allocate.js';
import { columns } from './columns.js';
import { describe } from './describe.js';
import { hasSelector } from './facts.js';
import { defaults, dropInternalPolicy, dropTypeDependent, keepAllocated, normalizeClusterIPs } from './prepare.js';
import { validateService, validateServiceStatus, validateServiceUpdate } from './validate.js';
import { warnings } from './warnings.js';

export const service: Kind<Service> = {
  names: {
    group: '',
    version: 'v1',
    kind: 'Service',
    plural: 'services',
    singular: 'service',
    shortNames: ['svc'],
    categories: ['all'],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: ['proxy', 'status'],
  schema: 'Service',
  hasGeneration: false,
  storagePrefix: 'services/specs',
  createsOnUpdate: true,
  defaults,
  // Addresses and ports are claimed before validation, as upstream does: what cannot be had is the only error then.
  prepareCreate(obj, ctx) {
    obj.status = { loadBalancer: {} };
    normalizeClusterIPs(obj);
    dropInternalPolicy(obj);
    allocateNew(obj, ctx);
  },
  prepareUpdate(obj, old, ctx) {
    obj.status = old.status;
    keepAllocated(obj, old);
    normalizeClusterIPs(obj, old);
    allocateUpdate(obj, old, ctx);
    dropTypeDependent(obj, old);
    dropInternalPolicy(obj);
  },
  claims,
  release,
  validateCreate: validateService,
  validateUpdate: validateServiceUpdate,
  validateStatusUpdate: validateServiceStatus,
  // Since 1.36 a Service's name may begin with a digit.
  validateName: isDNS1123Label,
  warnings,
  selector: (obj) => (hasSelector(obj) ? obj.spec.selector : undefined),
  fields: (obj) => ({ 'spec.clusterIP': obj.spec.clusterIP ?? '', 'spec.type': obj.spec.type ?? '' }),
  columns,
  describe,
};
