// Which Pods count as endpoints of a Service; one Pod as an endpoint of an EndpointSlice, and the ports it offers: pure functions.
// Mirrors k8s.io/endpointslice/utils.go (podToEndpoint, getEndpointPorts, getAddressTypesForService).
import { conditionOf, isFinished, isReady, lastingContainers } from '../../kinds/pod/facts.js';
import { hasClusterIP } from '../../kinds/service/facts.js';
import { canonicalIP, familyOf, type IPFamily } from '../../lib/ip.js';
import type { DiscoveryV1EndpointPort, Endpoint, Node, ObjectReference, Pod, Service, ServicePort } from '../../model/generated/api.js';

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
    targetRef: referenceTo(pod),
    ...(zone && { zone }),
  };
}

/** By which an address names the Pod that it belongs to. */
export const referenceTo = ({ metadata: { name, namespace, uid } }: Pod): ObjectReference => ({
  kind: 'Pod',
  name,
  ...(namespace !== undefined && { namespace }),
  ...(uid !== undefined && { uid }),
});

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

// Which Pods count as endpoints of a Service, and which of a Pod's facts do.
// Mirrors k8s.io/endpointslice/util/controller_utils.go and FindPort of k8s.io/endpointslice/utils.go.

/** When the Pod became ready or unready; "" when it has never been asked. */
export const readySince = (pod: Pod): string => conditionOf(pod, 'Ready')?.lastTransitionTime ?? '';

const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** Finished Pods and Pods without an address never count; those being deleted only where `terminating` says so. */
export function isEndpoint(pod: Pod, terminating: boolean): boolean {
  if (isFinished(pod)) return false;
  if (!pod.status?.podIP && !pod.status?.podIPs?.length) return false;
  return terminating || !isTerminating(pod);
}

/** The Pod has a DNS name of its own under the Service. */
export const showsHostname = (pod: Pod, service: Service): boolean =>
  !!pod.spec.hostname && pod.spec.subdomain === service.metadata.name && pod.metadata.namespace === service.metadata.namespace;

/** The number behind targetPort in this Pod; undefined when it has no port of that name (and protocol). */
export function findPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort;
  if (typeof target !== 'string') return target || port.port;
  for (const container of lastingContainers(pod)) {
    const found = container.ports?.find((p) => p.name === target && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'));
    if (found) return found.containerPort;
  }
  return undefined;
}

/** Whether a Pod's change can change any endpoint of a Service that selects it before and after. */
export function changesEndpoint(before: Pod, after: Pod): boolean {
  const facts = (pod: Pod) =>
    JSON.stringify([
      isReady(pod),
      isEndpoint(pod, true),
      isTerminating(pod),
      pod.metadata.uid,
      pod.status?.podIPs ?? pod.status?.podIP,
      pod.spec.nodeName,
      pod.spec.hostname,
      pod.spec.subdomain,
    ]);
  return facts(before) !== facts(after);
}
