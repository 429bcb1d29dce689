// Cluster IPs and node ports of a Service: claimed when it is made, added and given back when it changes, given back when it goes.
// Mirrors pkg/registry/core/service/storage/alloc.go, which runs before validation.
import { canonicalIP, type IPFamily } from '../../lib/ip.js';
import { type FieldError, invalidValue } from '../../model/field-error.js';
import type { Service } from '../../model/generated/api.js';
import { failure, invalid, type StatusError } from '../../model/status.js';
import type { Claim, WriteContext } from '../../model/store.js';
import { claimAnyIP, claimIP, clusterIPPool, configuredFamilies, releaseIP } from './cluster-ip-pool.js';
import { needsClusterIP, needsHealthCheck, needsNodePort, nodePorts } from './facts.js';
import { initFamilies, keepsPreferDualStack } from './families.js';
import { nodePortPool, type PortClaims, portClaims, releasePort } from './node-port-pool.js';

const ownerOf = (s: Service): string => `Service ${s.metadata.namespace ?? ''}/${s.metadata.name}`;

const refuse = (s: Service, errors: readonly FieldError[]): StatusError => invalid({ group: '', kind: 'Service' }, s.metadata.name, errors);

const internal = (message: string): StatusError =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

export function allocateNew(service: Service, ctx: WriteContext): void {
  const errors = initFamilies(service, undefined, configuredFamilies(ctx));
  if (errors.length > 0) throw refuse(service, errors);
  allocateIPs(service, ctx);
  const ports = portClaims(ownerOf(service), ctx);
  if (needsNodePort(service)) allocateNodePorts(service, ports);
  if (needsHealthCheck(service)) allocateHealthCheckPort(service, ports);
}

export function allocateUpdate(service: Service, old: Service, ctx: WriteContext): void {
  const errors = initFamilies(service, old, configuredFamilies(ctx));
  if (errors.length > 0) throw refuse(service, errors);
  const given = [...updateIPs(service, old, ctx)];
  const ports = portClaims(ownerOf(service), ctx);
  if (needsNodePort(service)) updateNodePorts(service, old, ports);
  // A change of the number is left to validation, which forbids it.
  if (needsHealthCheck(service) && !needsHealthCheck(old)) allocateHealthCheckPort(service, ports);
  for (const ip of given) releaseIP(ip, ctx);
  const kept = needsNodePort(service) ? nodePorts(service) : new Set<number>();
  for (const port of nodePorts(old)) if (needsNodePort(old) && !kept.has(port)) releasePort(port, ctx);
  if (needsHealthCheck(old) && !needsHealthCheck(service) && old.spec.healthCheckNodePort) releasePort(old.spec.healthCheckNodePort, ctx);
}

export function release(service: Service, ctx: WriteContext): void {
  for (const { pool, value } of claims(service)) ctx.allocator.release(pool, value);
}

/** All that is allocated to a Service. */
export function claims(service: Service): Claim[] {
  const owner = ownerOf(service);
  const ips = (service.spec.clusterIPs ?? []).filter((ip) => ip !== 'None');
  const ports = new Set([...nodePorts(service), ...(service.spec.healthCheckNodePort ? [service.spec.healthCheckNodePort] : [])]);
  return [
    ...ips.map((ip) => ({ pool: clusterIPPool, value: canonicalIP(ip), owner })),
    ...[...ports].map((port) => ({ pool: nodePortPool, value: String(port), owner })),
  ];
}

function allocateIPs(service: Service, ctx: WriteContext): void {
  const { spec } = service;
  if (!needsClusterIP(service) || spec.clusterIPs?.[0] === 'None') return;
  const ips = [...(spec.clusterIPs ?? [])];
  for (const [i, family] of (spec.ipFamilies ?? []).entries()) ips[i] = claim(service, family, ips[i], ctx);
  spec.clusterIPs = ips;
  if (ips[0]) spec.clusterIP = ips[0];
}

