// One port of a Service as the rule writers see it, for one IP family. Mirrors pkg/proxy/serviceport.go (BaseServicePortInfo),
// endpoint.go (BaseEndpointInfo) and topology.go (CategorizeEndpoints).
import { type IPFamily, canonicalIP, familyOf, joinHostPort } from '../../lib/ip.js';
import type { Service, ServicePort } from '../../model/generated/api.js';
import { clusterIPsOf, loadBalancerIPs, type ProxiedService } from './service-table.js';

export interface ProxyEndpoint {
  readonly ip: string;
  readonly port: number;
  readonly node?: string;
  readonly pod?: { readonly namespace: string; readonly name: string };
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

export interface ProxyPort {
  readonly service: Service;
  readonly port: ServicePort;
  /** "namespace/name" or "namespace/name:port": how rules and chain names call it. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly clusterIP: string;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly sourceRanges: readonly string[];
  /** 0: none. */
  readonly nodePort: number;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Seconds that a client is remembered; undefined: no affinity. */
  readonly affinitySeconds: number | undefined;
  /** Sorted as text, as the rules list them. */
  readonly endpoints: readonly ProxyEndpoint[];
}

export const endpointText = ({ ip, port }: { readonly ip: string; readonly port: number }): string => joinHostPort(ip, port);

const ofFamily =
  (family: IPFamily) =>
  (ip: string): boolean =>
    familyOf(ip.trim().split('/')[0] as string) === family;

const built = new WeakMap<ProxiedService, Partial<Record<IPFamily, readonly ProxyPort[]>>>();

/** The ports that have rules in this family; none when the Service has no ClusterIP of it. */
export function proxyPorts(entry: ProxiedService, family: IPFamily): readonly ProxyPort[] {
  const kept = built.get(entry) ?? {};
  built.set(entry, kept);
  kept[family] ??= makePorts(entry, family);
  return kept[family];
}

function makePorts(entry: ProxiedService, family: IPFamily): ProxyPort[] {
  const { service } = entry;
  const { spec } = service;
  const own = ofFamily(family);
  const clusterIP = clusterIPsOf(service).find(own);
  if (!clusterIP) return [];
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.externalIPs?.length ?? 0) > 0;
  return (spec.ports ?? []).map((port) => ({
    service,
    port,
    name: port.name ? `${entry.key}:${port.name}` : entry.key,
    protocol: (port.protocol ?? 'TCP') as ProxyPort['protocol'],
    clusterIP,
    externalIPs: (spec.externalIPs ?? []).filter(own),
    loadBalancerIPs: loadBalancerIPs(service).filter(own),
    sourceRanges: sourceRanges(spec.loadBalancerSourceRanges, own),
    nodePort: port.nodePort ?? 0,
    internalLocal: spec.internalTrafficPolicy === 'Local',
    externalLocal: external && spec.externalTrafficPolicy === 'Local',
    affinitySeconds: affinitySeconds(service),
    endpoints: endpointsOf(entry, port, family),
  }));
}

/** Where one of them is everybody, there is nothing to hold to. */
function sourceRanges(given: readonly string[] = [], own: (range: string) => boolean): readonly string[] {
  const ranges = given.map((r) => r.trim()).filter(own);
  return ranges.some((r) => r.endsWith('/0')) ? [] : ranges;
}

export const affinitySeconds = ({ spec }: Service): number | undefined =>
  spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : undefined;

function endpointsOf({ slices }: ProxiedService, port: ServicePort, family: IPFamily): ProxyEndpoint[] {
  const found = new Map<string, ProxyEndpoint>();
  for (const slice of slices) {
    if (slice.addressType !== family) continue;
    const number = slice.ports?.find(
      (p) => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    )?.port;
    if (!number) continue;
    for (const e of slice.endpoints ?? []) {
      const address = e.addresses[0];
      if (!address) continue;
      const ip = canonicalIP(address);
      const { ready, serving, terminating } = e.conditions ?? {};
      const ref = e.targetRef;
      const endpoint: ProxyEndpoint = {
        ip,
        port: number,
        ...(e.nodeName && { node: e.nodeName }),
        ...(ref?.kind === 'Pod' && ref.name && { pod: { namespace: ref.namespace ?? '', name: ref.name } }),
        ready: ready ?? true,
        serving: serving ?? true,
        terminating: terminating ?? false,
        zoneHints: (e.hints?.forZones ?? []).map((z) => z.name),
        nodeHints: (e.hints?.forNodes ?? []).map((n) => n.name),
      };
      // An address may be a new Pod's already while the one that is leaving still has it.
      if (!found.has(endpointText(endpoint)) || !endpoint.terminating) found.set(endpointText(endpoint), endpoint);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, e]) => e);
}

export interface Categories {
  readonly cluster: readonly ProxyEndpoint[];
  readonly local: readonly ProxyEndpoint[];
  /** What any of its addresses may lead to. */
  readonly reachable: readonly ProxyEndpoint[];
  /** Is there one anywhere, be it out of reach? */
  readonly any: boolean;
}

const isLeaving = (e: ProxyEndpoint): boolean => !e.ready && e.serving && e.terminating;

export const isExternallyAccessible = (p: ProxyPort): boolean =>
  p.nodePort !== 0 || p.loadBalancerIPs.length > 0 || p.externalIPs.length > 0;
export const usesClusterEndpoints = (p: ProxyPort): boolean => !p.internalLocal || isExternallyAccessible(p);
export const usesLocalEndpoints = (p: ProxyPort): boolean => p.internalLocal || (p.externalLocal && isExternallyAccessible(p));

/** Which endpoints a node may send to. `zone`: its topology.kubernetes.io/zone. */
export function categorize(p: ProxyPort, node: string, zone: string | undefined): Categories {
  const ready = p.endpoints.filter((e) => e.ready);
  const mode = topologyMode(ready, node, zone);
  let cluster: readonly ProxyEndpoint[] = [];
  if (usesClusterEndpoints(p)) {
    cluster = ready.filter((e) => fitsTopology(e, mode, node, zone));
    if (cluster.length === 0) cluster = p.endpoints.filter(isLeaving);
  }
  if (!p.internalLocal && !p.externalLocal) return { cluster, local: [], reachable: cluster, any: cluster.length > 0 };
  const here = p.endpoints.filter((e) => e.node === node);
  const localReady = here.filter((e) => e.ready);
  const local = localReady.length > 0 ? localReady : here.filter(isLeaving);
  const any = cluster.length > 0 || p.endpoints.some((e) => e.ready || isLeaving(e));
  const reachable = usesClusterEndpoints(p) ? p.endpoints.filter((e) => cluster.includes(e) || local.includes(e)) : local;
  return { cluster, local, reachable, any };
}

type TopologyMode = 'node' | 'zone' | undefined;

/** Hints count only when every ready endpoint has them and one of them is for this node. */
function topologyMode(ready: readonly ProxyEndpoint[], node: string, zone: string | undefined): TopologyMode {
  if (ready.length === 0) return undefined;
  if (ready.every((e) => e.nodeHints.length > 0) && ready.some((e) => e.nodeHints.includes(node))) return 'node';
  if (zone && ready.every((e) => e.zoneHints.length > 0) && ready.some((e) => e.zoneHints.includes(zone))) return 'zone';
  return undefined;
}

const fitsTopology = (e: ProxyEndpoint, mode: TopologyMode, node: string, zone: string | undefined): boolean =>
  mode === 'node' ? e.nodeHints.includes(node) : mode === 'zone' ? e.zoneHints.includes(zone as string) : true;
