// Whose an address is: indexes that follow the objects, for names by address. Mirrors the indexers of coredns/plugin/kubernetes/controller.go.
import type { Change } from '../../../model/change.js';
import type { EndpointSlice, Pod, Service } from '../../../model/generated/api.js';
import type { KubeObject } from '../../../model/object.js';
import type { View } from '../../../model/store.js';

type ByAddress<T> = Map<string, T[]>;

const keyOf = (o: KubeObject): string => `${o.metadata.namespace}/${o.metadata.name}`;

/** An index of objects by the addresses that `addresses` finds in them, in the order of their names. */
function byAddress<T extends KubeObject>(kind: string, addresses: (object: T) => readonly string[]): View<ByAddress<T>> {
  const add = (index: ByAddress<T>, object: T): void => {
    for (const ip of new Set(addresses(object))) {
      const others = (index.get(ip) ?? []).filter((o) => keyOf(o) !== keyOf(object));
      index.set(
        ip,
        [...others, object].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      );
    }
  };
  const drop = (index: ByAddress<T>, object: T): void => {
    for (const ip of addresses(object)) {
      const rest = (index.get(ip) ?? []).filter((o) => keyOf(o) !== keyOf(object));
      if (rest.length > 0) index.set(ip, rest);
      else index.delete(ip);
    }
  };
  return {
    kinds: [kind],
    make: (reader) => {
      const index: ByAddress<T> = new Map();
      for (const object of reader.list(kind) as unknown as T[]) for (const ip of new Set(addresses(object))) index.set(ip, [...(index.get(ip) ?? []), object]);
      return index;
    },
    apply: (index, change) => {
      const { type, object, old } = change as unknown as Change<T>;
      if (old) drop(index, old);
      if (type === 'DELETED') drop(index, object);
      else add(index, object);
    },
  };
}

export const servicesByAddress = byAddress<Service>('Service', (s) => s.spec.clusterIPs ?? (s.spec.clusterIP ? [s.spec.clusterIP] : []));

/** Slices by the addresses of their ready endpoints. */
export const slicesByAddress = byAddress<EndpointSlice>('EndpointSlice.discovery.k8s.io', (s) =>
  (s.endpoints ?? []).filter((e) => e.conditions?.ready !== false).flatMap((e) => e.addresses),
);

export const podsByAddress = byAddress<Pod>('Pod', (p) => (p.status?.podIP ? [p.status.podIP] : []));
