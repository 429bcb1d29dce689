// What a load balancer may report. Mirrors ValidateLoadBalancerStatus of pkg/apis/core/validation.
import { isValidIP, parseIP } from '../../lib/ip.js';
import { isDNS1123Subdomain } from '../../lib/names.js';
import { type FieldError, forbiddenField, invalidValue, notSupported, required } from '../../model/field-error.js';
import type { LoadBalancerIngress, Service } from '../../model/generated/api.js';

const field = 'status.loadBalancer.ingress';

export function validateServiceStatus(service: Service): FieldError[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0 && service.spec.type !== 'LoadBalancer') {
    return [forbiddenField(field, 'may only be used when `spec.type` is LoadBalancer')];
  }
  return ingress.flatMap((entry, i) => validateIngress(entry, `${field}[${i}]`));
}

function validateIngress({ ip, hostname, ipMode }: LoadBalancerIngress, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (ip) errors.push(...isValidIP(ip).map((message) => invalidValue(`${path}.ip`, ip, message)));
  if (ip && ipMode === undefined) errors.push(required(`${path}.ipMode`, 'must be specified when `ip` is set'));
  if (!ip && ipMode !== undefined) errors.push(forbiddenField(`${path}.ipMode`, 'may not be specified when `ip` is not set'));
  else if (ipMode !== undefined && !['Proxy', 'VIP'].includes(ipMode))
    errors.push(notSupported(`${path}.ipMode`, ipMode, ['Proxy', 'VIP']));
  if (!hostname) return errors;
  errors.push(...isDNS1123Subdomain(hostname).map((message) => invalidValue(`${path}.hostname`, hostname, message)));
  if (parseIP(hostname)) errors.push(invalidValue(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  return errors;
}
