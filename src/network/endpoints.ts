// The EndpointSlices of a Service.
import type { EndpointSlice } from '../model/generated/api.js';
import { fromMap } from '../model/selector.js';
import type { Reader } from '../model/store.js';

export const slicesOf = (reader: Reader, service: { metadata: { namespace?: string; name: string } }): EndpointSlice[] =>
  reader.list('EndpointSlice.discovery.k8s.io', {
    namespace: service.metadata.namespace ?? '',
    labels: fromMap({ 'kubernetes.io/service-name': service.metadata.name }),
  });
