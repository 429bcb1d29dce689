// The downward API: fields of a Pod and resources of a container as text. Mirrors pkg/fieldpath and pkg/api/v1/resource.
import { parseQuantity } from '../lib/quantity.js';
import type { Container, Pod } from '../model/generated/api.js';

const lines = (map: Record<string, string> | undefined): string =>
  Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => `${k}=${JSON.stringify(v)}`)
    .join('\n');

/** Undefined for a path that there is not. */
export function fieldValue(
  pod: Pod,
  path: string,
  ip: { podIPs: readonly string[]; hostIP: string } = { podIPs: [], hostIP: '' },
): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path);
  if (keyed) return pod.metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] as string] ?? '';
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid ?? '';
    case 'metadata.labels':
      return lines(pod.metadata.labels);
    case 'metadata.annotations':
      return lines(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return pod.status?.hostIP ?? ip.hostIP;
    case 'status.podIP':
      return pod.status?.podIP ?? ip.podIPs[0] ?? '';
    case 'status.podIPs':
      return (pod.status?.podIPs?.map((i) => i.ip) ?? ip.podIPs).join(',');
    default:
      return undefined;
  }
}

/** What a node of this lab has, for limits that are not set. */
const allocatable: Record<string, string> = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '100Gi' };

export function resourceValue(container: Container, ref: { resource: string; divisor?: string }): string {
  const [part, name = ''] = ref.resource.split('.') as ['limits' | 'requests', string];
  const text = container.resources?.[part]?.[name] ?? (part === 'limits' ? allocatable[name] : '0') ?? '0';
  const divisor = ref.divisor && ref.divisor !== '0' ? ref.divisor : '1';
  const nano = (q: string): bigint => parseQuantity(q).nano;
  const [a, b] = [nano(text), nano(divisor)];
  return String(b === 0n ? 0n : (a + b - 1n) / b);
}
