// What a variable's valueFrom names, and the value behind it. Mirrors pkg/cmd/set/env/env_resolve.go.
import { decodeBase64 } from '../../../lib/base64.js';
import { parseQuantity } from '../../../lib/quantity.js';
import type { Container, EnvVarSource, ResourceFieldSelector } from '../../../model/generated/api.js';
import type { KubeObject } from '../../../model/object.js';
import type { Invocation } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';

export function referenceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: EnvVarSource): string {
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  if (!resourceFieldRef) return 'invalid valueFrom';
  const { containerName, resource } = resourceFieldRef;
  return `resource field ${containerName ? `${containerName}/` : ''}${resource}`;
}

/** Throws when it cannot be had; the object is a template more often than a Pod, so fields of running Pods cannot. */
export function resolvedReference(
  { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef }: EnvVarSource,
  object: KubeObject,
  container: Container,
  { client, namespace }: Invocation<Client>,
): string {
  const read = (resource: string, name: string, key: string, kind: string): string => {
    const { data } = client.call<KubeObject>({ verb: 'get', group: '', version: 'v1', resource, namespace, name });
    const value = (data as Record<string, string> | undefined)?.[key];
    if (value === undefined) throw new UsageError(`key ${key} not found in ${kind} ${name}`);
    return value;
  };
  if (secretKeyRef) return decodeBase64(read('secrets', secretKeyRef.name ?? '', secretKeyRef.key, 'secret')).toString('utf8');
  if (configMapKeyRef) return read('configmaps', configMapKeyRef.name ?? '', configMapKeyRef.key, 'config map');
  if (fieldRef) return metadataField(object, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceField(container, resourceFieldRef);
  throw new UsageError('invalid valueFrom');
}

function metadataField({ metadata }: KubeObject, path: string): string {
  const [, map, key = ''] = /^(.+)\['(.*)'\]$/s.exec(path) ?? [];
  if (map === 'metadata.labels') return metadata.labels?.[key] ?? '';
  if (map === 'metadata.annotations') return metadata.annotations?.[key] ?? '';
  if (map !== undefined) throw new UsageError(`fieldPath ${JSON.stringify(path)} does not support subscript`);
  switch (path) {
    case 'metadata.labels':
      return pairs(metadata.labels);
    case 'metadata.annotations':
      return pairs(metadata.annotations);
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    default:
      throw new UsageError(`unsupported fieldPath: ${path}`);
  }
}

const pairs = (map: Readonly<Record<string, string>> = {}): string =>
  Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');

/** Rounded up to whole divisors; what is not set is 0 here. */
function resourceField({ resources }: Container, { resource, divisor }: ResourceFieldSelector): string {
  const [, part, name = ''] = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(resource) ?? [];
  if (part !== 'limits' && part !== 'requests') throw new UsageError(`Unsupported container resource : ${resource}`);
  const amount = parseQuantity(String(resources?.[part]?.[name] ?? '0')).nano;
  const unit = parseQuantity(divisor && divisor !== '0' ? divisor : '1').nano;
  return String((amount + unit - 1n) / unit);
}
