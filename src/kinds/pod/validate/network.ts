// What a Pod says of names, DNS and host ports. Mirrors validatePodDNSConfig, ValidateHostAliases and their neighbours in Kubernetes.
import { isDNS1123SubdomainWithUnderscore } from '../../../lib/names.js';
import { isValidIP } from '../../../lib/ip.js';
import { duplicate, type FieldError, invalidValue, required } from '../../../model/field-error.js';
import type { Container, HostAlias, PodSpec } from '../../../model/generated/api.js';
import { dnsSubdomain, oneOf, wrong } from '../../rules.js';

export const validateDNSPolicy = (spec: PodSpec, path: string): FieldError[] =>
  oneOf(path, spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']);

export function validateDNSConfig(spec: PodSpec, path: string): FieldError[] {
  const config = spec.dnsConfig;
  if (spec.dnsPolicy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!config.nameservers?.length) {
      return [required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
    }
  }
  if (!config) return [];
  const { nameservers = [], searches = [], options = [] } = config;
  const errors: FieldError[] = [];
  if (nameservers.length > 3) errors.push(invalidValue(`${path}.nameservers`, nameservers, 'must not have more than 3 nameservers'));
  for (const [i, ip] of nameservers.entries()) errors.push(...wrong(`${path}.nameservers[${i}]`, ip, isValidIP(ip)));
  if (searches.length > 32) errors.push(invalidValue(`${path}.searches`, searches, 'must not have more than 32 search paths'));
  if (searches.join(' ').length > 2048) {
    errors.push(
      invalidValue(`${path}.searches`, searches, 'must not have more than 2048 characters (including spaces) in the search list'),
    );
  }
  for (const [i, search] of searches.entries()) {
    const name = search.replace(/\.$/, '');
    if (search !== '.') errors.push(...wrong(`${path}.searches[${i}]`, name, isDNS1123SubdomainWithUnderscore(name)));
  }
  for (const [i, option] of options.entries()) if (!option.name) errors.push(required(`${path}.options[${i}]`, 'must not be empty'));
  return errors;
}

export const validateHostAliases = (aliases: readonly HostAlias[] | undefined, path: string): FieldError[] =>
  (aliases ?? []).flatMap(({ ip = '', hostnames = [] }, i) => [
    ...wrong(`${path}[${i}].ip`, ip, isValidIP(ip)),
    ...hostnames.flatMap((name, j) => dnsSubdomain(`${path}[${i}].hostnames[${j}]`, name)),
  ]);

/** A Pod in its node's network listens where its containers do. Templates may leave the host port open. */
export function validateHostNetworkPorts(spec: PodSpec, path: string, isPod: boolean): FieldError[] {
  if (!spec.hostNetwork) return [];
  return (spec.containers ?? []).flatMap((c, i) =>
    (c.ports ?? []).flatMap(({ hostPort = 0, containerPort }, j) =>
      (isPod || hostPort !== 0) && hostPort !== containerPort
        ? [invalidValue(`${path}.containers[${i}].ports[${j}].hostPort`, hostPort, 'must match `containerPort` when `hostNetwork` is true')]
        : [],
    ),
  );
}

/** Two ports of `containers` cannot be the same port of the node. */
export function validateUniqueHostPorts(containers: readonly Container[], path: (index: number) => string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap((c, i) =>
    (c.ports ?? []).flatMap((p, j) => {
      if (!p.hostPort) return [];
      const port = `${p.protocol ?? ''}/${p.hostIP ?? ''}/${p.hostPort}`;
      if (taken.has(port)) return [duplicate(`${path(i)}.ports[${j}].hostPort`, port)];
      taken.add(port);
      return [];
    }),
  );
}
