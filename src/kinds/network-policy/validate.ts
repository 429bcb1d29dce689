// What a NetworkPolicy may say. Mirrors ValidateNetworkPolicySpec and ValidateIPBlock of pkg/apis/networking/validation.
import { cidrContains, isValidNetwork, nthIP, parseCIDR } from '../../lib/ip.js';
import { isValidPortName, isValidPortNum } from '../../lib/names.js';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../model/field-error.js';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../model/generated/api.js';
import { validateLabelSelector } from '../labels.js';
import { wrong } from '../rules.js';

const directions = ['Ingress', 'Egress'];

export function validate({ spec }: NetworkPolicy): FieldError[] {
  return [
    ...validateLabelSelector(spec.podSelector, 'spec.podSelector'),
    ...(spec.ingress ?? []).flatMap((rule, i) => validateRule(rule.ports, rule.from, `spec.ingress[${i}]`, 'from')),
    ...(spec.egress ?? []).flatMap((rule, i) => validateRule(rule.ports, rule.to, `spec.egress[${i}]`, 'to')),
    ...validateTypes(spec.policyTypes ?? []),
  ];
}

function validateTypes(types: readonly string[]): FieldError[] {
  if (types.length > directions.length) return [invalidValue('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  return types.flatMap((t, i) => (directions.includes(t) ? [] : [notSupported(`spec.policyTypes[${i}]`, t, directions)]));
}

const validateRule = (
  ports: readonly NetworkPolicyPort[] | undefined,
  peers: readonly NetworkPolicyPeer[] | undefined,
  path: string,
  side: 'from' | 'to',
): FieldError[] => [
  ...(ports ?? []).flatMap((port, i) => validatePort(port, `${path}.ports[${i}]`)),
  ...(peers ?? []).flatMap((peer, i) => validatePeer(peer, `${path}.${side}[${i}]`)),
];

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] {
  const protocols = ['TCP', 'UDP', 'SCTP'];
  const errors = protocol === undefined || protocols.includes(protocol) ? [] : [notSupported(`${path}.protocol`, protocol, protocols)];
  const wrongEnd = (detail: string): void => void errors.push(invalidValue(`${path}.endPort`, endPort, detail));
  if (typeof port === 'number') {
    errors.push(...wrong(`${path}.port`, port, isValidPortNum(port)));
    if (endPort === undefined) return errors;
    // The value shown is the port's.
    if (endPort < port) errors.push(invalidValue(`${path}.endPort`, port, 'must be greater than or equal to `port`'));
    for (const message of isValidPortNum(endPort)) wrongEnd(message);
    return errors;
  }
  if (endPort !== undefined) wrongEnd(`may not be specified when \`port\` is ${port === undefined ? 'not specified' : 'non-numeric'}`);
  if (port !== undefined) errors.push(...wrong(`${path}.port`, port, isValidPortName(port)));
  return errors;
}

function validatePeer(peer: NetworkPolicyPeer, path: string): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (!podSelector && !namespaceSelector && !ipBlock) return [required(path, 'must specify a peer')];
  return [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...(ipBlock ? validateBlock(ipBlock, `${path}.ipBlock`) : []),
    ...(ipBlock && (podSelector || namespaceSelector) ? [forbiddenField(path, 'may not specify both ipBlock and another peer')] : []),
  ];
}

function validateBlock({ cidr, except }: IPBlock, path: string): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)];
  const errors = wrong(`${path}.cidr`, cidr, isValidNetwork(cidr));
  const whole = parseCIDR(cidr);
  if (!whole) return errors;
  (except ?? []).forEach((text, i) => {
    const at = `${path}.except[${i}]`;
    errors.push(...wrong(at, text, isValidNetwork(text)));
    const part = parseCIDR(text);
    if (part && (!cidrContains(whole, nthIP(part, 0)) || whole.prefix >= part.prefix))
      errors.push(invalidValue(at, text, 'must be a strict subset of `cidr`'));
  });
  return errors;
}
