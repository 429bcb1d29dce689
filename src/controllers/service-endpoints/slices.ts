// How the endpoints of a Service are spread over EndpointSlices, given those that are there: as few writes as possible. A pure function.
// Mirrors k8s.io/endpointslice/reconciler.go (reconcileByAddressType, reconcileByPortMapping, finalize).
import { hasClusterIP, headlessLabel, managedByLabel, serviceNameLabel, sliceController } from '../../kinds/service/facts.js';
import type { IPFamily } from '../../lib/ip.js';
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice, Node, Pod, Service } from '../../model/generated/api.js';
import { addressTypes, endpointOf, endpointPorts, isEndpoint } from './endpoint.js';
import { hintsAreWrong, preferenceOf, withHints } from './hints.js';

export interface SliceChanges {
  /** Without a name: metadata.generateName gives it. */
  create: EndpointSlice[];
  update: EndpointSlice[];
  remove: EndpointSlice[];
}

export interface SliceInput {
  readonly service: Service;
  /** Those that the Service selects, in any state. */
  readonly pods: readonly Pod[];
  /** Those of this Service that this controller manages. */
  readonly existing: readonly EndpointSlice[];
  node(name: string): Node | undefined;
  /** Default 100, the flag --max-endpoints-per-slice. */
  readonly maxEndpoints?: number;
}

export function sliceChanges(input: SliceInput): SliceChanges {
  const { service, existing } = input;
  const families = addressTypes(service);
  const out: SliceChanges = { create: [], update: [], remove: existing.filter((s) => !families.includes(s.addressType as IPFamily)) };
  for (const family of families) {
    const changes = familyChanges(input, family);
    out.create.push(...changes.create);
    out.update.push(...changes.update);
    out.remove.push(...changes.remove);
  }
  return reuseRemoved(out, service);
}

/** Endpoints with the very same ports: they may share slices. */
interface Group {
  readonly ports: DiscoveryV1EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

function familyChanges(input: SliceInput, family: IPFamily): SliceChanges {
  const { service } = input;
  const existing = input.existing.filter((s) => s.addressType === family);
  const groups = groupsOf(input, family);
  const out: SliceChanges = { create: [], update: [], remove: existing.filter((s) => !isOwned(s, service)) };
  for (const [key, group] of groups) {
    const slices = existing.filter((s) => isOwned(s, service) && portsKey(s.ports ?? []) === key);
    const changes = groupChanges(input, family, group, slices);
    out.create.push(...changes.create);
    out.update.push(...changes.update);
    out.remove.push(...changes.remove);
  }
  out.remove.push(...existing.filter((s) => isOwned(s, service) && !groups.has(portsKey(s.ports ?? []))));
  keepPlaceholder(out, existing, newSlice(service, family, []));
  const touched = new Set([...out.update, ...out.remove].map((s) => s.metadata.name));
  const preference = preferenceOf(service);
  const unchanged = existing.filter((s) => !touched.has(s.metadata.name));
  const hinted = (slices: EndpointSlice[]): EndpointSlice[] =>
    slices.map((s) => (s.endpoints?.length ? { ...s, endpoints: s.endpoints.map((e) => withHints(e, preference)) } : s));
  return {
    create: hinted(out.create),
    update: hinted([...out.update, ...unchanged.filter((s) => hintsAreWrong(s.endpoints ?? [], preference))]),
    remove: out.remove,
  };
}

function groupsOf({ service, pods, node }: SliceInput, family: IPFamily): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    if (!isEndpoint(pod, true)) continue;
    const ports = endpointPorts(service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() };
    groups.set(key, group);
    const home = pod.spec.nodeName ? node(pod.spec.nodeName) : undefined;
    // A Pod on a node that is gone will go too; only publishNotReadyAddresses keeps it.
    if (!home && service.spec.publishNotReadyAddresses !== true) continue;
    const endpoint = endpointOf(pod, service, home, family);
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint);
  }
  return groups;
}

const portsKey = (ports: readonly DiscoveryV1EndpointPort[]): string =>
  ports
    .map((p) => JSON.stringify([p.name ?? '', p.protocol, p.port, p.appProtocol]))
    .sort()
    .join();

/** The same endpoint as before, though its conditions may be others. */
const endpointKey = (e: Endpoint): string =>
  JSON.stringify([[...e.addresses].sort(), e.hostname ?? '', e.targetRef?.namespace, e.targetRef?.name]);

const sameBeyondKey = (a: Endpoint, b: Endpoint): boolean => {
  const facts = (e: Endpoint) =>
    JSON.stringify([
      e.nodeName,
      e.zone,
      e.conditions?.ready,
      e.conditions?.serving,
      e.conditions?.terminating,
      e.targetRef?.kind,
      e.targetRef?.uid,
    ]);
  return facts(a) === facts(b);
};

