// One Pod as an endpoint of an EndpointSlice, and the ports it offers: pure functions.
// Mirrors k8s.io/endpointslice/utils.go (podToEndpoint, getEndpointPorts, getAddressTypesForService).
import { canonicalIP, familyOf, type IPFamily } from '../../lib/ip.js';
import type { DiscoveryV1EndpointPort, Endpoint, Node, Pod, Service } from '../../model/generated/api.js';
import { hasClusterIP } from '../../kinds/service/facts.js';
import { findPort, isReady, isTerminating, showsHostname } from './membership.js';

/** The families a Service has slices for; both for a headless one that does not say. */
export function addressTypes(service: Service): IPFamily[] {
  const families = (service.spec.ipFamilies ?? []) as IPFamily[];
  if (families.length > 0) return families;
  if (hasClusterIP(service)) return [familyOf(service.spec.clusterIP!) ?? 'IPv4'];
  return ['IPv4', 'IPv6'];
}

/** Its `addresses` are empty when the Pod has none of that family. */
export function endpointOf(pod: Pod, service: Service, node: Node | undefined, family: IPFamily): Endpoint {
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
  return {
    addresses: (pod.status?.podIPs ?? []).flatMap(({ ip }) => (ip && familyOf(ip) === family ? [canonicalIP(ip)] : [])),
    conditions: { ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating },
    ...(showsHostname(pod, service) && { hostname: pod.spec.hostname! }),
    ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
    targetRef: {
      kind: 'Pod',
      name: pod.metadata.name,
      ...(pod.metadata.namespace !== undefined && { namespace: pod.metadata.namespace }),
      ...(pod.metadata.uid !== undefined && { uid: pod.metadata.uid }),
    },
    ...(zone && { zone }),
  };
}

/** Pods whose named ports differ in number have different lists, and so live in different slices. Ordered by number, as recorded. */
export function endpointPorts(service: Service, pod: Pod): DiscoveryV1EndpointPort[] {
  const ports = (service.spec.ports ?? []).flatMap((p) => {
    const port = findPort(pod, p);
    if (port === undefined) return [];
    return [
      { ...(p.appProtocol !== undefined && { appProtocol: p.appProtocol }), name: p.name ?? '', port, protocol: p.protocol ?? 'TCP' },
    ];
  });
  return ports.sort((a, b) => a.port - b.port);
}
