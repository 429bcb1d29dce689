// Which endpoints, Services and Pods stand behind a name or an address. Mirrors findServices, findPods and serviceRecordForIP of
// coredns/plugin/kubernetes (kubernetes.go, reverse.go) and object/endpoint.go.
import { serviceNameLabel } from '../../../kinds/service/facts.js';
import { parseIP } from '../../../lib/ip.js';
import type { EndpointSlice, Service } from '../../../model/generated/api.js';
import { fromMap, matches, type Requirement } from '../../../model/selector.js';
import type { Reader } from '../../../model/store.js';
import type { RecordRequest } from './request.js';
import { podsByAddress, servicesByAddress, slicesByAddress } from './views.js';

export interface Options {
  readonly pods: 'disabled' | 'insecure' | 'verified';
  readonly endpointPodNames: boolean;
  readonly endpoints: boolean;
  readonly ignoreEmptyService: boolean;
  /** Empty: all. */
  readonly namespaces: ReadonlySet<string>;
  readonly labels: readonly Requirement[];
  readonly namespaceLabels: readonly Requirement[];
}

/** Something that a record can be made of. */
export interface Found {
  /** An address, or the name that an ExternalName Service stands for. */
  readonly host: string;
  /** -1: no port is declared. */
  readonly port: number;
  /** Its own name, without the zone, for SRV. */
  readonly name: string;
}

export interface Address {
  readonly ip: string;
  readonly label: string;
}

/** The label under a headless Service's name. */
function labelOf(endpoint: NonNullable<EndpointSlice['endpoints']>[number], ip: string, options: Options): string {
  if (endpoint.hostname) return endpoint.hostname;
  const pod = endpoint.targetRef?.name;
  if (options.endpointPodNames && pod && pod.length < 64) return pod;
  const dashed = ip.replaceAll(/[.:]/g, '-');
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}

/** Addresses of the endpoints that are ready, or of which nothing is said. */
export const addressesIn = (slice: EndpointSlice, options: Options): Address[] =>
  (slice.endpoints ?? [])
    .filter((e) => e.conditions?.ready !== false)
    .flatMap((e) => e.addresses.map((ip) => ({ ip, label: labelOf(e, ip, options) })));

export function slicesOf(reader: Reader, service: { namespace?: string; name: string }, options: Options): EndpointSlice[] {
  if (!options.endpoints) return [];
  const labels = [...fromMap({ [serviceNameLabel]: service.name }), ...options.labels];
  return reader.list('EndpointSlice.discovery.k8s.io', { namespace: service.namespace ?? '', labels });
}

export const isHeadless = (s: Service): boolean => (s.spec.clusterIPs?.[0] ?? s.spec.clusterIP) === 'None';

export function isExposed(reader: Reader, namespace: string, options: Options): boolean {
  if (options.namespaces.size > 0 && !options.namespaces.has(namespace)) return false;
  const found = reader.get('Namespace', '', namespace);
  return !!found && matches(options.namespaceLabels, found.metadata.labels);
}

const same = (wanted: string, got: string): boolean => wanted === '' || wanted === got.toLowerCase();

/** Undefined: there is no such name. An empty list: there is, but without records. */
export function findServices(reader: Reader, request: RecordRequest, options: Options): Found[] | undefined {
  const { namespace, service: name, endpoint, port, protocol } = request;
  if (name === '') return [];
  const service = reader.get('Service', namespace, name);
  if (!service || !matches(options.labels, service.metadata.labels)) return undefined;
  const own = `${service.metadata.name}.${namespace}.svc`;
  const headless = isHeadless(service);
  if (service.spec.type === 'ExternalName') {
    const host = service.spec.externalName ?? '';
    return endpoint !== '' || port !== '' || protocol !== '' || parseIP(host) ? undefined : [{ host, port: 0, name: own }];
  }
  if (
    options.ignoreEmptyService &&
    !headless &&
    !slicesOf(reader, service.metadata, options).some((s) => addressesIn(s, options).length > 0)
  )
    return undefined;
  const fits = (p: { name?: string; protocol?: string }): boolean => same(port, p.name ?? '') && same(protocol, p.protocol ?? 'TCP');
  if (!headless && endpoint === '') {
    const ips = service.spec.clusterIPs ?? [service.spec.clusterIP ?? ''];
    const ports = service.spec.ports?.length ? service.spec.ports.filter(fits) : same(port, '') && same(protocol, '') ? [{ port: -1 }] : [];
    return ports.length === 0 ? undefined : ports.flatMap((p) => ips.map((ip) => ({ host: ip, port: p.port, name: own })));
  }
  const found = slicesOf(reader, service.metadata, options).flatMap((slice) => {
    const ports = slice.ports?.length ? slice.ports.filter(fits) : same(port, '') && same(protocol, '') ? [{ port: -1 }] : [];
    return addressesIn(slice, options)
      .filter((a) => same(endpoint, a.label))
      .flatMap((a) => ports.map((p) => ({ host: a.ip, port: p.port ?? -1, name: `${a.label}.${own}` })));
  });
  return found.length === 0 ? undefined : found;
}

/** 10-244-1-5.shop.pod: an address in other clothes. */
export function findPods(reader: Reader, { namespace, service: label }: RecordRequest, options: Options): Found[] | undefined {
  if (options.pods === 'disabled') return undefined;
  if (label === '') return [];
  const four = label.split('-').length === 4 && !label.includes('--');
  const ip = label.replaceAll('-', four ? '.' : ':');
  const found = [{ host: ip, port: 0, name: `${label}.${namespace}.pod` }];
  if (options.pods === 'insecure') return parseIP(ip) ? found : undefined;
  const pods = [...reader.view(podsByAddress).all(ip)].filter(
    (p) => p.metadata.namespace === namespace && matches(options.labels, p.metadata.labels),
  );
  return pods.length === 0 ? undefined : pods.flatMap(() => found);
}

/** Names (without zone) of an address: a Service's, or those of the endpoints that have it. */
export function namesOf(reader: Reader, ip: string, options: Options): string[] {
  const exposed = (namespace: string): boolean => options.namespaces.size === 0 || isExposed(reader, namespace, options);
  const service = [...reader.view(servicesByAddress).all(ip)].find(
    (s) => exposed(s.metadata.namespace ?? '') && matches(options.labels, s.metadata.labels),
  );
  if (service) return [`${service.metadata.name}.${service.metadata.namespace}.svc`];
  return endpointsAt(reader, ip, options)
    .filter((e) => exposed(e.namespace))
    .map((e) => `${e.label}.${e.service}.${e.namespace}.svc`);
}

export interface EndpointAt extends Address {
  readonly service: string;
  readonly namespace: string;
}

/** The ready endpoints that have the address. */
export function endpointsAt(reader: Reader, ip: string, options: Options): EndpointAt[] {
  if (!options.endpoints) return [];
  return [...reader.view(slicesByAddress).all(ip)]
    .filter((s) => matches(options.labels, s.metadata.labels))
    .flatMap((slice) =>
      addressesIn(slice, options)
        .filter((a) => a.ip === ip)
        .map((a) => ({
          ...a,
          service: slice.metadata.labels?.[serviceNameLabel] ?? '',
          namespace: slice.metadata.namespace ?? '',
        })),
    );
}
