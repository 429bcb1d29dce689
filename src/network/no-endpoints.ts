// Why a port of a Service has no endpoints: the hop that names the object and the field to look at.
import { isReady, lastingContainers } from '../kinds/pod/facts.js';
import type { Pod, Service, ServicePort } from '../model/generated/api.js';
import type { Hop } from '../model/packet.js';
import { fromMap, matches } from '../model/selector.js';
import type { Reader } from '../model/store.js';
import { slicesOf } from './endpoints.js';
import { noProxy } from './no-proxy.js';
import type { ProxyNode } from './proxy/node.js';

/** Told after the hop whose rules had no endpoint to send to. */
export function noEndpoints(reader: Reader, { service, port }: { service: Service; port: ServicePort }, node?: ProxyNode): Hop {
  const namespace = service.metadata.namespace ?? '';
  const object = `Service ${namespace}/${service.metadata.name}`;
  if (node?.staleSince !== undefined && hasEndpoints(reader, service, port)) return noProxy(reader, node.name);
  const { selector } = service.spec;
  if (!selector || Object.keys(selector).length === 0) return withoutSelector(reader, service, port, object);
  const told = { step: 'because', object, field: 'spec.selector' } as const;
  const wanted = fromMap(selector);
  const words = Object.entries(selector)
    .map(([k, v]) => `${k}=${v}`)
    .join(',');
  const pods = reader.list('Pod', { namespace }).filter((p) => matches(wanted, p.metadata.labels));
  if (pods.length === 0) {
    const idle = reader
      .list('Deployment.apps', { namespace })
      .find((d) => d.spec.replicas === 0 && matches(wanted, d.spec.template.metadata?.labels));
    if (idle)
      return {
        step: 'because',
        object: `Deployment ${namespace}/${idle.metadata.name}`,
        why: `it makes the Pods that spec.selector (${words}) of ${object} chooses, and spec.replicas is 0`,
        field: 'spec.replicas',
        cause: 'scaled-to-zero',
      };
    return { ...told, why: `no Pod has the labels of spec.selector (${words})`, cause: 'selector-matches-nothing' };
  }
  const ready = pods.filter(isReady);
  if (ready.length === 0) return notReady(pods, words);
  if (typeof port.targetPort === 'string' && ready.every((p) => !namedPort(p, port)))
    return {
      ...told,
      why: `no Pod of spec.selector (${words}) has a container port named "${port.targetPort}"`,
      field: `spec.ports[${indexOf(service, port)}].targetPort`,
      cause: 'named-port-missing',
    };
  if (ready.every((p) => !hasFamily(p, service)))
    return {
      ...told,
      why: `its Pods have no address of its family (${service.spec.ipFamilies?.join(', ')})`,
      field: 'spec.ipFamilies',
      cause: 'family',
    };
  return {
    ...told,
    object: `EndpointSlice ${namespace}/${slicesOf(reader, service)[0]?.metadata.name ?? service.metadata.name}`,
    why: `it does not list the ready Pods of spec.selector (${words}): kube-controller-manager has not written them`,
    field: 'endpoints',
    cause: 'not-programmed',
  };
}