function claim(service: Service, family: string, asked: string | undefined, ctx: WriteContext): string {
  if (!asked) {
    const ip = claimAnyIP(family as IPFamily, ownerOf(service), ctx);
    if (ip === undefined) throw internal('failed to allocate a serviceIP: range is full');
    return ip;
  }
  const problem = claimIP(asked, ownerOf(service), ctx);
  if (problem)
    throw refuse(service, [invalidValue('spec.clusterIPs', service.spec.clusterIPs, `failed to allocate IP ${asked}: ${problem}`)]);
  return asked;
}

/** Addresses to give back. */
function updateIPs(service: Service, old: Service, ctx: WriteContext): readonly string[] {
  const { spec } = service;
  if (keepsPreferDualStack(service, old)) return [];
  if (!needsClusterIP(old) && needsClusterIP(service)) {
    allocateIPs(service, ctx);
    return [];
  }
  const before = old.spec.clusterIPs ?? [];
  if (before[0] === 'None') return [];
  if (needsClusterIP(old) && !needsClusterIP(service)) return before;
  const [then, now] = [old.spec.ipFamilies?.length ?? 0, spec.ipFamilies?.length ?? 0];
  if (then === 1 && now === 2) {
    const [first, second] = spec.clusterIPs ?? [];
    spec.clusterIPs = [first ?? '', claim(service, spec.ipFamilies![1]!, second, ctx)];
  }
  return then === 2 && now === 1 ? before.slice(1) : [];
}

/** A load balancer may do without node ports of its own. */
const wantsNodePorts = ({ spec }: Service): boolean => spec.type !== 'LoadBalancer' || spec.allocateLoadBalancerNodePorts !== false;

const claimNodePort = (service: Service, i: number, port: number, claims: PortClaims): void => {
  const problem = claims.claim(port);
  if (problem) throw refuse(service, [invalidValue(`spec.ports[${i}].nodePort`, port, problem)]);
};

function anyPort(claims: PortClaims): number {
  const port = claims.claimAny();
  if (port === undefined) throw internal('failed to allocate a nodePort: range is full');
  return port;
}

/** The same port number in two protocols (TCP and UDP 53) shares one node port. */
function allocateNodePorts(service: Service, claims: PortClaims): void {
  const ports = service.spec.ports ?? [];
  const byNumber = new Map<number, number>();
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !wantsNodePorts(service)) continue;
    const shared = byNumber.get(port.port);
    if (shared === undefined) {
      const asked = ports.find((p) => p.port === port.port && p.nodePort)?.nodePort;
      if (asked !== undefined) claimNodePort(service, i, asked, claims);
      port.nodePort = asked ?? anyPort(claims);
      byNumber.set(port.port, port.nodePort);
    } else if (!port.nodePort) port.nodePort = shared;
    else if (port.nodePort !== shared) claimNodePort(service, i, port.nodePort, claims);
  }
}

function updateNodePorts(service: Service, old: Service, claims: PortClaims): void {
  const had = nodePorts(old);
  const claimed = new Set<number>();
  const seen = new Set<string>();
  for (const [i, port] of (service.spec.ports ?? []).entries()) {
    if (!port.nodePort && !wantsNodePorts(service)) continue;
    if (!port.nodePort) port.nodePort = anyPort(claims);
    else if (!had.has(port.nodePort) && !claimed.has(port.nodePort)) {
      claimNodePort(service, i, port.nodePort, claims);
      claimed.add(port.nodePort);
    }
    const pair = `${port.protocol} ${port.nodePort}`;
    if (seen.has(pair)) throw internal(`duplicate nodePort: {${port.protocol} ${port.nodePort}}`);
    seen.add(pair);
  }
}

function allocateHealthCheckPort(service: Service, claims: PortClaims): void {
  const asked = service.spec.healthCheckNodePort;
  if (!asked) {
    service.spec.healthCheckNodePort = anyPort(claims);
    return;
  }
  const problem = claims.claim(asked);
  if (problem) throw internal(`failed to allocate requested HealthCheck NodePort ${asked}: ${problem}`);
}