/** Keep endpoints where they are; fill up the slices that must be written anyway; then one that has room for the rest; then new ones. */
function groupChanges(input: SliceInput, family: IPFamily, group: Group, existing: readonly EndpointSlice[]): SliceChanges {
  const { service, maxEndpoints = 100 } = input;
  const waiting = new Map(group.endpoints);
  const update: EndpointSlice[] = [];
  const remove: EndpointSlice[] = [];
  const unchanged: EndpointSlice[] = [];
  for (const slice of existing) {
    const old = slice.endpoints ?? [];
    const kept = old.flatMap((e) => waiting.get(endpointKey(e)) ?? []);
    const updated = old.some((e) => {
      const wanted = waiting.get(endpointKey(e));
      return wanted !== undefined && !sameBeyondKey(wanted, e);
    });
    for (const e of kept) waiting.delete(endpointKey(e));
    const labels = sliceLabels(service);
    if (kept.length === 0 && old.length > 0) remove.push(slice);
    else if (updated || kept.length !== old.length) update.push(rewritten(slice, kept, labels));
    else if (!sameLabels(labels, slice.metadata.labels)) update.push(rewritten(slice, old, labels));
    else unchanged.push(slice);
  }
  const fill = (slice: EndpointSlice): EndpointSlice => {
    const endpoints = [...(slice.endpoints ?? [])];
    for (const [key, e] of waiting) {
      if (endpoints.length >= maxEndpoints) break;
      endpoints.push(e);
      waiting.delete(key);
    }
    return { ...slice, endpoints };
  };
  const filled = update.sort((a, b) => count(b) - count(a)).map((slice) => (waiting.size > 0 ? fill(slice) : slice));
  const create: EndpointSlice[] = [];
  while (waiting.size > 0) {
    const home = waiting.size < maxEndpoints ? fullestWithRoom(unchanged, waiting.size, maxEndpoints) : undefined;
    if (home) {
      unchanged.splice(unchanged.indexOf(home), 1);
      filled.push(fill(home));
    } else create.push(fill(newSlice(service, family, group.ports)));
  }
  return { create, update: filled, remove };
}

const count = (slice: EndpointSlice): number => slice.endpoints?.length ?? 0;

function fullestWithRoom(slices: readonly EndpointSlice[], wanted: number, max: number): EndpointSlice | undefined {
  const fitting = slices.filter((s) => count(s) + wanted <= max);
  return fitting.sort((a, b) => count(b) - count(a))[0];
}

const rewritten = (slice: EndpointSlice, endpoints: Endpoint[], labels: Record<string, string>): EndpointSlice => ({
  ...slice,
  metadata: { ...slice.metadata, labels },
  endpoints,
});

/** A Service without endpoints has one empty slice per family. */
function keepPlaceholder(out: SliceChanges, existing: readonly EndpointSlice[], placeholder: EndpointSlice): void {
  if (out.remove.length !== existing.length || out.create.length > 0) return;
  const [only] = out.remove;
  const isPlaceholder = out.remove.length === 1 && count(only!) === 0 && !only!.ports?.length;
  if (isPlaceholder && sameLabels(only!.metadata.labels ?? {}, placeholder.metadata.labels)) out.remove = [];
  else out.create.push(placeholder);
}

function newSlice(service: Service, family: IPFamily, ports: DiscoveryV1EndpointPort[]): EndpointSlice {
  const { name, namespace, uid } = service.metadata;
  return {
    addressType: family,
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      // The API gives the name; the type wants one.
      name: '',
      generateName: `${name}-`,
      ...(namespace !== undefined && { namespace }),
      labels: sliceLabels(service),
      ownerReferences: [{ apiVersion: 'v1', blockOwnerDeletion: true, controller: true, kind: 'Service', name, uid: uid ?? '' }],
    },
    ...emptyLists,
    ...(ports.length > 0 && { ports }),
  };
}

/** Controllers speak protobuf, where an empty list is none: nobody comes to own it. */
const emptyLists = { endpoints: null, ports: null } as unknown as Pick<EndpointSlice, 'endpoints' | 'ports'>;

/** The Service's own labels, with those the controller reserves. */
function sliceLabels(service: Service): Record<string, string> {
  const { [headlessLabel]: _h, [serviceNameLabel]: _s, [managedByLabel]: _m, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    [managedByLabel]: sliceController,
    [serviceNameLabel]: service.metadata.name,
    ...(!hasClusterIP(service) && { [headlessLabel]: '' }),
  };
}

function sameLabels(a: Record<string, string>, b: Record<string, string> | undefined): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b ?? {}).length && keys.every((k) => b?.[k] === a[k]);
}

const isOwned = (slice: EndpointSlice, service: Service): boolean =>
  (slice.metadata.ownerReferences ?? []).some((o) => o.uid === service.metadata.uid && o.kind === 'Service' && o.apiVersion === 'v1');

/** A slice about to go takes the place of one about to come: fewer writes, and names that stay. */
function reuseRemoved(changes: SliceChanges, service: Service): SliceChanges {
  const create = [...changes.create];
  const update = [...changes.update];
  const remove = changes.remove.filter((gone) => {
    const fresh = create[create.length - 1];
    if (!fresh || gone.addressType !== fresh.addressType || !isOwned(gone, service)) return true;
    create.pop();
    update.push({ ...fresh, metadata: { ...gone.metadata, labels: fresh.metadata.labels! } });
    return false;
  });
  return { create, update, remove };
}
