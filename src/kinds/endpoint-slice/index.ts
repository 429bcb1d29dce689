// EndpointSlice: at most a hundred of a Service's endpoints. Mirrors pkg/registry/discovery/endpointslice and k8s.io/api/discovery/v1.
import { isDNS1123Subdomain } from '../../lib/names.js';
import { same } from '../../lib/same.js';
import type { EndpointSlice } from '../../model/generated/api.js';
import type { Kind } from '../../model/kind.js';
import { ageColumn, atMostThree, nameColumn, textColumn } from '../columns.js';
import { describe } from './describe.js';
import { validateSlice, validateSliceUpdate } from './validate.js';

export const endpointSlice: Kind<EndpointSlice> = {
  names: {
    group: 'discovery.k8s.io',
    version: 'v1',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    singular: 'endpointslice',
    shortNames: [],
    categories: [],
    namespaced: true,
  },
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: [],
  schema: 'EndpointSlice',
  hasGeneration: true,
  defaults(obj) {
    for (const port of obj.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  prepareCreate: canonicalize,
  prepareUpdate(obj, old) {
    canonicalize(obj);
    // Labels count too: they say whose slice it is. Other changes are counted by the door.
    if (!same(obj.metadata.labels, old.metadata.labels)) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validateCreate: validateSlice,
  validateUpdate: validateSliceUpdate,
  validateName: isDNS1123Subdomain,
  columns: [
    nameColumn,
    textColumn('AddressType', (s) => s.addressType),
    textColumn('Ports', (s) => atMostThree((s.ports ?? []).map((p) => String(p.port ?? (p.name || '*')))) || '<unset>'),
    textColumn('Endpoints', (s) => atMostThree((s.endpoints ?? []).flatMap((e) => e.addresses)) || '<unset>'),
    ageColumn,
  ],
  describe,
};

/** Both lists are always shown: an empty one is null, as it is once it was stored. */
function canonicalize(obj: EndpointSlice): void {
  const shown = obj as { endpoints?: unknown; ports?: unknown };
  if (!obj.endpoints?.length) shown.endpoints = null;
  if (!obj.ports?.length) shown.ports = null;
}
