// Keeps one Endpoints object per Service with a selector. Mirrors pkg/controller/endpoint/endpoints_controller.go.
import { hasClusterIP, hasSelector, headlessLabel } from '../kinds/service/facts.js';
import type { Controller } from '../model/controller.js';
import type { Endpoints, Pod, Service } from '../model/generated/api.js';
import { keyOf, splitKey } from '../model/object.js';
import { fromMap } from '../model/selector.js';
import type { Writer } from '../model/store.js';
import { subsetsFor, truncated } from './service-endpoints/subsets.js';
import { servicesOfObject, servicesOfPod, triggerAnnotation, triggerTime, withTrigger } from './service-endpoints/trigger.js';

const overCapacity = 'endpoints.kubernetes.io/over-capacity';
const managedBy = 'endpoints.kubernetes.io/managed-by';

export const endpoints: Controller = {
  name: 'endpoints',
  program: 'kube-controller-manager',
  watches: {
    Service: servicesOfObject,
    Pod: servicesOfPod,
    // What a user writes into the object stays until the next change; only its deletion is undone at once.
    Endpoints: (change) => (change.type === 'DELETED' ? servicesOfObject(change) : []),
  },
  leftovers: (reader) => reader.list('Endpoints').map(keyOf),
  reconcile(key, writer) {
    const { namespace, name } = splitKey(key);
    const service = writer.get('Service', namespace, name);
    const current = writer.get('Endpoints', namespace, name);
    if (!service) {
      if (current) writer.remove(current);
      return;
    }
    // Without a selector the addresses are the user's own; ExternalName has none.
    if (service.spec.type === 'ExternalName' || !hasSelector(service)) return;
    const pods = writer.list('Pod', { namespace, labels: fromMap(service.spec.selector!) });
    write(writer, service, pods, current);
  },
};

function write(writer: Writer, service: Service, pods: readonly Pod[], current: Endpoints | undefined): void {
  const wanted = endpointsFor(service, pods, current);
  if (!current) writer.create(wanted);
  else if (facts(current) !== facts(wanted)) writer.update(wanted);
}

/** Everything but the trigger time, which alone is no reason to write. */
function facts(e: Endpoints): string {
  const { [triggerAnnotation]: _, ...annotations } = e.metadata.annotations ?? {};
  const entries = (map: Record<string, string> | undefined) => Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([e.subsets ?? [], entries(e.metadata.labels), entries(annotations)]);
}

/** The Endpoints object that a Service with these Pods should have; `current` gives what is kept of the old one. */
export function endpointsFor(service: Service, pods: readonly Pod[], current?: Endpoints): Endpoints {
  const all = subsetsFor(service, pods);
  const cut = truncated(all);
  const { [headlessLabel]: _, ...labels } = service.metadata.labels ?? {};
  const { [overCapacity]: __, ...annotations } = withTrigger(
    current?.metadata.annotations,
    triggerTime(service, pods, current && knownTo(current)),
  );
  const subsets = cut ?? all;
  const { subsets: ___, ...rest } = current ?? { apiVersion: 'v1', kind: 'Endpoints' };
  const noted = { ...annotations, ...(cut && { [overCapacity]: 'truncated' }) };
  const { annotations: ____, ...metadata } = current?.metadata ?? {
    name: service.metadata.name,
    ...(service.metadata.namespace !== undefined && { namespace: service.metadata.namespace }),
  };
  return {
    ...rest,
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...metadata,
      ...(Object.keys(noted).length > 0 && { annotations: noted }),
      labels: { ...labels, [managedBy]: 'endpoint-controller', ...(!hasClusterIP(service) && { [headlessLabel]: '' }) },
    },
    ...(subsets.length > 0 && { subsets }),
  };
}

function knownTo(e: Endpoints): Map<string, boolean> {
  const known = new Map<string, boolean>();
  for (const s of e.subsets ?? []) {
    for (const a of s.notReadyAddresses ?? []) known.set(a.targetRef?.uid ?? '', false);
    for (const a of s.addresses ?? []) known.set(a.targetRef?.uid ?? '', true);
  }
  return known;
}
