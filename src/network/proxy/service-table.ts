// What a kube-proxy knows of the API: Services with their EndpointSlices, found by the destinations that their rules match.
// Mirrors the ServicePortMap and EndpointsMap of pkg/proxy (servicechangetracker.go, endpointslicecache.go).
import { headlessLabel, serviceNameLabel } from '../../kinds/service/facts.js';
import { Buckets } from '../../lib/buckets.js';
import type { Change } from '../../model/change.js';
import type { EndpointSlice, Service } from '../../model/generated/api.js';
import { keyOf } from '../../model/object.js';
import type { Reader, View } from '../../model/store.js';

/** A Service with its slices. Never changed, but replaced: what is built from it can be kept with it (WeakMap). */
export interface ProxiedService {
  /** "namespace/name" */
  readonly key: string;
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
}

export interface ServiceTable {
  /** In the order of namespace and name. */
  all(): readonly ProxiedService[];
  /** Those that have rules for this destination: a ClusterIP, an external IP, a load balancer's IP. */
  at(ip: string): readonly ProxiedService[];
  onNodePort(port: number): readonly ProxiedService[];
}

/** Slices of headless Services are never looked at. */
const sliceOwner = (slice: EndpointSlice): string | undefined => {
  if (slice.metadata.labels?.[headlessLabel] !== undefined) return undefined;
  const name = slice.metadata.labels?.[serviceNameLabel];
  return name && `${slice.metadata.namespace ?? ''}/${name}`;
};

/** Does kube-proxy write rules for it at all? Mirrors ShouldSkipService and the informer's label selector. */
export const isProxied = (s: Service): boolean =>
  s.spec.type !== 'ExternalName' &&
  !!s.spec.clusterIP &&
  s.spec.clusterIP !== 'None' &&
  s.metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined;

export const clusterIPsOf = (s: Service): readonly string[] => s.spec.clusterIPs ?? (s.spec.clusterIP ? [s.spec.clusterIP] : []);

/** Addresses of load balancers that traffic is brought to as it is; those of `ipMode: Proxy` reach the node ports by themselves. */
export const loadBalancerIPs = (s: Service): readonly string[] =>
  (s.status?.loadBalancer?.ingress ?? []).flatMap((i) => (i.ip && i.ipMode !== 'Proxy' ? [i.ip] : []));

const destinations = (s: Service): readonly string[] => [
  ...new Set([...clusterIPsOf(s), ...(s.spec.externalIPs ?? []), ...loadBalancerIPs(s)]),
];
const nodePortsOf = (s: Service): readonly number[] => [...new Set((s.spec.ports ?? []).flatMap((p) => (p.nodePort ? [p.nodePort] : [])))];

export class Table implements ServiceTable {
  readonly #services = new Map<string, ProxiedService>();
  readonly #slices = new Map<string, Map<string, EndpointSlice>>();
  readonly #byIP = new Buckets<ProxiedService>();
  readonly #byNodePort = new Buckets<ProxiedService>();
  #ordered: readonly ProxiedService[] | undefined;

  constructor(services: readonly Service[], slices: readonly EndpointSlice[]) {
    for (const slice of slices) this.putSlice(slice);
    for (const service of services) this.putService(service);
  }

  all(): readonly ProxiedService[] {
    this.#ordered ??= [...this.#services.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return this.#ordered;
  }

  at(ip: string): readonly ProxiedService[] {
    return [...this.#byIP.all(ip)];
  }

  onNodePort(port: number): readonly ProxiedService[] {
    return [...this.#byNodePort.all(String(port))];
  }

  putService(service: Service): void {
    const key = keyOf(service);
    this.removeService(key);
    if (!isProxied(service)) return;
    this.#replace({ key, service, slices: [...(this.#slices.get(key)?.values() ?? [])] });
  }

  removeService(key: string): void {
    const old = this.#services.get(key);
    if (!old) return;
    for (const ip of destinations(old.service)) this.#byIP.delete(ip, key);
    for (const port of nodePortsOf(old.service)) this.#byNodePort.delete(String(port), key);
    this.#services.delete(key);
    this.#ordered = undefined;
  }

  putSlice(slice: EndpointSlice): void {
    const owner = sliceOwner(slice);
    if (owner === undefined) return;
    const own = this.#slices.get(owner) ?? new Map<string, EndpointSlice>();
    own.set(slice.metadata.name, slice);
    this.#slices.set(owner, own);
    this.#refresh(owner);
  }

  removeSlice(slice: EndpointSlice): void {
    const owner = sliceOwner(slice);
    if (owner === undefined || !this.#slices.get(owner)?.delete(slice.metadata.name)) return;
    this.#refresh(owner);
  }

  #refresh(key: string): void {
    const old = this.#services.get(key);
    if (old) this.#replace({ ...old, slices: [...(this.#slices.get(key)?.values() ?? [])] });
  }

  #replace(service: ProxiedService): void {
    const { key } = service;
    this.#services.set(key, service);
    for (const ip of destinations(service.service)) this.#byIP.set(ip, key, service);
    for (const port of nodePortsOf(service.service)) this.#byNodePort.set(String(port), key, service);
    this.#ordered = undefined;
  }
}

/** The table of the API as it is now: what every working kube-proxy has. */
export const liveTable: View<Table> = {
  kinds: ['Service', 'EndpointSlice.discovery.k8s.io'],
  make: (reader: Reader) => new Table(reader.list('Service'), reader.list('EndpointSlice.discovery.k8s.io')),
  apply: (table, change: Change) => {
    if (change.kind === 'Service') {
      if (change.type === 'DELETED') table.removeService(keyOf(change.object));
      else table.putService(change.object as unknown as Service);
      return;
    }
    // Its label may have named another Service before.
    if (change.old) table.removeSlice(change.old as unknown as EndpointSlice);
    if (change.type !== 'DELETED') table.putSlice(change.object as unknown as EndpointSlice);
  },
};
