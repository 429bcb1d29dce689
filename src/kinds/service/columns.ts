// What `get services` shows. Mirrors printService of pkg/printers/internalversion/printers.go.
import type { LoadBalancerStatus, Service, ServicePort } from '../../model/generated/api.js';
import type { Column } from '../../model/kind.js';
import { formatLabels } from '../../model/selector.js';
import { ageColumn, nameColumn, textColumn, wideColumn } from '../columns.js';

export const columns: readonly Column<Service>[] = [
  nameColumn,
  textColumn('Type', (s) => s.spec.type ?? ''),
  textColumn('Cluster-IP', (s) => s.spec.clusterIPs?.[0] || s.spec.clusterIP || '<none>'),
  textColumn('External-IP', externalIP),
  textColumn('Port(s)', (s) => (s.spec.ports ?? []).map(portText).join(',') || '<none>'),
  ageColumn,
  wideColumn('Selector', (s) => formatLabels(s.spec.selector)),
];

const portText = ({ port, nodePort, protocol }: ServicePort): string => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? ''}`;

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

const ingressAddresses = (status: LoadBalancerStatus | undefined): string[] =>
  [...new Set((status?.ingress ?? []).map((i) => i.ip || i.hostname || '').filter((text) => text !== ''))].sort();
