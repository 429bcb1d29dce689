// Whether a Service is valid, new or changed. Mirrors ValidateService and ValidateServiceUpdate of pkg/apis/core/validation.
import { isValidCIDR, isValidIP, parseIP } from '../../lib/ip.js';
import { isValidLabelValue, isValidPortName, isValidPortNum } from '../../lib/names.js';
import { duplicate, type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../model/field-error.js';
import type { LoadBalancerIngress, Service, ServicePort } from '../../model/generated/api.js';
import { dnsLabel, dnsSubdomain, nonSpecialIP, oneOf, protocol, qualifiedName, wrong } from '../rules.js';
import { externallyAccessible, isHeadless, needsHealthCheck } from './facts.js';
import { validateClusterIPs, validateClusterIPsUpdate } from './validate-cluster-ips.js';

const sourceRangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints';
const onlyLoadBalancers = "may only be used when `type` is 'LoadBalancer'";
const modeAnnotation = 'service.kubernetes.io/topology-mode';

export function validateService(service: Service): FieldError[] {
  return [
    ...validateTopologyAnnotations(service),
    ...validateByType(service),
    ...validatePorts(service),
    ...validateSelector(service),
    ...validateAffinity(service),
    ...validateClusterIPs(service),
    ...(service.spec.externalIPs ?? []).flatMap((ip, i) => validateExternalIP(ip, `spec.externalIPs[${i}]`)),
    ...oneOf('spec.type', service.spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...validateUniquePorts(service),
    ...validateSourceRanges(service),
    ...validateLoadBalancerFields(service),
    ...validateTrafficPolicies(service),
  ];
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors = validateClusterIPsUpdate(service, old);
  const [now, then] = [service.spec, old.spec];
  if (then.type === 'LoadBalancer' && now.type === 'LoadBalancer' && then.loadBalancerClass !== now.loadBalancerClass) {
    errors.push(invalidValue('spec.loadBalancerClass', now.loadBalancerClass, 'may not change once set'));
  }
  if (needsHealthCheck(old) && needsHealthCheck(service) && now.healthCheckNodePort !== then.healthCheckNodePort) {
    errors.push(forbiddenField('spec.healthCheckNodePort', 'field is immutable'));
  }
  return [...errors, ...validateService(service)];
}

function validateTopologyAnnotations({ metadata }: Service): FieldError[] {
  const hints = metadata.annotations?.[hintsAnnotation];
  const mode = metadata.annotations?.[modeAnnotation];
  if (mode === undefined || hints === undefined || mode === hints) return [];
  return [
    invalidValue(`metadata.annotations[${modeAnnotation}]`, mode, `must match annotations[${hintsAnnotation}] when both are specified`),
  ];
}

function validateByType(service: Service): FieldError[] {
  const { spec } = service;
  const headless = isHeadless(service);
  const errors: FieldError[] = [];
  if (!spec.ports?.length && !headless && spec.type !== 'ExternalName') errors.push(required('spec.ports'));
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && headless) {
    errors.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type !== 'ExternalName') return errors;
  const notHere = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length) errors.push(forbiddenField('spec.clusterIPs', notHere));
  if (spec.ipFamilies?.length) errors.push(forbiddenField('spec.ipFamilies', notHere));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbiddenField('spec.ipFamilyPolicy', notHere));
  // One trailing dot says that the name is complete.
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.push(required('spec.externalName'));
  else errors.push(...dnsSubdomain('spec.externalName', name));
  return errors;
}

function validatePorts({ spec }: Service): FieldError[] {
  const ports = spec.ports ?? [];
  return ports.flatMap((port, i) => {
    const field = `spec.ports[${i}]`;
    const errors = validatePortName(port, ports, i);
    errors.push(...wrong(`${field}.port`, port.port ?? 0, isValidPortNum(port.port ?? 0)));
    errors.push(...protocol(`${field}.protocol`, port.protocol));
    const target = port.targetPort ?? 0;
    errors.push(...wrong(`${field}.targetPort`, target, typeof target === 'string' ? isValidPortName(target) : isValidPortNum(target)));
    if (port.appProtocol !== undefined) errors.push(...qualifiedName(`${field}.appProtocol`, port.appProtocol));
    return errors;
  });
}

function validatePortName({ name }: ServicePort, ports: readonly ServicePort[], i: number): FieldError[] {
  const field = `spec.ports[${i}].name`;
  if (!name) return ports.length > 1 ? [required(field)] : [];
  const errors = dnsLabel(field, name);
  if (ports.findIndex((p) => p.name === name) < i) errors.push(duplicate(field, name));
  return errors;
}

function validateSelector({ spec }: Service): FieldError[] {
  return Object.entries(spec.selector ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => [...qualifiedName('spec.selector', key), ...wrong('spec.selector', value, isValidLabelValue(value))]);
}

function validateAffinity({ spec }: Service): FieldError[] {
  const errors = oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']);
  const config = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig) {
    errors.push(forbiddenField(config, 'must not be set when session affinity is None'));
  }
  if (spec.sessionAffinity !== 'ClientIP') return errors;
  if (!spec.sessionAffinityConfig) return [...errors, required(config, 'when session affinity type is ClientIP')];
  const seconds = spec.sessionAffinityConfig.clientIP?.timeoutSeconds;
  const timeout = `${config}.clientIP.timeoutSeconds`;
  if (seconds === undefined) errors.push(required(timeout, 'when session affinity type is ClientIP'));
  else if (seconds <= 0 || seconds > 86400) errors.push(invalidValue(timeout, seconds, 'must be greater than 0 and less than 86400'));
  return errors;
}