export const indexOf = (service: Service, port: ServicePort): number =>
  (service.spec.ports ?? []).findIndex((p) => p.port === port.port && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'));

const namedPort = (pod: Pod, port: ServicePort): boolean =>
  lastingContainers(pod).some((c) =>
    c.ports?.some((p) => p.name === port.targetPort && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP')),
  );

const hasFamily = (pod: Pod, service: Service): boolean =>
  (service.spec.ipFamilies ?? ['IPv4']).some((f) =>
    (pod.status?.podIPs ?? []).some(({ ip }) => !!ip && ip.includes(':') === (f === 'IPv6')),
  );

const fits = (service: Service, port: ServicePort, p: { name?: string; protocol?: string }): boolean =>
  (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP');

/** Do the API's slices list ready endpoints for the port? */
const hasEndpoints = (reader: Reader, service: Service, port: ServicePort): boolean =>
  slicesOf(reader, service).some(
    (s) => (s.ports ?? []).some((p) => fits(service, port, p)) && (s.endpoints ?? []).some((e) => e.conditions?.ready !== false),
  );

function withoutSelector(reader: Reader, service: Service, port: ServicePort, object: string): Hop {
  const slices = slicesOf(reader, service).filter((s) => (s.endpoints ?? []).length > 0);
  const [slice] = slices;
  if (!slice)
    return {
      step: 'because',
      object,
      why: 'the Service has no selector, and no EndpointSlice gives it endpoints',
      field: 'spec.selector',
      cause: 'no-selector',
    };
  const name = `EndpointSlice ${slice.metadata.namespace}/${slice.metadata.name}`;
  if (!slices.some((s) => (s.ports ?? []).some((p) => fits(service, port, p))))
    return {
      step: 'because',
      object: name,
      why: `it has no port named ${JSON.stringify(port.name ?? '')} with protocol ${port.protocol ?? 'TCP'}, as the Service's port is`,
      field: 'ports',
      cause: 'named-port-missing',
    };
  return {
    step: 'because',
    object: name,
    why: 'none of its endpoints is ready',
    field: 'endpoints[0].conditions.ready',
    cause: 'pods-not-ready',
  };
}

/** Of Pods that are chosen, and none of which is ready: the first, and what keeps it. */
function notReady(pods: readonly Pod[], words: string): Hop {
  const pod = pods[0] as Pod;
  const what =
    pods.length === 1
      ? `the only Pod of spec.selector (${words}) is not ready`
      : `one of ${pods.length} Pods of spec.selector (${words}), none of which is ready`;
  return { step: 'because', object: `Pod ${pod.metadata.namespace}/${pod.metadata.name}`, ...keptBy(pod, what), cause: 'pods-not-ready' };
}

function keptBy(pod: Pod, what: string): { why: string; field: string } {
  const unplaced = pod.status?.conditions?.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  if (unplaced) return { why: `${what}: no node takes it: ${unplaced.message ?? ''}`, field: 'spec' };
  if (pod.metadata.deletionTimestamp) return { why: `${what}: it is being deleted`, field: 'metadata.deletionTimestamp' };
  for (const [i, c] of pod.spec.containers.entries()) {
    const status = pod.status?.containerStatuses?.find((s) => s.name === c.name);
    const { waiting, terminated } = status?.state ?? {};
    const at = `spec.containers[${i}]`;
    if (waiting?.reason === 'ErrImagePull' || waiting?.reason === 'ImagePullBackOff')
      return { why: `${what}: image "${c.image}" cannot be pulled (${waiting.reason})`, field: `${at}.image` };
    if (waiting) return { why: `${what}: container "${c.name}" is waiting (${waiting.reason ?? 'ContainerCreating'})`, field: at };
    if (terminated)
      return { why: `${what}: container "${c.name}" has ended (${terminated.reason}, exit code ${terminated.exitCode})`, field: at };
    if (status && !status.ready && c.startupProbe && status.started === false)
      return { why: `${what}: the startup probe of container "${c.name}" has not succeeded`, field: `${at}.startupProbe` };
    if (status && !status.ready && c.readinessProbe)
      return { why: `${what}: the readiness probe of container "${c.name}" does not succeed`, field: `${at}.readinessProbe` };
  }
  const gate = (pod.spec.readinessGates ?? []).find(
    (g) => !pod.status?.conditions?.some((c) => c.type === g.conditionType && c.status === 'True'),
  );
  if (gate) return { why: `${what}: its readiness gate ${gate.conditionType} is not True`, field: 'spec.readinessGates' };
  return { why: `${what}: it is not running yet (${pod.status?.phase ?? 'Pending'})`, field: 'status.phase' };
}
