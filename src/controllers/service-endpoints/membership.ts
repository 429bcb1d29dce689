// Which Pods count as endpoints of a Service, and which of a Pod's facts do.
// Mirrors k8s.io/endpointslice/util/controller_utils.go and FindPort of k8s.io/endpointslice/utils.go.
import type { Pod, Service, ServicePort } from '../../model/generated/api.js';

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

const readyCondition = (pod: Pod) => pod.status?.conditions?.find((c) => c.type === 'Ready');

/** When the Pod became ready or unready; "" when it has never been asked. */
export const readySince = (pod: Pod): string => readyCondition(pod)?.lastTransitionTime ?? '';

export const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** Finished Pods and Pods without an address never count; those being deleted only where `terminating` says so. */
export function isEndpoint(pod: Pod, terminating: boolean): boolean {
  if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') return false;
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
  const sidecars = (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always');
  for (const container of [...(pod.spec.containers ?? []), ...sidecars]) {
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
