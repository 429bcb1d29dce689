// A node with service rules, made of objects alone.
import type { EndpointSlice, Service } from '../../src/model/generated/api.js';
import type { KubeObject } from '../../src/model/object.js';
import type { ProxyNode } from '../../src/network/proxy/node.js';
import { Table } from '../../src/network/proxy/service-table.js';
import { proxySettings } from '../../src/network/proxy/settings.js';

/** `config`: KubeProxyConfiguration as YAML. Objects get what the API would default. */
export function proxyNodeOf(objects: readonly object[], facts: Partial<ProxyNode> & { config: string }): ProxyNode {
  const { config, ...rest } = facts;
  const of = (kind: string): KubeObject[] => (objects as KubeObject[]).filter((o) => o.kind === kind);
  const slices = of('EndpointSlice') as unknown as EndpointSlice[];
  return {
    name: 'controlplane',
    ips: ['172.30.1.2'],
    gateways: [],
    zone: 'a',
    podCIDRs: ['10.244.0.0/24'],
    settings: proxySettings(`kind: KubeProxyConfiguration\napiVersion: kubeproxy.config.k8s.io/v1alpha1\n${config}`, []),
    table: new Table(of('Service').map(defaulted), slices),
    serviceCIDRs: ['10.96.0.0/12'],
    staleSince: undefined,
    ...rest,
  };
}

function defaulted(o: KubeObject): Service {
  const s = o as unknown as Service;
  const ports = (s.spec.ports ?? []).map((p) => ({ protocol: 'TCP', ...p }));
  return { ...s, spec: { ...s.spec, ports } } as Service;
}