function validateExternalIP(ip: string, field: string): FieldError[] {
  const malformed = wrong(field, ip, isValidIP(ip));
  return malformed.length > 0 ? malformed : nonSpecialIP(field, ip);
}

/** No two ports may share a node port, nor a number, within one protocol. */
function validateUniquePorts({ spec }: Service): FieldError[] {
  const ports = spec.ports ?? [];
  const errors: FieldError[] = [];
  for (const [i, p] of ports.entries()) {
    if (p.nodePort && spec.type === 'ClusterIP') {
      errors.push(forbiddenField(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
    }
  }
  for (const [i, p] of ports.entries()) {
    if (p.nodePort && ports.findIndex((q) => q.protocol === p.protocol && q.nodePort === p.nodePort) < i) {
      errors.push(duplicate(`spec.ports[${i}].nodePort`, p.nodePort));
    }
  }
  for (const [i, p] of ports.entries()) {
    if (ports.findIndex((q) => q.protocol === p.protocol && q.port === p.port) < i) errors.push(duplicate(`spec.ports[${i}]`, portKey(p)));
  }
  return errors;
}

/** Shown as the API server's own struct with only the compared fields set. */
const portKey = (p: ServicePort) => ({ Name: '', Protocol: p.protocol, AppProtocol: null, Port: p.port, TargetPort: 0, NodePort: 0 });

function validateSourceRanges({ metadata, spec }: Service): FieldError[] {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const errors: FieldError[] = [];
  if (ranges.length > 0) {
    // The capital letter is upstream's.
    const field = 'spec.LoadBalancerSourceRanges';
    if (spec.type !== 'LoadBalancer') errors.push(forbiddenField(field, onlyLoadBalancers));
    return [...errors, ...ranges.flatMap((r, i) => wrong(`${field}[${i}]`, r.trim(), isValidCIDR(r.trim())))];
  }
  const annotation = metadata.annotations?.[sourceRangesAnnotation];
  if (annotation === undefined) return [];
  const field = `metadata.annotations[${sourceRangesAnnotation}]`;
  if (spec.type !== 'LoadBalancer') errors.push(forbiddenField(field, onlyLoadBalancers));
  if (annotation.trim() === '') return errors;
  return [...errors, ...annotation.split(',').flatMap((r) => wrong(field, r.trim(), isValidCIDR(r.trim())))];
}

function validateLoadBalancerFields({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const isLoadBalancer = spec.type === 'LoadBalancer';
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isLoadBalancer) {
    errors.push(forbiddenField('spec.allocateLoadBalancerNodePorts', onlyLoadBalancers));
  }
  if (spec.allocateLoadBalancerNodePorts === undefined && isLoadBalancer) errors.push(required('allocateLoadBalancerNodePorts'));
  const name = spec.loadBalancerClass;
  if (name === undefined) return errors;
  if (isLoadBalancer) errors.push(...qualifiedName('spec.loadBalancerClass', name));
  else errors.push(forbiddenField('spec.loadBalancerClass', onlyLoadBalancers));
  return errors;
}

function validateTrafficPolicies(service: Service): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  const policies = ['Cluster', 'Local'];
  if (externallyAccessible(service)) errors.push(...oneOf('spec.externalTrafficPolicy', spec.externalTrafficPolicy, policies));
  else if (spec.externalTrafficPolicy) {
    errors.push(
      invalidValue('spec.externalTrafficPolicy', spec.externalTrafficPolicy, 'may only be set for externally-accessible services'),
    );
  }
  const health = 'spec.healthCheckNodePort';
  const port = spec.healthCheckNodePort ?? 0;
  if (needsHealthCheck(service)) errors.push(...(port === 0 ? [required(health)] : wrong(health, port, isValidPortNum(port))));
  else if (port !== 0) {
    errors.push(invalidValue(health, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
  }
  const internal = spec.internalTrafficPolicy;
  if (internal !== undefined) {
    if (!policies.includes(internal)) errors.push(notSupported('spec.internalTrafficPolicy', internal, policies));
  } else if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type ?? '')) errors.push(required('spec.internalTrafficPolicy'));
  const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
  if (spec.trafficDistribution !== undefined && !distributions.includes(spec.trafficDistribution)) {
    errors.push(notSupported('spec.trafficDistribution', spec.trafficDistribution, distributions));
  }
  return errors;
}

// What a load balancer may report. Mirrors ValidateLoadBalancerStatus of pkg/apis/core/validation.

const field = 'status.loadBalancer.ingress';

export function validateServiceStatus(service: Service): FieldError[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0 && service.spec.type !== 'LoadBalancer') {
    return [forbiddenField(field, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  return ingress.flatMap((entry, i) => validateIngress(entry, `${field}[${i}]`));
}

function validateIngress({ ip, hostname, ipMode }: LoadBalancerIngress, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (ip) errors.push(...wrong(`${path}.ip`, ip, isValidIP(ip)));
  if (ip && ipMode === undefined) errors.push(required(`${path}.ipMode`, 'must be specified when `ip` is set'));
  if (!ip && ipMode !== undefined) errors.push(forbiddenField(`${path}.ipMode`, 'may not be specified when `ip` is not set'));
  else if (ipMode !== undefined && !['Proxy', 'VIP'].includes(ipMode))
    errors.push(notSupported(`${path}.ipMode`, ipMode, ['Proxy', 'VIP']));
  if (!hostname) return errors;
  errors.push(...dnsSubdomain(`${path}.hostname`, hostname));
  if (parseIP(hostname)) errors.push(invalidValue(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  return errors;
}
