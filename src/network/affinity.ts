// sessionAffinity: ClientIP. A node remembers which endpoint a client was sent to, until it has been quiet for the time-out.
import type { Service, ServicePort } from '../model/generated/api.js';
import type { ServiceEndpoint } from './endpoints.js';
import type { Net } from './net.js';

export const affinityKey = (node: string, service: Service, port: ServicePort, client: string): string =>
  `affinity/${node}/${service.metadata.namespace}/${service.metadata.name}/${port.protocol ?? 'TCP'}/${port.port}/${client}`;

export function rememberedEndpoint(
  net: Net,
  key: string,
  service: Service,
  endpoints: readonly ServiceEndpoint[],
): ServiceEndpoint | undefined {
  const entry = net.reader.state(key) as unknown as { endpoint: string; at: number } | undefined;
  const seconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
  if (!entry || net.now() - entry.at > seconds * 1000) return undefined;
  return endpoints.find((e) => `${e.ip}:${e.port}` === entry.endpoint);
}
