// The EndpointSlices of a Service.
import { serviceNameLabel } from '../kinds/service/facts.js';
import type { EndpointSlice } from '../model/generated/api.js';
import { fromMap } from '../model/selector.js';
import type { Reader } from '../model/store.js';

export const slicesOf = (reader: Reader, service: { metadata: { namespace?: string; name: string } }): EndpointSlice[] =>
  reader.list('EndpointSlice.discovery.k8s.io', {
    namespace: service.metadata.namespace ?? '',
    labels: fromMap({ [serviceNameLabel]: service.metadata.name }),
  });

/** How many addresses of ready Pods the Service has on a node: what its kube-proxy's health check counts. Mirrors LocalReadyEndpoints of pkg/proxy. */
export function localEndpoints(reader: Reader, service: { metadata: { namespace?: string; name: string } }, node: string): number {
  const found = new Set<string>();
  for (const slice of slicesOf(reader, service))
    for (const e of slice.endpoints ?? [])
      if (e.nodeName === node && e.conditions?.ready !== false) for (const ip of e.addresses) found.add(ip);
  return found.size;
}
