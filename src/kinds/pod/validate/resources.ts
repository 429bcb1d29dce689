// Requests and limits. Mirrors validateResourceRequirements of Kubernetes and pkg/apis/core/helper.
import { isQualifiedName } from '../../../lib/names.js';
import { compareQuantities, formatQuantity, milliValue, parseQuantity, type Quantity } from '../../../lib/quantity.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../../model/field-error.js';
import type { Container, PodSpec, ResourceRequirements } from '../../../model/generated/api.js';
import { containerResources } from '../../pod-resources.js';
import { dnsLabel, ifAnyOneOf, qualifiedName } from '../../rules.js';

const forContainers = new Set(['cpu', 'memory', 'ephemeral-storage']);
const forPods = ['cpu', 'memory'];
const ofQuotas = [
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
];
const counted = ['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims'];
const countedServices = ['services.nodeports', 'services.loadbalancers'];
const standard = new Set([...forContainers, ...ofQuotas, ...counted, ...countedServices, 'storage', 'requests.storage']);
const integers = new Set([...counted, ...countedServices]);

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
/** Names without a domain belong to kubernetes.io. */
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
const mayOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

function validateName(name: string, path: string): FieldError[] {
  const errors = qualifiedName(path, name);
  if (errors.length > 0 || name.includes('/')) return errors;
  const known = standard.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');
  return known ? [] : [invalidValue(path, name, 'must be a standard resource type or fully qualified')];
}

