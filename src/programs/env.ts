// A container's environment: its own variables (env, envFrom) as they are at its start, and those of the Services.
// Mirrors makeEnvironmentVariables of pkg/kubelet/kubelet_pods.go.
import type { Container, EnvVar, Pod } from '../model/generated/api.js';
import type { Reader } from '../model/store.js';
import type { Variable } from '../network/service-env.js';
import { fieldValue, resourceValue } from './downward.js';
import { expand } from './facts.js';
import { decodeBase64 } from './volumes.js';

/** What a variable refers to is not there: CreateContainerConfigError, with this message. */
export class ConfigError extends Error {}

type Addresses = { readonly podIPs: readonly string[]; readonly hostIP: string };

/** In order; later ones win. Throws ConfigError. */
export function ownEnv(reader: Reader, pod: Pod, container: Container, services: readonly Variable[], ip: Addresses): [string, string][] {
  const ns = pod.metadata.namespace ?? '';
  const out = new Map<string, string>();
  for (const from of container.envFrom ?? []) {
    const [kind, ref] = from.configMapRef ? (['ConfigMap', from.configMapRef] as const) : (['Secret', from.secretRef ?? {}] as const);
    const source = reader.get(kind, ns, ref.name ?? '');
    if (!source && !ref.optional) throw new ConfigError(`${kind.toLowerCase()} ${JSON.stringify(ref.name)} not found`);
    const data = Object.entries(source?.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [k, v] of data) out.set(`${from.prefix ?? ''}${k}`, kind === 'Secret' ? decodeBase64(v) : v);
  }
  const ofServices = new Map(services.map((v) => [v.name, v.value]));
  for (const variable of container.env ?? []) {
    const value = valueOf(reader, pod, container, variable, ip, (name) => out.get(name) ?? ofServices.get(name));
    if (value !== undefined) out.set(variable.name, value);
  }
  return [...out];
}

function valueOf(
  reader: Reader,
  pod: Pod,
  container: Container,
  { value, valueFrom }: EnvVar,
  ip: Addresses,
  known: (name: string) => string | undefined,
): string | undefined {
  if (!valueFrom) return expand(value ?? '', known);
  const ns = pod.metadata.namespace ?? '';
  if (valueFrom.fieldRef) return fieldValue(pod, valueFrom.fieldRef.fieldPath, ip) ?? '';
  if (valueFrom.resourceFieldRef) {
    const of =
      [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === valueFrom.resourceFieldRef?.containerName) ??
      container;
    return resourceValue(of, valueFrom.resourceFieldRef);
  }
  const [kind, ref] = valueFrom.configMapKeyRef
    ? (['ConfigMap', valueFrom.configMapKeyRef] as const)
    : (['Secret', valueFrom.secretKeyRef] as const);
  if (!ref) return undefined;
  const source = reader.get(kind, ns, ref.name ?? '');
  const found = source?.data?.[ref.key];
  if (found !== undefined) return kind === 'Secret' ? decodeBase64(found) : found;
  if (ref.optional) return undefined;
  throw new ConfigError(
    source ? `couldn't find key ${ref.key} in ${kind} ${ns}/${ref.name}` : `${kind.toLowerCase()} ${JSON.stringify(ref.name)} not found`,
  );
}
