// Which zone or node an endpoint serves first: hints that follow from a Service's trafficDistribution.
// Mirrors k8s.io/endpointslice/trafficdist/trafficdist.go.
import type { Endpoint, EndpointHints, Service } from '../../model/generated/api.js';

/** undefined = traffic goes anywhere, and hints have no place. */
export type Preference = 'PreferSameZone' | 'PreferSameNode' | undefined;

export function preferenceOf(service: Service): Preference {
  switch (service.spec.trafficDistribution) {
    case 'PreferSameNode':
      return 'PreferSameNode';
    case 'PreferSameZone':
    case 'PreferClose':
      return 'PreferSameZone';
    default:
      return undefined;
  }
}

/** The endpoint with the hints it should have. What is not ready keeps the hints it has. */
export function withHints(endpoint: Endpoint, preference: Preference): Endpoint {
  if (preference && endpoint.conditions?.ready !== true) return endpoint;
  const { hints: _, ...rest } = endpoint;
  const hints = preference && hintsFor(endpoint, preference);
  return hints ? { ...rest, hints } : rest;
}

function hintsFor(endpoint: Endpoint, preference: Preference): EndpointHints | undefined {
  const { zone, nodeName } = endpoint;
  const node = preference === 'PreferSameNode' ? nodeName : undefined;
  if (zone === undefined && node === undefined) return undefined;
  return { ...(node !== undefined && { forNodes: [{ name: node }] }), ...(zone !== undefined && { forZones: [{ name: zone }] }) };
}

/** Whether the ready endpoints lack hints or have wrong ones; without a preference, whether any has hints at all. */
export function hintsAreWrong(endpoints: readonly Endpoint[], preference: Preference): boolean {
  if (!preference) return endpoints.some((e) => e.hints !== undefined);
  return endpoints.some((e) => {
    if (e.conditions?.ready !== true) return false;
    const wanted = hintsFor(e, preference);
    return zones(e.hints) !== zones(wanted) || nodes(e.hints) !== nodes(wanted);
  });
}

const zones = (hints: EndpointHints | undefined): string => JSON.stringify((hints?.forZones ?? []).map((z) => z.name));
const nodes = (hints: EndpointHints | undefined): string => JSON.stringify((hints?.forNodes ?? []).map((n) => n.name));
