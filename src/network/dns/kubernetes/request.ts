// What a name in the cluster's zone asks for. Mirrors coredns/plugin/kubernetes/parse.go.
import { trimZone } from '../name.js';

export interface RecordRequest {
  /** undefined: the zone itself, or "svc" or "pod" right below it. */
  readonly kind?: 'svc' | 'pod';
  readonly namespace: string;
  /** "": a name that ends (to the left) with its namespace. */
  readonly service: string;
  readonly endpoint: string;
  readonly port: string;
  readonly protocol: string;
}

const withoutUnderscore = (label: string): string => label.replace(/^_/, '');

/** Undefined: no name of the schema. `name` is lower case. */
export function requestOf(name: string, zone: string): RecordRequest | undefined {
  const none = { namespace: '', service: '', endpoint: '', port: '', protocol: '' };
  const base = trimZone(name, zone);
  if (base === '' || base === 'svc' || base === 'pod') return none;
  const labels = base.split('.');
  const kind = labels.pop();
  if (kind !== 'svc' && kind !== 'pod') return undefined;
  const request = { ...none, kind, namespace: labels.pop() ?? '', service: labels.pop() ?? '' } as const;
  const [first = '', second = ''] = labels;
  switch (labels.length) {
    case 0:
      return request;
    case 1:
      return { ...request, endpoint: first };
    case 2:
      return { ...request, port: withoutUnderscore(first), protocol: withoutUnderscore(second) };
    default:
      return undefined;
  }
}
