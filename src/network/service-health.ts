// The sockets that a kube-proxy opens for healthCheckNodePort: load balancers ask each node there whether it has endpoints of the Service.
// Mirrors pkg/proxy/healthcheck/service_health.go.
import { needsHealthCheck } from '../kinds/service/facts.js';
import type { Service } from '../model/generated/api.js';
import { keyOf } from '../model/object.js';
import type { Reader, View } from '../model/store.js';
import { localEndpoints } from './endpoints.js';
import type { Socket } from './runtime.js';

const asked = (s: Service): boolean => needsHealthCheck(s) && !!s.spec.healthCheckNodePort;

const checked: View<Map<string, Service>> = {
  kinds: ['Service'],
  make: (reader) =>
    new Map(
      reader
        .list('Service')
        .filter(asked)
        .map((s) => [keyOf(s), s]),
    ),
  apply: (index, { type, object }) => {
    const service = object as unknown as Service;
    if (type !== 'DELETED' && asked(service)) index.set(keyOf(object), service);
    else index.delete(keyOf(object));
  },
};

/** One for each Service that wants it; the server finds in `argv` what it is to answer. */
export const healthSockets = (reader: Reader, node: string): Socket[] =>
  [...reader.view(checked).values()].map((service) => ({
    protocol: 'TCP',
    port: service.spec.healthCheckNodePort as number,
    server: 'service-health',
    argv: ['kube-proxy', service.metadata.namespace ?? '', service.metadata.name, String(localEndpoints(reader, service, node))],
  }));
