// What the API warns of when a Service is written. Mirrors pkg/api/service/warnings.go.
import { ipWarning } from '../../lib/ip.js';
import type { Service } from '../../model/generated/api.js';
import { hasClusterIP, isHeadless } from './facts.js';

export function warnings(service: Service): string[] {
  const { metadata, spec } = service;
  const out: string[] = [];
  if (metadata.annotations?.['service.kubernetes.io/topology-aware-hints'] !== undefined) {
    out.push('annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead');
  }
  const written = (ip: string, field: string): void => {
    const warning = ipWarning(ip);
    if (warning) out.push(`${field}: ${warning}`);
  };
  const external = spec.externalIPs ?? [];
  if (hasClusterIP(service)) for (const [i, ip] of (spec.clusterIPs ?? []).entries()) written(ip, `spec.clusterIPs[${i}]`);
  if (isHeadless(service)) {
    if (spec.loadBalancerIP) out.push('spec.loadBalancerIP is ignored for headless services');
    if (external.length > 0) out.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') out.push('spec.SessionAffinity is ignored for headless services');
  }
  for (const [i, ip] of external.entries()) written(ip, `spec.externalIPs[${i}]`);
  if (external.length > 0 && !isHeadless(service) && spec.type !== 'ExternalName') {
    out.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (spec.loadBalancerIP) written(spec.loadBalancerIP, 'spec.loadBalancerIP');
  if (spec.type === 'ExternalName' && external.length > 0) out.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (spec.type !== 'ExternalName' && spec.externalName) out.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === 'PreferClose') out.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return out;
}
