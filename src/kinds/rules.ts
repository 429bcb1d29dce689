// Small rules that the validation of several kinds shares: each returns the errors of one value at one path. Functions only, so that they are
// loaded when something is validated (scripts/parts.mjs).
// Mirrors pkg/apis/core/validation/validation.go of Kubernetes and k8s.io/apimachinery/pkg/api/validation/generic.go.
import { isLinkLocalMulticast, isLinkLocalUnicast, isLoopback, isUnspecified, parseIP } from '../lib/ip.js';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidPortName, isValidPortNum } from '../lib/names.js';
import { same } from '../lib/same.js';
import { type FieldError, invalidValue, notSupported, required } from '../model/field-error.js';

/** One error a message of a rule in lib/names.ts or lib/ip.ts. */
export const wrong = (path: string, value: unknown, messages: readonly string[]): FieldError[] =>
  messages.map((m) => invalidValue(path, value, m));

export const dnsLabel = (path: string, value: string): FieldError[] => wrong(path, value, isDNS1123Label(value));
export const dnsSubdomain = (path: string, value: string): FieldError[] => wrong(path, value, isDNS1123Subdomain(value));
export const qualifiedName = (path: string, value: string): FieldError[] => wrong(path, value, isQualifiedName(value));

export const present = (path: string, value: unknown): FieldError[] => (value === undefined || value === '' ? [required(path)] : []);

/** A name that must be there and be a label. */
export const requiredLabel = (path: string, value: string | undefined): FieldError[] => (value ? dnsLabel(path, value) : [required(path)]);

export const nonNegative = (path: string, value: number | undefined): FieldError[] =>
  (value ?? 0) < 0 ? [invalidValue(path, value, 'must be greater than or equal to 0')] : [];

/** ValidateImmutableField: what was chosen once stays. */
export const immutable = (path: string, value: unknown, old: unknown): FieldError[] =>
  same(value, old) ? [] : [invalidValue(path, value, 'field is immutable')];

/** `value` must be there and be one of `allowed`, which messages list in the order given. */
export function oneOf(path: string, value: string | undefined, allowed: readonly string[]): FieldError[] {
  if (!value) return [required(path)];
  return allowed.includes(value) ? [] : [notSupported(path, value, allowed)];
}

/** As oneOf, for a field that may be absent; an empty string is a value like others. */
export const ifAnyOneOf = (path: string, value: string | undefined, allowed: readonly string[]): FieldError[] =>
  value === undefined || allowed.includes(value) ? [] : [notSupported(path, value, allowed)];

export const fileMode = (path: string, mode: number | undefined): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalidValue(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];

export const portNumberOrName = (path: string, port: number | string | undefined): FieldError[] =>
  typeof port === 'string' ? wrong(path, port, isValidPortName(port)) : wrong(path, port ?? 0, isValidPortNum(port ?? 0));

export const noBacksteps = (path: string, target: string): FieldError[] =>
  target.split('/').includes('..') ? [invalidValue(path, target, "must not contain '..'")] : [];

export const descendingPath = (path: string, target: string): FieldError[] => [
  ...(target.startsWith('/') ? [invalidValue(path, target, 'must be a relative path')] : []),
  ...noBacksteps(path, target),
];

/** As descendingPath, and not one of the names that kubelet keeps for itself. */
export const nonReservedPath = (path: string, target: string): FieldError[] => [
  ...descendingPath(path, target),
  ...(target.startsWith('..') && !target.startsWith('../') && target !== '..'
    ? [invalidValue(path, target, "must not start with '..'")]
    : []),
];

/** A finalizer has a domain before a slash, or is one that Kubernetes itself knows. Mirrors validateKubeFinalizerName. */
export const standardFinalizer = (path: string, name: string): FieldError[] =>
  name.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(name)
    ? []
    : [invalidValue(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];

/** Addresses that lead nowhere from another machine: refused for external IPs and endpoints. Mirrors ValidateNonSpecialIP. */
export function nonSpecialIP(path: string, text: string): FieldError[] {
  const ip = parseIP(text);
  if (!ip) return [invalidValue(path, text, 'must be a valid IP address')];
  const errors: FieldError[] = [];
  if (isUnspecified(ip)) errors.push(invalidValue(path, text, `may not be unspecified (${text})`));
  if (isLoopback(ip)) errors.push(invalidValue(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  if (isLinkLocalUnicast(ip)) errors.push(invalidValue(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  if (isLinkLocalMulticast(ip)) {
    errors.push(invalidValue(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
  }
  return errors;
}

const protocols = ['SCTP', 'TCP', 'UDP'];
export const protocol = (path: string, value: string | undefined): FieldError[] => oneOf(path, value, protocols);
export const ifAnyProtocol = (path: string, value: string | undefined): FieldError[] => ifAnyOneOf(path, value, protocols);

export const pullPolicy = (path: string, value: string | undefined): FieldError[] =>
  oneOf(path, value, ['Always', 'IfNotPresent', 'Never']);

export const taintEffect = (path: string, value: string | undefined): FieldError[] =>
  oneOf(path, value, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']);
