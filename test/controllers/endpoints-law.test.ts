// The law of endpoints: whatever happens to Services and Pods, what the controllers kept step by step is what they would compute from nothing.
import { afterAll, describe, expect, it } from 'vitest';
import { type Cluster, createCluster } from '../../src/cluster/index.js';
import { addressTypes } from '../../src/controllers/service-endpoints/endpoint.js';
import { sliceChanges } from '../../src/controllers/service-endpoints/slices.js';
import { subsetsFor } from '../../src/controllers/service-endpoints/subsets.js';
import type { Endpoints, EndpointSlice, Node, Pod, Service } from '../../src/model/generated/api.js';
import type { Json, KubeObject } from '../../src/model/object.js';
import { fromMap, matches } from '../../src/model/selector.js';

/** A small linear generator: the same numbers each time. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * n);
  };
}

const namespace = 'default';
const at = (resource: string) =>
  ({ group: resource === 'endpointslices' ? 'discovery.k8s.io' : '', resource, ...(resource !== 'nodes' && { namespace }) }) as const;
const list = <T>(cluster: Cluster, resource: string): T[] =>
  (cluster.call({ verb: 'list', ...at(resource) }).body as KubeObject).items as T[];

function step(cluster: Cluster, roll: (n: number) => number): void {
  const labels = { app: ['a', 'b', 'c'][roll(3)]!, tier: ['x', 'y'][roll(2)]! };
  const pod = `pod${roll(8)}`;
  const service = `svc${roll(4)}`;
  const create = (resource: string, body: KubeObject) => cluster.call({ verb: 'create', ...at(resource), body });
  const patch = (resource: string, name: string, body: Json, subresource?: string) =>
    cluster.call({ verb: 'patch', ...at(resource), name, body, options: { patchType: 'merge' }, ...(subresource && { subresource }) });
  const container = { name: 'c', image: 'nginx', ports: [{ name: 'http', containerPort: 8080 + roll(2) }] };
  const targetPort = ['http', 80][roll(2)]!;
  const selector = roll(2) ? { app: labels.app } : labels;
  const ready = { type: 'Ready', status: roll(3) ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const ip = `10.244.1.${20 + roll(200)}`;
  switch (roll(8)) {
    case 0:
    case 1:
      create('pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: pod, labels },
        spec: { nodeName: `away${roll(3)}`, containers: [container] },
      });
      return;
    case 2:
    case 3:
      patch('pods', pod, { status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [ready] } }, 'status');
      return;
    case 4:
      patch('pods', pod, { metadata: { labels } });
      return;
    case 5:
      create('services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: service, labels },
        spec: { selector, ports: [{ name: 'p', port: 80, targetPort }], publishNotReadyAddresses: roll(4) === 0 },
      });
      return;
    case 6:
      patch('services', service, {
        spec: { selector: { app: labels.app, tier: roll(2) ? labels.tier : null }, trafficDistribution: roll(2) ? 'PreferSameZone' : null },
      });
      return;
    default:
      cluster.call({
        verb: 'delete',
        ...at(roll(2) ? 'pods' : 'services'),
        name: roll(2) ? pod : service,
        options: { gracePeriodSeconds: 0 },
      });
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (k, v) => (k === 'uid' ? undefined : v)));

/** Every Service's objects against a computation that knows nothing of what was. */
function compare(cluster: Cluster): void {
  const pods = list<Pod>(cluster, 'pods');
  const nodes = list<Node>(cluster, 'nodes');
  const node = (name: string) => nodes.find((n) => n.metadata.name === name);
  for (const service of list<Service>(cluster, 'services').filter((s) => s.spec.selector)) {
    const mine = pods.filter((p) => matches(fromMap(service.spec.selector!), p.metadata.labels));
    const endpoints = list<Endpoints>(cluster, 'endpoints').find((e) => e.metadata.name === service.metadata.name);
    expect(plain(endpoints?.subsets ?? [])).toEqual(plain(subsetsFor(service, mine)));
    const slices = list<EndpointSlice>(cluster, 'endpointslices').filter(
      (s) => s.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
    );
    const anew = sliceChanges({ service, pods: mine, existing: [], node });
    expect(slices.length).toBeGreaterThanOrEqual(addressTypes(service).length);
    expect(everyEndpoint(slices)).toEqual(everyEndpoint(anew.create));
  }
}

const everyEndpoint = (slices: readonly EndpointSlice[]): string[] =>
  slices
    .flatMap((s) =>
      (s.endpoints ?? []).map((e) =>
        JSON.stringify(plain([e.addresses, e.conditions, e.nodeName, e.zone ?? null, e.hints ?? null, s.ports])),
      ),
    )
    .sort();

describe('endpoints', () => {
  const opened: Cluster[] = [];
  afterAll(() => {
    for (const c of opened) c.close();
  });
  for (const seed of [1, 2, 3]) {
    it(`are what they would be from nothing, seed ${seed}`, () => {
      const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 3, seed });
      opened.push(cluster);
      const roll = dice(seed);
      for (let i = 0; i < 80; i++) {
        step(cluster, roll);
        if (i % 5 === 4) compare(cluster);
      }
      expect(list<Service>(cluster, 'services').length).toBeGreaterThan(1);
      // The Pods' addresses are made up here, on nodes that no kubelet has.
      expect(cluster.check().filter((line) => !line.startsWith('pod-ips '))).toEqual([]);
    });
  }
});
