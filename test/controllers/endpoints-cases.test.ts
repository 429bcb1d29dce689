// Upstream's tables of the Endpoints and EndpointSlice controllers (fixtures/cases/endpoints.json), as pure functions.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endpointsFor } from '../../src/controllers/endpoints.js';
import { withHints, type Preference } from '../../src/controllers/service-endpoints/hints.js';
import { addressTypes, isEndpoint } from '../../src/controllers/service-endpoints/endpoint.js';
import { type SliceChanges, sliceChanges } from '../../src/controllers/service-endpoints/slices.js';
import type { Endpoint, Endpoints, EndpointSlice, Node, Pod, Service } from '../../src/model/generated/api.js';
import type { KubeObject } from '../../src/model/object.js';
import { fromMap, matches } from '../../src/model/selector.js';

// biome-ignore lint/suspicious/noExplicitAny: a table of free form
type Table = any;
interface Case {
  id: string;
  given: Table;
  when: { namespace: string; service: string; query?: string };
  expect: Table;
}
const { cases } = JSON.parse(readFileSync(new URL('../../fixtures/cases/endpoints.json', import.meta.url), 'utf8')) as { cases: Case[] };

function objects(c: Case): KubeObject[] {
  const out = structuredClone((c.given.objects ?? []) as KubeObject[]);
  for (const o of out) {
    o.metadata.uid ??= `uid-${o.metadata.name}`;
    if (c.given.terminating?.includes(`${o.metadata.namespace}/${o.metadata.name}`)) o.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  }
  return [...out, ...generated(c)];
}

