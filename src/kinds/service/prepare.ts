// Before validation: what the API fills in, what is taken from the old Service, and what no longer fits the type and is dropped.
// Mirrors SetDefaults_Service of pkg/apis/core/v1/defaults.go, normalizeClusterIPs patchAllocatedValues and
// dropTypeDependentFields of pkg/registry/core/service.
import { same } from '../../lib/same.js';
import type { Service } from '../../model/generated/api.js';
import { externallyAccessible, needsClusterIP, needsHealthCheck, needsNodePort, nodePorts } from './facts.js';

const affinitySeconds = 3 * 60 * 60;

export function defaults(service: Service): void {
  service.spec ??= {};
  const { spec } = service;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: affinitySeconds } };
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    if (!port.targetPort) port.targetPort = port.port ?? 0;
  }
  if (externallyAccessible(service)) spec.externalTrafficPolicy ||= 'Cluster';
  if (['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type)) spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of service.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
}

/** clusterIP and clusterIPs say the same, whichever of them a client knows. */
export function normalizeClusterIPs(service: Service, old?: Service): void {
  const { spec } = service;
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const untouched = !spec.clusterIPs?.length || same(spec.clusterIPs, old.spec.clusterIPs);
  if (!untouched || (spec.clusterIP ?? '') === (old.spec.clusterIP ?? '')) return;
  // A client that knows only clusterIP cleared or changed it.
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}

/** An ExternalName has no use for it; a wrong value is still said to be wrong. Mirrors defaultOnReadInternalTrafficPolicy. */
export function dropInternalPolicy({ spec }: Service): void {
  const known = spec.internalTrafficPolicy === 'Cluster' || spec.internalTrafficPolicy === 'Local';
  if (spec.type === 'ExternalName' && known) delete spec.internalTrafficPolicy;
}

/** What was allocated stays when a client does not repeat it. */
export function keepAllocated(service: Service, old: Service): void {
  const { spec } = service;
  if (needsClusterIP(old) && needsClusterIP(service)) {
    if (!spec.clusterIP && old.spec.clusterIP) spec.clusterIP = old.spec.clusterIP;
    if (!spec.clusterIPs?.length && spec.clusterIP === old.spec.clusterIP && old.spec.clusterIPs)
      spec.clusterIPs = [...old.spec.clusterIPs];
  }
  if (needsNodePort(old) && needsNodePort(service)) keepNodePorts(service, old);
  if (needsHealthCheck(old) && needsHealthCheck(service) && !spec.healthCheckNodePort && old.spec.healthCheckNodePort) {
    spec.healthCheckNodePort = old.spec.healthCheckNodePort;
  }
}

/** By the ports' names: a renamed port gets a new node port. */
function keepNodePorts(service: Service, old: Service): void {
  const now = nodePorts(service);
  const used = new Set([...nodePorts(old)].filter((n) => now.has(n)));
  const byName = new Map((old.spec.ports ?? []).map((p) => [p.name ?? '', p.nodePort ?? 0]));
  for (const port of service.spec.ports ?? []) {
    if (port.nodePort) continue;
    const before = byName.get(port.name ?? '') ?? 0;
    if (before === 0 || used.has(before)) continue;
    port.nodePort = before;
    used.add(before);
  }
}

/** Only what the client did not change along with the type: a change that makes no sense is left to validation. */
export function dropTypeDependent(service: Service, old: Service): void {
  const { spec } = service;
  if (needsClusterIP(old) && !needsClusterIP(service)) {
    if ((spec.clusterIP ?? '') === (old.spec.clusterIP ?? '') && same(spec.clusterIPs ?? [], old.spec.clusterIPs ?? [])) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (same(spec.ipFamilies, old.spec.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.spec.ipFamilyPolicy) delete spec.ipFamilyPolicy;
    if (spec.internalTrafficPolicy === old.spec.internalTrafficPolicy) delete spec.internalTrafficPolicy;
  }
  if (needsNodePort(old) && !needsNodePort(service) && [...nodePorts(service)].every((n) => nodePorts(old).has(n))) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(service) && spec.healthCheckNodePort === old.spec.healthCheckNodePort) {
    delete spec.healthCheckNodePort;
  }
  if (old.spec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === old.spec.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.spec.loadBalancerClass) delete spec.loadBalancerClass;
  }
  if (externallyAccessible(old) && !externallyAccessible(service) && spec.externalTrafficPolicy === old.spec.externalTrafficPolicy) {
    delete spec.externalTrafficPolicy;
  }
  if (spec.type !== 'LoadBalancer') service.status = { ...service.status, loadBalancer: {} };
}
