// References to the Pod's own fields and resources, in env and in volumes.
// Mirrors validateObjectFieldSelector and validateContainerResourceFieldSelector of Kubernetes.
import { canonicalQuantity } from '../../../lib/quantity.js';
import { type FieldError, invalidValue, notSupported, required } from '../../../model/field-error.js';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../../model/generated/api.js';
import { qualifiedName } from '../../rules.js';

/** "metadata.labels['app']" -> its parts; undefined without brackets. */
function subscripted(path: string): { path: string; key: string } | undefined {
  const found = /^(.+)\['(.*)'\]$/s.exec(path);
  return found ? { path: found[1] ?? '', key: found[2] ?? '' } : undefined;
}

export const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

export const volumeFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

/** What the API knows at all, whether or not it is allowed here. */
const known = new Set([...envFields, ...volumeFields, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase', 'spec.host']);

export function validateFieldRef(ref: ObjectFieldSelector, path: string, allowed: readonly string[]): FieldError[] {
  const { apiVersion, fieldPath } = ref;
  if (!apiVersion) return [required(`${path}.apiVersion`)];
  if (!fieldPath) return [required(`${path}.fieldPath`)];
  const entry = subscripted(fieldPath);
  const problem = conversionProblem(apiVersion, fieldPath, entry?.path);
  if (problem) return [invalidValue(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${problem}`)];
  if (entry?.path === 'metadata.annotations') return qualifiedName(path, entry.key.toLowerCase());
  if (entry?.path === 'metadata.labels') return qualifiedName(path, entry.key);
  return allowed.includes(fieldPath) ? [] : [notSupported(`${path}.fieldPath`, fieldPath, allowed)];
}

function conversionProblem(apiVersion: string, fieldPath: string, subscriptedPath: string | undefined): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (subscriptedPath === 'metadata.annotations' || subscriptedPath === 'metadata.labels') return undefined;
  if (subscriptedPath !== undefined) return `field label does not support subscript: ${fieldPath}`;
  return known.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`;
}

const resources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const hugePages = /^(limits|requests)\.hugepages-/;

export function validateResourceRef(ref: ResourceFieldSelector, path: string, where: 'env' | 'volume'): FieldError[] {
  return [...validateResource(ref, path, where), ...validateDivisor(ref, `${path}.divisor`)];
}

function validateResource({ containerName, resource }: ResourceFieldSelector, path: string, where: 'env' | 'volume'): FieldError[] {
  if (where === 'volume' && !containerName) return [required(`${path}.containerName`)];
  if (!resource) return [required(`${path}.resource`)];
  return resources.includes(resource) || hugePages.test(resource) ? [] : [notSupported(`${path}.resource`, resource, resources)];
}

const cpuDivisors = ['1m', '1'];
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

function validateDivisor({ resource, divisor }: ResourceFieldSelector, path: string): FieldError[] {
  const text = divisor === undefined ? '0' : canonicalQuantity(divisor);
  if (text === '0') return [];
  const refuse = (detail: string): FieldError[] => [invalidValue(path, resource, detail)];
  const bytes = (words: string): FieldError[] =>
    byteDivisors.includes(text) ? [] : refuse(`only divisor's values ${byteDivisors.join(', ')} are supported with the ${words} resource`);
  const name = resource?.replace(/^(limits|requests)\./, '');
  if (name === 'cpu') return cpuDivisors.includes(text) ? [] : refuse("only divisor's values 1m and 1 are supported with the cpu resource");
  if (name === 'memory') return bytes('memory');
  if (name === 'ephemeral-storage') return bytes('local ephemeral storage');
  return hugePages.test(resource ?? '') ? bytes('hugepages') : [];
}
