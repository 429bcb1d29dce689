// Endpoints: the older list of a Service's addresses, deprecated since 1.33. Mirrors ValidateEndpoints of pkg/apis/core/validation.
import { isValidIP, joinHostPort } from '../lib/ip.js';
import { isDNS1123Subdomain, isValidPortNum } from '../lib/names.js';
import { PrefixWriter } from '../lib/prefix-writer.js';
import { type FieldError, required } from '../model/field-error.js';
import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset } from '../model/generated/api.js';
import { allVerbs, type DescribeContext, type Kind } from '../model/kind.js';
import { ageColumn, atMostThree, nameColumn, textColumn } from './columns.js';
import { eventsOf, writeEvents } from './describe/events.js';
import { writeHead } from './describe/lines.js';
import { dnsLabel, dnsSubdomain, nonSpecialIP, protocol, qualifiedName, wrong } from './rules.js';

const deprecation = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';

export const endpoints: Kind<Endpoints> = {
  names: {
    group: '',
    version: 'v1',
    kind: 'Endpoints',
    plural: 'endpoints',
    singular: 'endpoints',
    shortNames: ['ep'],
    categories: [],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'Endpoints',
  hasGeneration: false,
  storagePrefix: 'services/endpoints',
  createsOnUpdate: true,
  defaults(obj) {
    for (const subset of obj.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  },
  prepareCreate: canonicalize,
  prepareUpdate: canonicalize,
  validateCreate: (obj) => (obj.subsets ?? []).flatMap((s, i) => validateSubset(s, `subsets[${i}]`)),
  validateUpdate: (obj) => (obj.subsets ?? []).flatMap((s, i) => validateSubset(s, `subsets[${i}]`)),
  validateName: isDNS1123Subdomain,
  readWarning: deprecation,
  columns: [nameColumn, textColumn('Endpoints', (e) => atMostThree((e.subsets ?? []).flatMap(readyAddresses)) || '<none>'), ageColumn],
  describe,
};

/** An empty list is no list, as it is once it was stored. */
function canonicalize(obj: Endpoints): void {
  if (obj.subsets?.length === 0) delete obj.subsets;
}

function readyAddresses({ addresses = [], ports = [] }: EndpointSubset): string[] {
  if (ports.length === 0) return addresses.map((a) => a.ip);
  return ports.flatMap((p) => addresses.map((a) => joinHostPort(a.ip, p.port)));
}

function validateSubset(subset: EndpointSubset, path: string): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const none = addresses.length === 0 && notReadyAddresses.length === 0;
  return [
    ...(none ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((a, i) => validateAddress(a, `${path}.addresses[${i}]`)),
    ...notReadyAddresses.flatMap((a, i) => validateAddress(a, `${path}.notReadyAddresses[${i}]`)),
    ...ports.flatMap((p, i) => validatePort(p, ports.length > 1, `${path}.ports[${i}]`)),
  ];
}

function validateAddress({ ip = '', hostname, nodeName }: EndpointAddress, path: string): FieldError[] {
  const errors = wrong(`${path}.ip`, ip, isValidIP(ip));
  if (hostname) errors.push(...dnsLabel(`${path}.hostname`, hostname));
  if (nodeName !== undefined) errors.push(...dnsSubdomain(`${path}.nodeName`, nodeName));
  return [...errors, ...nonSpecialIP(`${path}.ip`, ip)];
}

function validatePort(
  { name = '', port = 0, protocol: spoken, appProtocol }: EndpointPort,
  needsName: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (name === '') errors.push(...(needsName ? [required(`${path}.name`)] : []));
  else errors.push(...dnsLabel(`${path}.name`, name));
  errors.push(...wrong(`${path}.port`, port, isValidPortNum(port)));
  errors.push(...protocol(`${path}.protocol`, spoken));
  if (appProtocol !== undefined) errors.push(...qualifiedName(`${path}.appProtocol`, appProtocol));
  return errors;
}

function describe(obj: Endpoints, ctx: DescribeContext): string {
  const w = new PrefixWriter();
  writeHead(w, obj);
  w.write(0, 'Subsets:\n');
  for (const subset of obj.subsets ?? []) {
    const list = (addresses: readonly EndpointAddress[] = []) => addresses.map((a) => a.ip).join(',') || '<none>';
    w.line(1, 'Addresses:', list(subset.addresses));
    w.line(1, 'NotReadyAddresses:', list(subset.notReadyAddresses));
    if (subset.ports?.length) {
      w.write(1, 'Ports:\n');
      w.line(2, 'Name', 'Port', 'Protocol');
      w.line(2, '----', '----', '--------');
      for (const p of subset.ports) w.line(2, p.name || '<unset>', p.port, p.protocol ?? '');
    }
    w.write(0, '\n');
  }
  writeEvents(w, eventsOf(obj, ctx), ctx.now);
  return w.toString();
}
