// Endpoints that people write by hand, for a Service without selector, appear as EndpointSlices too: only those are read by the network.
// Mirrors pkg/controller/endpointslicemirroring.
import { hasSelector, managedByLabel, mirrorController, serviceNameLabel, skipMirrorLabel } from '../kinds/service/facts.js';
import { familyOf, type IPFamily } from '../lib/ip.js';
import { same } from '../lib/same.js';
import type { Controller } from '../model/controller.js';
import type { DiscoveryV1EndpointPort, Endpoint, EndpointAddress, EndpointPort, Endpoints, EndpointSlice } from '../model/generated/api.js';
import { splitKey } from '../model/object.js';
import { fromMap } from '../model/selector.js';
import type { Reader, Writer } from '../model/store.js';
import { servicesOfObject, servicesOfSlice, triggerAnnotation } from './service-endpoints/trigger.js';

const notMirrored = new Set([triggerAnnotation, 'kubectl.kubernetes.io/last-applied-configuration']);
/** Of one subset, and so of one slice. */
const maxEndpoints = 1000;

export const endpointSliceMirroring: Controller = {
  name: 'endpoint-slice-mirroring',
  program: 'kube-controller-manager',
  watches: { Endpoints: servicesOfObject, Service: servicesOfObject, 'EndpointSlice.discovery.k8s.io': servicesOfSlice(mirrorController) },
  reconcile(key, writer) {
    const { namespace, name } = splitKey(key);
    const existing = mirrorsOf(namespace, name, writer);
    const endpoints = writer.get('Endpoints', namespace, name);
    const wanted = endpoints && isMirrored(endpoints, writer) ? mirrorsFor(endpoints) : [];
    write(wanted, existing, writer);
  },
};

const mirrorsOf = (namespace: string, name: string, reader: Reader): EndpointSlice[] =>
  reader.list('EndpointSlice.discovery.k8s.io', {
    namespace,
    labels: fromMap({ [serviceNameLabel]: name, [managedByLabel]: mirrorController }),
  });

/** Those of a Service with a selector have slices of their own. */
function isMirrored({ metadata }: Endpoints, reader: Reader): boolean {
  if (metadata.labels?.[skipMirrorLabel] === 'true' || metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'] !== undefined)
    return false;
  const service = reader.get('Service', metadata.namespace ?? '', metadata.name);
  return service !== undefined && !hasSelector(service);
}

/** One slice for each family and list of ports. */
function mirrorsFor(endpoints: Endpoints): EndpointSlice[] {
  const groups = new Map<string, { family: IPFamily; ports: DiscoveryV1EndpointPort[]; endpoints: Map<string, Endpoint> }>();
  for (const subset of endpoints.subsets ?? []) {
    const ports = (subset.ports ?? []).map(mirrorPort);
    const add = (address: EndpointAddress, ready: boolean): void => {
      const family = familyOf(address.ip);
      if (!family) return;
      const key = JSON.stringify([family, ports]);
      const group = groups.get(key) ?? { family, ports, endpoints: new Map<string, Endpoint>() };
      groups.set(key, group);
      if (group.endpoints.size < maxEndpoints && !group.endpoints.has(address.ip))
        group.endpoints.set(address.ip, mirrorAddress(address, ready));
    };
    for (const address of subset.addresses ?? []) add(address, true);
    for (const address of subset.notReadyAddresses ?? []) add(address, false);
  }
  return [...groups.values()].map((g) => sliceOf(endpoints, g.family, g.ports, [...g.endpoints.values()]));
}

const mirrorPort = ({ name, port, protocol, appProtocol }: EndpointPort): DiscoveryV1EndpointPort => ({
  ...(appProtocol !== undefined && { appProtocol }),
  name: name ?? '',
  port,
  protocol: protocol ?? 'TCP',
});

const mirrorAddress = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname && { hostname }),
  ...(nodeName !== undefined && { nodeName }),
  ...(targetRef && { targetRef }),
});

function sliceOf({ metadata }: Endpoints, addressType: IPFamily, ports: DiscoveryV1EndpointPort[], endpoints: Endpoint[]): EndpointSlice {
  const { name, namespace, uid } = metadata;
  const annotations = Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([key]) => !notMirrored.has(key)));
  return {
    addressType,
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: `${name}-`,
      ...(namespace !== undefined && { namespace }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
      labels: { ...metadata.labels, [managedByLabel]: mirrorController, [serviceNameLabel]: name },
      ownerReferences: [{ apiVersion: 'v1', blockOwnerDeletion: true, controller: true, kind: 'Endpoints', name, uid: uid ?? '' }],
    },
    endpoints,
    ports,
  };
}

/** Slices keep their names as long as their family and ports stay; others of the family are reused before new ones are made. */
function write(wanted: readonly EndpointSlice[], existing: readonly EndpointSlice[], writer: Writer): void {
  const free = new Set(existing);
  const take = (fits: (s: EndpointSlice) => boolean): EndpointSlice | undefined => {
    const found = [...free].find(fits);
    if (found) free.delete(found);
    return found;
  };
  const exact = wanted.map((w) => take((s) => s.addressType === w.addressType && same(s.ports ?? [], w.ports ?? [])));
  for (const [i, slice] of wanted.entries()) {
    const old = exact[i] ?? take((s) => s.addressType === slice.addressType);
    if (!old) {
      writer.create(slice);
      continue;
    }
    const { labels, annotations, ownerReferences } = slice.metadata;
    const { annotations: _, ...kept } = old.metadata;
    const metadata = { ...kept, ...(annotations && { annotations }), labels: labels!, ownerReferences: ownerReferences! };
    const next: EndpointSlice = { ...slice, metadata };
    if (!same(next, old)) writer.update(next);
  }
  for (const slice of free) writer.remove(slice);
}
