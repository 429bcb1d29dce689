// Environment variables in `kubectl describe`, those taken from elsewhere by where they come from.
// Mirrors describeContainerEnvVars of k8s.io/kubectl/pkg/describe/describe.go.
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import { milliValue, parseQuantity, wholeValue } from '../../lib/quantity.js';
import type { Container, EnvFromSource, EnvVar, ObjectFieldSelector, ResourceFieldSelector } from '../../model/generated/api.js';

/** The value of a field of the Pod ("metadata.name"), as text. */
export type FieldResolver = (field: ObjectFieldSelector) => string;

export function writeEnv(w: PrefixWriter, container: Container, resolve: FieldResolver | undefined): void {
  const env = container.env ?? [];
  w.write(2, `Environment:${env.length === 0 ? '\t<none>' : ''}\n`);
  for (const e of env) for (const line of envLines(e, container, resolve)) w.write(3, `${line}\n`);
}

function envLines(e: EnvVar, container: Container, resolve: FieldResolver | undefined): string[] {
  const from = e.valueFrom;
  if (!from) return (e.value ?? '').split('\n').map((line, i) => `${i === 0 ? `${e.name}:` : ''}\t${line}`);
  if (from.fieldRef) {
    const value = resolve?.(from.fieldRef) ?? '';
    return [`${e.name}:\t${value} (${from.fieldRef.apiVersion ?? ''}:${from.fieldRef.fieldPath})`];
  }
  if (from.resourceFieldRef) return [`${e.name}:\t${resourceText(from.resourceFieldRef, container)} (${from.resourceFieldRef.resource})`];
  if (from.secretKeyRef) {
    const { key, name, optional } = from.secretKeyRef;
    return [`${e.name}:\t<set to the key '${key}' in secret '${name ?? ''}'>\tOptional: ${optional ?? false}`];
  }
  if (from.configMapKeyRef) {
    const { key, name, optional } = from.configMapKeyRef;
    return [`${e.name}:\t<set to the key '${key}' of config map '${name ?? ''}'>\tOptional: ${optional ?? false}`];
  }
  return [];
}

export function writeEnvFrom(w: PrefixWriter, sources: readonly EnvFromSource[]): void {
  w.write(2, 'Environment Variables from:\n');
  for (const { configMapRef, secretRef, prefix } of sources) {
    const kind = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : '';
    const ref = configMapRef ?? secretRef;
    const how = prefix ? `${kind} with prefix '${prefix}'` : kind;
    w.write(3, `${ref?.name ?? ''}\t${how}\tOptional: ${ref?.optional ?? false}\n`);
  }
}

function resourceText(ref: ResourceFieldSelector, container: Container): string {
  const value = containerResource(ref, container) ?? '';
  return value === '0' && (ref.resource === 'limits.cpu' || ref.resource === 'limits.memory') ? 'node allocatable' : value;
}

/** The number behind a resourceFieldRef, rounded up to whole divisors; undefined for a resource that has none. */
function containerResource(ref: ResourceFieldSelector, container: Container): string | undefined {
  const [list, ...rest] = ref.resource.split('.');
  const name = rest.join('.');
  if (list !== 'limits' && list !== 'requests') return undefined;
  if (name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage') return undefined;
  const quantity = parseQuantity(container.resources?.[list]?.[name] ?? '0');
  const divisor = parseQuantity(!ref.divisor || ref.divisor === '0' ? '1' : ref.divisor);
  // CPU is divided in thousandths, so that a divisor of 1m counts millicores.
  const value = name === 'cpu' ? milliValue : wholeValue;
  const [n, by] = [value(quantity), value(divisor)];
  return String((n + by - 1n) / by);
}
