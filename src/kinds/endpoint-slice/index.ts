// EndpointSlice: at most a hundred of a Service's endpoints. Mirrors pkg/registry/discovery/endpointslice and k8s.io/api/discovery/v1.
import { ipWarning } from '../../lib/ip.js';
import { isDNS1123Subdomain } from '../../lib/names.js';
import { PrefixWriter } from '../../lib/prefix-writer.js';
import { same } from '../../lib/same.js';
import type { Endpoint, EndpointSlice } from '../../model/generated/api.js';
import { allVerbs, type DescribeContext, type Kind } from '../../model/kind.js';
import { ageColumn, atMostThree, nameColumn, textColumn } from '../columns.js';
import { eventsOf, writeEvents } from '../describe/events.js';
import { writeHead } from '../describe/lines.js';
import { managedByLabel, mirrorController, sliceController } from '../service/facts.js';
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
  verbs: allVerbs,
  subresources: [],
  schema: 'EndpointSlice',
  hasGeneration: true,
  defaults(obj) {
    for (const port of obj.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  prepareCreate(obj) {
    canonicalize(obj);
    dropTopology(obj);
  },
  prepareUpdate(obj, old) {
    canonicalize(obj);
    if (!same(obj.endpoints, old.endpoints)) dropTopology(obj);
    // Labels count too: they say whose slice it is. Other changes are counted by the door.
    if (!same(obj.metadata.labels, old.metadata.labels)) obj.metadata.generation = (old.metadata.generation ?? 0) + 1;
  },
  validateCreate: validateSlice,
  validateUpdate: validateSliceUpdate,
  validateName: isDNS1123Subdomain,
  warnings: (obj, old) => [
    ...(obj.addressType === 'FQDN' && !old ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...addressWarnings(obj),
  ],
  columns: [
    nameColumn,
    textColumn('AddressType', (s) => s.addressType),
    textColumn('Ports', (s) => atMostThree((s.ports ?? []).map((p) => String(p.port ?? p.name ?? '*'))) || '<unset>'),
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

/** A field of the version before v1, where alone it is written. */
function dropTopology(obj: EndpointSlice): void {
  for (const endpoint of obj.endpoints ?? []) delete endpoint.deprecatedTopology;
}

/** Addresses that are right but written in another way; those that controllers copied are not looked at. */
function addressWarnings(obj: EndpointSlice): string[] {
  if ([sliceController, mirrorController].includes(obj.metadata.labels?.[managedByLabel] ?? '')) return [];
  return (obj.endpoints ?? []).flatMap((e, i) =>
    (e.addresses ?? []).flatMap((address, j) => {
      const warning = ipWarning(address);
      return warning === undefined ? [] : [`endpoints[${i}].addresses[${j}]: ${warning}`];
    }),
  );
}

/** `kubectl describe endpointslice`. Mirrors describeEndpointSliceV1 of k8s.io/kubectl/pkg/describe/describe.go. */
function describe(slice: EndpointSlice, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  writeHead(w, slice);
  w.line(0, 'AddressType:', slice.addressType);
  writePorts(w, slice);
  const endpoints = slice.endpoints ?? [];
  w.write(0, endpoints.length === 0 ? 'Endpoints: <none>\n' : 'Endpoints:\n');
  for (const endpoint of endpoints) writeEndpoint(w, endpoint);
  writeEvents(w, eventsOf(slice, ctx), ctx.now);
  return w.toString();
}

function writePorts(w: PrefixWriter, { ports }: EndpointSlice): void {
  if (!ports?.length) {
    w.write(0, 'Ports: <unset>\n');
    return;
  }
  w.write(0, 'Ports:\n');
  w.line(1, 'Name', 'Port', 'Protocol');
  w.line(1, '----', '----', '--------');
  for (const p of ports) w.line(1, p.name || '<unset>', p.port ?? '<unset>', p.protocol ?? '');
}

function writeEndpoint(w: PrefixWriter, e: Endpoint): void {
  w.line(1, '- Addresses:', e.addresses.join(', ') || '<none>');
  w.write(2, 'Conditions:\n');
  w.line(3, 'Ready:', String(e.conditions?.ready ?? '<unset>'));
  w.line(2, 'Hostname:', e.hostname ?? '<unset>');
  if (e.targetRef) w.line(2, 'TargetRef:', `${e.targetRef.kind ?? ''}/${e.targetRef.name ?? ''}`);
  w.line(2, 'NodeName:', e.nodeName ?? '<unset>');
  w.line(2, 'Zone:', e.zone ?? '<unset>');
  const topology = Object.entries(e.deprecatedTopology ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (topology.length > 0) w.write(2, 'Topology:\n');
  for (const [key, value] of topology) w.write(3, `${key}=${value}\n`);
}