/** `count` Pods, or first `ready` then `notReady` ones; a third of them is not ready where the rule says so. */
function generated(c: Case): Pod[] {
  const g = c.given.generate;
  if (!g) return [];
  const [key, value] = g.label.split('=');
  return Array.from({ length: g.count ?? g.ready + g.notReady }, (_, i) => {
    const ready = g.readyRule ? i % 3 !== 0 : i < g.ready;
    const ip = `10.1.${Math.floor(i / 250)}.${i % 250}`;
    const ports = g.ports?.map((p: Table) => ({ ...p, containerPort: 8080 + (i % 5) }));
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod${i}`, namespace: g.namespace, uid: `uid-${i}`, labels: { [key]: value } },
      spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'nginx', ...(ports && { ports }) }] },
      status: { podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    };
  });
}

function world(c: Case) {
  const all = objects(c);
  const service = all.find((o) => o.kind === 'Service' && o.metadata.name === c.when.service) as unknown as Service;
  // What the API would have filled in on a cluster of one family.
  if (c.given.generate) service.spec.ipFamilies ??= ['IPv4'];
  const pods = all.filter(
    (o) =>
      o.kind === 'Pod' &&
      o.metadata.namespace === service.metadata.namespace &&
      matches(fromMap(service.spec.selector ?? {}), o.metadata.labels),
  ) as Pod[];
  const nodes = all.filter((o) => o.kind === 'Node') as Node[];
  const node = (name: string): Node | undefined =>
    nodes.find((n) => n.metadata.name === name) ??
    (nodes.length === 0 ? ({ apiVersion: 'v1', kind: 'Node', metadata: { name } } as Node) : undefined);
  const current = all.find((o) => o.kind === 'Endpoints' && o.metadata.name === c.when.service) as Endpoints | undefined;
  return { service, pods, node, current };
}

/** What the tables compare of a reference: kind, namespace, name. */
function comparable<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (k, v) => (k === 'uid' || k === 'resourceVersion' ? undefined : v)));
}

function slicesFor(c: Case, existing: EndpointSlice[] = []): EndpointSlice[] {
  const { service, pods, node } = world(c);
  const changes: SliceChanges = sliceChanges({
    service,
    pods,
    existing,
    node,
    ...(c.given.maxEndpointsPerSlice && { maxEndpoints: c.given.maxEndpointsPerSlice }),
  });
  return [...changes.create, ...changes.update];
}

const byAddress = (a: Endpoint, b: Endpoint) => (a.addresses[0]! < b.addresses[0]! ? -1 : 1);
const sortedSlices = (slices: Table[]) =>
  slices
    .map((s) => ({
      ...s,
      ...(s.endpoints && { endpoints: [...s.endpoints].sort(byAddress) }),
      ...(s.ports && { ports: [...s.ports].map((p: Table) => JSON.stringify(Object.entries(p).sort())).sort() }),
    }))
    .sort((a, b) => (JSON.stringify([a.addressType, a.ports]) < JSON.stringify([b.addressType, b.ports]) ? -1 : 1));

function checkSlices(c: Case): void {
  const existing: EndpointSlice[] = [];
  if (c.given.existingSliceLabels) {
    const { service } = world(c);
    existing.push({
      addressType: 'IPv4',
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'foo-x',
        namespace: 'test',
        labels: c.given.existingSliceLabels,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'foo', uid: service.metadata.uid! }],
      },
      endpoints: [],
      ports: [],
    });
  }
  const slices = slicesFor(c, existing);
  const e = c.expect;
  const endpoints = slices.flatMap((s) => s.endpoints ?? []);
  if (e.slices) {
    const got = comparable(slices).map((s) => ({ addressType: s.addressType, endpoints: s.endpoints ?? [], ports: s.ports ?? [] }));
    // Compared are the fields that the table names.
    const wanted = e.slices as Table[];
    const fields = Object.keys(wanted[0] ?? {});
    const named = got.map((s) => Object.fromEntries(Object.entries(s).filter(([k]) => fields.includes(k))));
    const plain = (list: Table[]) => JSON.parse(JSON.stringify(sortedSlices(list)));
    expect(plain(named)).toEqual(plain(wanted));
  }
  if (e.sliceLabels) expect(slices.map((s) => s.metadata.labels)).toEqual(slices.map(() => e.sliceLabels));
  if (e.count !== undefined) expect(slices.length).toBe(e.count);
  if (e.generateName) expect(slices.map((s) => s.metadata.generateName)).toEqual(slices.map(() => e.generateName));
  if (e.ownerReferences) expect(comparable(slices[0]!.metadata.ownerReferences)).toEqual(e.ownerReferences);
  if (e.endpointCount !== undefined) expect(endpoints.length).toBe(e.endpointCount);
  if (e.addressTypes) expect([...addressTypes(world(c).service)].sort()).toEqual([...e.addressTypes].sort());
  if (e.sliceSizes) expect(slices.map((s) => s.endpoints!.length).sort((a, b) => b - a)).toEqual([...e.sliceSizes].sort((a, b) => b - a));
  if (e.slicePorts)
    expect(sortedSlices(slices.map((s) => ({ ports: s.ports })))).toEqual(sortedSlices(e.slicePorts.map((ports: Table) => ({ ports }))));
  if (e.allConditions) for (const x of endpoints) expect(x.conditions).toMatchObject(e.allConditions);
  if (e.hintsPerZone) {
    const zones: Record<string, number> = {};
    for (const x of endpoints) for (const z of x.hints?.forZones ?? []) zones[z.name] = (zones[z.name] ?? 0) + 1;
    expect(zones).toEqual(e.hintsPerZone);
    expect(endpoints.filter((x) => x.hints?.forZones?.some((z) => z.name !== x.zone)).length).toBe(e.endpointsWithHintForOtherZone);
  }
  if ('endpointHostname' in e) expect(endpoints.map((x) => x.hostname ?? null)).toEqual(endpoints.map(() => e.endpointHostname));
}

function checkEndpoints(c: Case): void {
  const { service, pods, current } = world(c);
  const noted = c.given.existingAnnotation && { 'endpoints.kubernetes.io/over-capacity': c.given.existingAnnotation };
  const before = noted ? ({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'foo', annotations: noted } } as Endpoints) : current;
  const got = endpointsFor(service, pods, before);
  const e = c.expect;
  const subsets = got.subsets ?? [];
  if (e.endpoints) expect(comparable(subsets)).toEqual(e.endpoints.subsets ?? []);
  if (e.endpointsLabels) {
    const { 'endpoints.kubernetes.io/managed-by': _, ...labels } = got.metadata.labels!;
    expect(labels).toEqual(e.endpointsLabels);
  }
  const total = (list: 'addresses' | 'notReadyAddresses') => subsets.reduce((n, s) => n + (s[list]?.length ?? 0), 0);
  if (e.readyCount !== undefined) expect([total('addresses'), total('notReadyAddresses')]).toEqual([e.readyCount, e.notReadyCount]);
  for (const [key, value] of Object.entries(e.annotation ?? {})) expect(got.metadata.annotations?.[key] ?? null).toBe(value);
  if (e.listed !== undefined) expect(pods.some((p) => isEndpoint(p, e.view !== 'endpoints'))).toBe(e.listed);
}

function checkHints(c: Case): void {
  const wanted = c.given.trafficDistribution as string;
  const preference: Preference = wanted === 'PreferSameNode' ? 'PreferSameNode' : 'PreferSameZone';
  for (const list of ['slicesToCreate', 'slicesToUpdate']) {
    const got = (c.given[list] as EndpointSlice[]).map((s) => ({ endpoints: s.endpoints!.map((e) => withHints(e, preference)) }));
    expect(got).toEqual(c.expect[list]);
  }
}

/** A real 1.36 cluster answers otherwise (recorded sequences q035, q069 ...): Pods without the named port are listed, in a slice without ports. */
const exceptions = ['slices/findport/valid-str-no-ports'];

describe('upstream tables', () => {
  for (const c of cases.filter((c) => !exceptions.includes(c.id))) {
    it(c.id, () => {
      if (c.when.query === 'hints') checkHints(c);
      else if (c.id.startsWith('slices/') || c.id.startsWith('hostname/')) checkSlices(c);
      else checkEndpoints(c);
    });
  }
});
