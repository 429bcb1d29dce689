// Addresses that lead nowhere from another machine: refused for external IPs and endpoints.
// Mirrors ValidateNonSpecialIP of pkg/apis/core/validation.
import { isLinkLocalMulticast, isLinkLocalUnicast, isLoopback, isUnspecified, parseIP } from '../../lib/ip.js';
import { type FieldError, invalidValue } from '../../model/field-error.js';

export function validateNonSpecialIP(text: string, field: string): FieldError[] {
  const ip = parseIP(text);
  if (!ip) return [invalidValue(field, text, 'must be a valid IP address')];
  const errors: FieldError[] = [];
  if (isUnspecified(ip)) errors.push(invalidValue(field, text, `may not be unspecified (${text})`));
  if (isLoopback(ip)) errors.push(invalidValue(field, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  if (isLinkLocalUnicast(ip)) errors.push(invalidValue(field, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'));
  if (isLinkLocalMulticast(ip)) {
    errors.push(invalidValue(field, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'));
  }
  return errors;
}
