// What `get services` shows. Mirrors printService of pkg/printers/internalversion/printers.go.
import type { LoadBalancerStatus, Service, ServicePort } from '../../model/generated/api.js';
import type { Column } from '../../model/kind.js';
import { ageColumn, nameColumn, textColumn } from '../columns.js';

export const columns: readonly Column<Service>[] = [
  nameColumn,
  textColumn('Type', (s) => s.spec.type ?? ''),
  textColumn('Cluster-IP', (s) => s.spec.clusterIPs?.[0] || s.spec.clusterIP || '<none>'),
  textColumn('External-IP', externalIP),
  textColumn('Port(s)', (s) => (s.spec.ports ?? []).map(portText).join(',') || '<none>'),
  ageColumn,
  { name: 'Selector', type: 'string', priority: 1, cell: (s) => selectorText(s.spec.selector) },
];

const portText = ({ port, nodePort, protocol }: ServicePort): string => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? ''}`;

/** "app=web,tier=front"; "<none>" without a selector. */
export function selectorText(selector: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(selector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([key, value]) => `${key}=${value}`).join(',') || '<none>';
}

function externalIP({ spec, status }: Service): string {
  const own = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return own.join(',') || '<none>';
    case 'LoadBalancer':
      return [...ingressAddresses(status?.loadBalancer), ...own].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

export const ingressAddresses = (status: LoadBalancerStatus | undefined): string[] =>
  [...new Set((status?.ingress ?? []).map((i) => i.ip || i.hostname || '').filter((text) => text !== ''))].sort();
