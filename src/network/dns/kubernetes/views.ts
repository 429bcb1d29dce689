// Whose an address is: indexes that follow the objects, for names by address. Mirrors the indexers of coredns/plugin/kubernetes/controller.go.
import { Buckets } from '../../../lib/buckets.js';
import type { EndpointSlice, Pod, Service } from '../../../model/generated/api.js';
import { keyOf, type KubeObject } from '../../../model/object.js';
import type { View } from '../../../model/store.js';

/** Objects of a kind by the addresses that `addresses` finds in them. */
function byAddress<T extends KubeObject>(kind: string, addresses: (object: T) => readonly string[]): View<Buckets<T>> {
  const add = (index: Buckets<T>, object: T): void => {
    for (const ip of addresses(object)) index.set(ip, keyOf(object), object);
  };
  return {
    kinds: [kind],
    make: (reader) => {
      const index = new Buckets<T>();
      for (const object of reader.list(kind) as unknown as T[]) add(index, object);
      return index;
    },
    apply: (index, { type, object, old }) => {
      for (const ip of addresses((old ?? object) as T)) index.delete(ip, keyOf(object));
      if (type !== 'DELETED') add(index, object as T);
    },
  };
}

export const servicesByAddress = byAddress<Service>('Service', (s) => s.spec.clusterIPs ?? (s.spec.clusterIP ? [s.spec.clusterIP] : []));

/** Slices by the addresses of their ready endpoints. */
export const slicesByAddress = byAddress<EndpointSlice>('EndpointSlice.discovery.k8s.io', (s) =>
  (s.endpoints ?? []).filter((e) => e.conditions?.ready !== false).flatMap((e) => e.addresses),
);

const overPhases = ['Succeeded', 'Failed', 'Unknown'];

/** Pods that have ended, or are about to, are not watched. */
export const podsByAddress = byAddress<Pod>('Pod', ({ metadata, status }) =>
  status?.podIP && !metadata.deletionTimestamp && !overPhases.includes(status.phase ?? '') ? [status.podIP] : [],
);
