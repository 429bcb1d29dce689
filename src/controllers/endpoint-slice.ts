// Keeps the EndpointSlices of each Service with a selector. Mirrors pkg/controller/endpointslice/endpointslice_controller.go.
import { hasSelector, managedByLabel, serviceNameLabel, sliceController } from '../kinds/service/facts.js';
import type { Controller } from '../model/controller.js';
import type { EndpointSlice, Service } from '../model/generated/api.js';
import { splitKey } from '../model/object.js';
import { fromMap } from '../model/selector.js';
import type { Reader, Writer } from '../model/store.js';
import { addressTypes } from './service-endpoints/endpoint.js';
import { sliceChanges, type SliceChanges } from './service-endpoints/slices.js';
import { servicesOfNode, servicesOfObject, servicesOfPod, servicesOfSlice, triggerTime, withTrigger } from './service-endpoints/trigger.js';

export const endpointSlice: Controller = {
  name: 'endpoint-slice',
  program: 'kube-controller-manager',
  watches: {
    Service: servicesOfObject,
    Pod: servicesOfPod,
    Node: servicesOfNode,
    'EndpointSlice.discovery.k8s.io': servicesOfSlice(sliceController),
  },
  reconcile(key, writer) {
    const { namespace, name } = splitKey(key);
    const service = writer.get('Service', namespace, name);
    // Slices of a Service that is gone are the garbage collector's; without a selector they are the user's own.
    if (!service || service.spec.type === 'ExternalName' || !hasSelector(service)) return;
    const pods = writer.list('Pod', { namespace, labels: fromMap(service.spec.selector!) });
    const existing = slicesOf(service, writer);
    const changes = sliceChanges({ service, pods, existing, node: (node) => writer.get('Node', '', node) });
    apply(changes, writer, service, triggerTime(service, pods, existing.length > 0 ? knownTo(existing) : undefined));
    refuseTopologyHints(service, writer);
  },
};

const topologyAnnotations = ['service.kubernetes.io/topology-aware-hints', 'service.kubernetes.io/topology-mode'] as const;

/** The older way to ask for hints, by zones' shares of CPU, is not simulated: the Service says so, in upstream's words where nodes have no zone. */
function refuseTopologyHints(service: Service, writer: Writer): void {
  const mode = topologyAnnotations.map((key) => service.metadata.annotations?.[key]).find((value) => value !== undefined);
  if (mode !== 'Auto' && mode !== 'auto') return;
  const zoned = writer.list('Node').every((n) => n.metadata.labels?.['topology.kubernetes.io/zone']);
  const why = zoned
    ? 'kubelab does not simulate topology-mode Auto; use spec.trafficDistribution'
    : 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';
  for (const family of addressTypes(service)) {
    const message = `${why}, addressType: ${family}`;
    writer.event(service, 'Warning', 'TopologyAwareHintsDisabled', message, { component: 'endpoint-slice-controller' });
  }
}

/** Those of this controller that are not on their way out. */
const slicesOf = (service: Service, reader: Reader): EndpointSlice[] =>
  reader
    .list('EndpointSlice.discovery.k8s.io', {
      namespace: service.metadata.namespace ?? '',
      labels: fromMap({ [serviceNameLabel]: service.metadata.name, [managedByLabel]: sliceController }),
    })
    .filter((s) => s.metadata.deletionTimestamp === undefined);

function apply(changes: SliceChanges, writer: Writer, service: Service, time: string): void {
  const noted = (slice: EndpointSlice): EndpointSlice => {
    const { annotations, ...metadata } = slice.metadata;
    const noted = withTrigger(annotations, time);
    return { ...slice, metadata: { ...metadata, ...(Object.keys(noted).length > 0 && { annotations: noted }) } };
  };
  if (service.metadata.deletionTimestamp === undefined) for (const slice of changes.create) writer.create(noted(slice));
  for (const slice of changes.update) writer.update(noted(slice));
  for (const slice of changes.remove) writer.remove(slice);
}

function knownTo(slices: readonly EndpointSlice[]): Map<string, boolean> {
  return new Map(slices.flatMap((s) => (s.endpoints ?? []).map((e) => [e.targetRef?.uid ?? '', e.conditions?.serving === true] as const)));
}
