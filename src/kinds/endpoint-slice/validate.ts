// Whether an EndpointSlice is valid. Mirrors pkg/apis/discovery/validation/validation.go.
import { familyOf, isCanonicalIP, isValidIP } from '../../lib/ip.js';
import { isDNS1123Label, isDNS1123Subdomain, isValidLabelValue } from '../../lib/names.js';
import { same } from '../../lib/same.js';
import { duplicate, type FieldError, invalidValue, required, tooMany } from '../../model/field-error.js';
import type { DiscoveryV1EndpointPort, Endpoint, EndpointHints, EndpointSlice } from '../../model/generated/api.js';
import { dnsLabel, dnsSubdomain, ifAnyProtocol, immutable, nonSpecialIP, oneOf, qualifiedName, wrong } from '../rules.js';

const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;
const maxHints = 8;
const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

export const validateSlice = (slice: EndpointSlice): FieldError[] => [...validateRest(slice), ...validateEndpoints(slice)];

export function validateSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  // Endpoints that were taken once, by older versions, may stay.
  return [
    ...validateRest(slice),
    ...(same(slice.endpoints, old.endpoints) ? [] : validateEndpoints(slice)),
    ...immutable('addressType', slice.addressType, old.addressType),
  ];
}

const validateRest = (slice: EndpointSlice): FieldError[] => [
  ...oneOf('addressType', slice.addressType, addressTypes),
  ...validatePorts(slice.ports ?? []),
];

function validateEndpoints({ endpoints, addressType }: EndpointSlice): FieldError[] {
  const list = endpoints ?? [];
  if (list.length > maxEndpoints) return [tooMany('endpoints', list.length, maxEndpoints)];
  return list.flatMap((e, i) => validateEndpoint(e, addressType, `endpoints[${i}]`));
}

function validateEndpoint(endpoint: Endpoint, type: string, path: string): FieldError[] {
  const addresses = endpoint.addresses ?? [];
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, 'must contain at least 1 address'));
  else if (addresses.length > maxAddresses) errors.push(tooMany(`${path}.addresses`, addresses.length, maxAddresses));
  errors.push(...addresses.flatMap((a, i) => validateAddress(a, type, `${path}.addresses`, i)));
  const { nodeName, hostname, hints } = endpoint;
  if (nodeName !== undefined) errors.push(...dnsSubdomain(`${path}.nodeName`, nodeName));
  if (hostname !== undefined) errors.push(...dnsLabel(`${path}.hostname`, hostname));
  if (hints) errors.push(...validateHints(hints, `${path}.hints`));
  return errors;
}

/** IPv6 came later: only there is another writing of the same address refused. */
const addressRules: Readonly<Record<string, (address: string) => string[]>> = { IPv4: isValidIP, IPv6: isCanonicalIP };

function validateAddress(address: string, type: string, list: string, i: number): FieldError[] {
  const path = `${list}[${i}]`;
  if (type === 'FQDN') return fullyQualified(path, address);
  const rule = addressRules[type];
  if (!rule) return [];
  const malformed = wrong(path, address, rule(address));
  if (malformed.length > 0) return malformed;
  // Of these errors the API server names the whole list.
  const wrongFamily = familyOf(address) === type ? [] : [invalidValue(list, address, `must be an ${type} address`)];
  return [...wrongFamily, ...nonSpecialIP(path, address)];
}

/** One trailing dot is allowed; one label alone is not. Mirrors IsFullyQualifiedDomainName. */
function fullyQualified(path: string, name: string): FieldError[] {
  if (name === '') return [required(path)];
  const bare = name.replace(/\.$/, '');
  const found = isDNS1123Subdomain(bare);
  if (found.length > 0) return [invalidValue(path, bare, found.join(','))];
  const labels = bare.split('.');
  if (labels.length < 2) return [invalidValue(path, bare, 'should be a domain with at least two segments separated by dots')];
  const wrong = labels.find((label) => isDNS1123Label(label).length > 0);
  return wrong === undefined ? [] : [invalidValue(path, wrong, isDNS1123Label(wrong).join(','))];
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, path: string): FieldError[] {
  const each = (list: readonly { name: string }[], field: string, rule: (name: string) => string[]): FieldError[] =>
    list.flatMap(({ name }, i) => [
      ...(list.findIndex((h) => h.name === name) < i ? [duplicate(`${field}[${i}].name`, name)] : []),
      ...wrong(`${field}[${i}].name`, name, rule(name)),
    ]);
  const tooManyHints = (field: string, list: readonly unknown[]): FieldError[] =>
    list.length > maxHints ? [tooMany(field, list.length, maxHints)] : [];
  const [zones, nodes] = [`${path}.forZones`, `${path}.forNodes`];
  const crowded = tooManyHints(zones, forZones);
  if (crowded.length > 0) return crowded;
  const ofZones = each(forZones, zones, isValidLabelValue);
  return [...ofZones, ...(forNodes.length > maxHints ? tooManyHints(nodes, forNodes) : each(forNodes, nodes, isDNS1123Subdomain))];
}

function validatePorts(ports: readonly DiscoveryV1EndpointPort[]): FieldError[] {
  if (ports.length > maxPorts) return [tooMany('ports', ports.length, maxPorts)];
  return ports.flatMap(({ name = '', protocol = '', appProtocol }, i) => {
    const path = `ports[${i}]`;
    const errors = name === '' ? [] : dnsLabel(`${path}.name`, name);
    if (ports.findIndex((p) => (p.name ?? '') === name) < i) errors.push(duplicate(`${path}.name`, name));
    errors.push(...ifAnyProtocol(`${path}.protocol`, protocol));
    if (appProtocol !== undefined) errors.push(...qualifiedName(`${path}.appProtocol`, appProtocol));
    return errors;
  });
}
