// The endpoints of a Service's port that may get traffic, as kube-proxy reads them from the EndpointSlices.
import type { IPFamily } from '../lib/ip.js';
import type { EndpointSlice, Service, ServicePort } from '../model/generated/api.js';
import { fromMap } from '../model/selector.js';
import type { Reader } from '../model/store.js';

export interface ServiceEndpoint {
  readonly ip: string;
  readonly port: number;
  readonly node?: string;
  readonly pod?: { namespace: string; name: string };
}

export const slicesOf = (reader: Reader, service: { metadata: { namespace?: string; name: string } }): EndpointSlice[] =>
  reader.list('EndpointSlice.discovery.k8s.io', {
    namespace: service.metadata.namespace ?? '',
    labels: fromMap({ 'kubernetes.io/service-name': service.metadata.name }),
  });

/** Ready ones; when there is none, those that still serve while they terminate. */
export function usableEndpoints(reader: Reader, service: Service, port: ServicePort, family: IPFamily): ServiceEndpoint[] {
  const ready: ServiceEndpoint[] = [];
  const leaving: ServiceEndpoint[] = [];
  const seen = new Set<string>();
  for (const slice of slicesOf(reader, service)) {
    if (slice.addressType !== family) continue;
    const slicePort = slice.ports?.find(
      (p) => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    )?.port;
    if (slicePort === undefined) continue;
    for (const e of slice.endpoints ?? []) {
      const ip = e.addresses[0];
      if (!ip || seen.has(`${ip}:${slicePort}`)) continue;
      const { ready: isReady, serving, terminating } = e.conditions ?? {};
      const into = isReady !== false ? ready : serving !== false && terminating ? leaving : undefined;
      if (!into) continue;
      seen.add(`${ip}:${slicePort}`);
      const ref = e.targetRef;
      into.push({
        ip,
        port: slicePort,
        ...(e.nodeName && { node: e.nodeName }),
        ...(ref?.kind === 'Pod' && ref.name && { pod: { namespace: ref.namespace ?? '', name: ref.name } }),
      });
    }
  }
  return ready.length > 0 ? ready : leaving;
}
