// Whether an EndpointSlice is valid. Mirrors pkg/apis/discovery/validation/validation.go.
import { isValidIP, isValidIPv4Address, isValidIPv6Address } from '../../lib/ip.js';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../../lib/names.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, notSupported, required, tooMany } from '../../model/field-error.js';
import type { DiscoveryV1EndpointPort, Endpoint, EndpointHints, EndpointSlice } from '../../model/generated/api.js';
import { validateNonSpecialIP } from '../service/special-ip.js';

const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;
const maxTopologyLabels = 16;
const maxHints = 8;
const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const protocols = ['SCTP', 'TCP', 'UDP'];

const messages = (field: string, value: unknown, found: readonly string[]): FieldError[] => found.map((m) => invalidValue(field, value, m));

export function validateSlice(slice: EndpointSlice): FieldError[] {
  return [...validateAddressType(slice.addressType), ...validateEndpoints(slice), ...validatePorts(slice.ports ?? [])];
}

export function validateSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  const moved = slice.addressType === old.addressType ? [] : [invalidValue('addressType', slice.addressType, 'field is immutable')];
  return [...validateSlice(slice), ...moved];
}

function validateAddressType(type: string | undefined): FieldError[] {
  if (!type) return [required('addressType')];
  return addressTypes.includes(type) ? [] : [notSupported('addressType', type, addressTypes)];
}

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
  errors.push(...addresses.flatMap((a, i) => validateAddress(a, type, `${path}.addresses[${i}]`)));
  const { nodeName, hostname, hints, deprecatedTopology: topology = {} } = endpoint;
  if (nodeName !== undefined) errors.push(...messages(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  errors.push(...validateTopology(topology, `${path}.deprecatedTopology`));
  if (hostname !== undefined) errors.push(...messages(`${path}.hostname`, hostname, isDNS1123Label(hostname)));
  if (hints) errors.push(...validateHints(hints, `${path}.hints`));
  return errors;
}

function validateAddress(address: string, type: string, path: string): FieldError[] {
  if (type === 'FQDN') return messages(path, address, fullyQualified(address));
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const malformed = isValidIP(address);
  if (malformed.length > 0) return [...messages(path, address, malformed), ...validateNonSpecialIP(address, path)];
  const wrongFamily = type === 'IPv4' ? isValidIPv4Address(address) : isValidIPv6Address(address);
  return [...messages(path, address, wrongFamily), ...validateNonSpecialIP(address, path)];
}

/** One trailing dot is allowed; one label alone is not. Mirrors IsFullyQualifiedDomainName. */
function fullyQualified(name: string): string[] {
  const bare = name.replace(/\.$/, '');
  if (bare === '') return ['Required value'];
  const found = isDNS1123Subdomain(bare);
  if (found.length > 0) return found;
  return bare.includes('.') ? [] : ['should be a domain with at least two segments separated by dots'];
}

function validateTopology(topology: Readonly<Record<string, string>>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const keys = Object.keys(topology).sort();
  if (keys.length > maxTopologyLabels) errors.push(tooMany(path, keys.length, maxTopologyLabels));
  for (const key of keys) {
    errors.push(...messages(path, key, isQualifiedName(key)), ...messages(path, topology[key], isValidLabelValue(topology[key]!)));
  }
  if (topology['topology.kubernetes.io/zone'] !== undefined) {
    errors.push(forbiddenField(`${path}[topology.kubernetes.io/zone]`, 'use zone field instead'));
  }
  return errors;
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, path: string): FieldError[] {
  const each = (list: readonly { name: string }[], field: string, rule: (name: string) => string[]): FieldError[] => {
    if (list.length > maxHints) return [tooMany(field, list.length, maxHints)];
    return list.flatMap(({ name }, i) => [
      ...(list.findIndex((h) => h.name === name) < i ? [duplicate(`${field}[${i}].name`, name)] : []),
      ...messages(`${field}[${i}].name`, name, rule(name)),
    ]);
  };
  return [...each(forZones, `${path}.forZones`, isValidLabelValue), ...each(forNodes, `${path}.forNodes`, isDNS1123Subdomain)];
}

function validatePorts(ports: readonly DiscoveryV1EndpointPort[]): FieldError[] {
  if (ports.length > maxPorts) return [tooMany('ports', ports.length, maxPorts)];
  return ports.flatMap(({ name = '', protocol = '', appProtocol }, i) => {
    const path = `ports[${i}]`;
    const errors = name === '' ? [] : messages(`${path}.name`, name, isDNS1123Label(name));
    if (ports.findIndex((p) => (p.name ?? '') === name) < i) errors.push(duplicate(`${path}.name`, name));
    if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
    if (appProtocol !== undefined) errors.push(...messages(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol)));
    return errors;
  });
}