function validateContainerName(name: string, path: string): FieldError[] {
  const errors = validateName(name, path);
  if (!name.includes('/')) {
    if (!forContainers.has(name) && !isHugePages(name)) errors.push(invalidValue(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalidValue(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

function validatePodName(name: string, path: string): FieldError[] {
  const errors = validateName(name, path);
  if (errors.length > 0) return errors;
  return forPods.includes(name) || isHugePages(name) ? [] : [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

type NameRule = (name: string, path: string) => FieldError[];
type Entry = readonly [name: string, quantity: Quantity];

const entries = (list: Readonly<Record<string, string>> | undefined): Entry[] =>
  Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]);

export const validateResources = (r: ResourceRequirements | undefined, path: string, claims: ReadonlySet<string>): FieldError[] =>
  validateRequirements(r ?? {}, path, claims, validateContainerName);

function validateRequirements(r: ResourceRequirements, path: string, claims: ReadonlySet<string>, nameRule: NameRule): FieldError[] {
  const [limits, requests] = [entries(r.limits), entries(r.requests)];
  const errors = limits.flatMap(([name, q]) => validateAmount(name, q, `${path}.limits[${name}]`, nameRule));
  for (const [name, q] of requests) {
    const at = `${path}.requests[${name}]`;
    errors.push(...validateAmount(name, q, at, nameRule, () => validateAgainstLimit(name, q, limits, path)));
  }
  const all = [...limits, ...requests].map(([name]) => name);
  if (all.some(isHugePages) && !all.some((name) => name === 'cpu' || name === 'memory')) {
    errors.push(forbiddenField(path, 'HugePages require cpu or memory'));
  }
  return [...errors, ...validateClaims(r, `${path}.claims`, claims)];
}

function validateAmount(name: string, q: Quantity, path: string, nameRule: NameRule, further: () => FieldError[] = () => []): FieldError[] {
  const text = formatQuantity(q);
  return [
    ...nameRule(name, path),
    ...validateQuantityOf(name, q, path),
    ...further(),
    ...(isHugePages(name) && !isMultiple(q, name) ? [invalidValue(path, text, `${text} is not positive integer multiple of ${name}`)] : []),
  ];
}

/** How much there may be of a resource, wherever it is counted. */
export function validateQuantityOf(name: string, q: Quantity, path: string): FieldError[] {
  const text = formatQuantity(q);
  const errors = q.nano < 0n ? [invalidValue(path, text, 'must be greater than or equal to 0')] : [];
  if ((integers.has(name) || isExtended(name)) && milliValue(q) % 1000n !== 0n) errors.push(invalidValue(path, text, 'must be an integer'));
  return errors;
}

function isMultiple(q: Quantity, name: string): boolean {
  try {
    const size = parseQuantity(name.slice('hugepages-'.length)).nano;
    return size > 0n && q.nano % size === 0n;
  } catch {
    return false;
  }
}

function validateAgainstLimit(name: string, q: Quantity, limits: readonly Entry[], path: string): FieldError[] {
  const limit = limits.find(([n]) => n === name)?.[1];
  if (!limit) return mayOvercommit(name) ? [] : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  const order = compareQuantities(q, limit);
  const refuse = (rule: string): FieldError[] => [
    invalidValue(`${path}.requests`, formatQuantity(q), `must be ${rule} ${name} limit of ${formatQuantity(limit)}`),
  ];
  if (order !== 0 && !mayOvercommit(name)) return refuse('equal to');
  return order > 0 ? refuse('less than or equal to') : [];
}

function validateClaims(r: ResourceRequirements, path: string, known: ReadonlySet<string>): FieldError[] {
  const seen = new Set<string>();
  return (r.claims ?? []).flatMap(({ name, request }, i) => {
    const at = `${path}[${i}]`;
    if (!name) return [required(at)];
    const errors: FieldError[] = [];
    const key = request ? `${name}/${request}` : name;
    if (seen.has(name)) errors.push(duplicate(at, name));
    else {
      if (request) errors.push(...dnsLabel(`${at}.request`, request));
      if (seen.has(key)) errors.push(duplicate(at, key));
      else if (!request) errors.push(...[...seen].filter((k) => k.startsWith(`${name}/`)).map(() => duplicate(at, name)));
      seen.add(key);
    }
    if (!known.has(name)) {
      const list = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
      const detail = `must be one of the names in pod.spec.resourceClaims${list}`;
      errors.push({ reason: 'FieldValueNotFound', field: at, value: name, detail });
    }
    return errors;
  });
}

/** spec.resources: what the Pod as a whole may use. */
export function validatePodResources(spec: PodSpec, path: string, claims: ReadonlySet<string>): FieldError[] {
  const own = spec.resources;
  if (!own) return [];
  if (spec.os?.name === 'windows') return [forbiddenField(path, 'may not be set for a windows pod')];
  return [
    ...(own.claims ? [forbiddenField(`${path}.claims`, 'claims may not be set for Resources at pod-level')] : []),
    ...validateRequirements(own, path, claims, validatePodName),
    ...validateSums(spec, 'requests', own.requests, path),
    ...validateSums(spec, 'limits', own.limits, path),
    ...(spec.containers ?? []).flatMap((c, i) => validateContainerLimits(c, own, `${path}.containers[${i}]`)),
  ];
}

/** What the containers ask for together must fit; of limits only those that cannot be overcommitted. */
function validateSums(spec: PodSpec, part: 'requests' | 'limits', own: ResourceRequirements[typeof part], path: string): FieldError[] {
  return [...containerResources(spec, part)].flatMap(([name, sum]) => {
    const given = own?.[name];
    if (given === undefined || (part === 'limits' && !isHugePages(name)) || compareQuantities(sum, parseQuantity(given)) <= 0) return [];
    const detail = `must be greater than or equal to aggregate container ${part} of ${formatQuantity(sum)}`;
    return [invalidValue(`${path}.${part}[${name}]`, given, detail)];
  });
}

function validateContainerLimits(c: Container, own: ResourceRequirements, path: string): FieldError[] {
  return entries(c.resources?.limits).flatMap(([name, q]) => {
    const limit = own.limits?.[name];
    if (limit === undefined || compareQuantities(q, parseQuantity(limit)) <= 0) return [];
    return [invalidValue(`${path}[${name}].limits`, formatQuantity(q), `must be less than or equal to pod limits of ${limit}`)];
  });
}

export function validateResizePolicy(c: Pick<Container, 'resizePolicy'>, path: string, podRestartPolicy: string | undefined): FieldError[] {
  const seen = new Set<string>();
  return (c.resizePolicy ?? []).flatMap((p, i) => {
    const errors = seen.has(p.resourceName) ? [duplicate(`${path}[${i}]`, p.resourceName)] : [];
    seen.add(p.resourceName);
    errors.push(...(p.resourceName ? ifAnyOneOf(path, p.resourceName, ['cpu', 'memory']) : [required(path)]));
    errors.push(...(p.restartPolicy ? ifAnyOneOf(path, p.restartPolicy, ['NotRequired', 'RestartContainer']) : [required(path)]));
    if (podRestartPolicy === 'Never' && p.restartPolicy !== 'NotRequired') {
      errors.push(invalidValue(path, p.restartPolicy ?? '', "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    }
    return errors;
  });
}
