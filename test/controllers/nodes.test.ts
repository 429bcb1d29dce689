import { expect, it } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import type { KubeObject } from '../../src/model/object.js';

const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 2 });
const node = (): KubeObject => cluster.call({ verb: 'get', group: '', resource: 'nodes', name: 'node01' }).body as KubeObject;
const patch = (spec: object): unknown =>
  cluster.call({ verb: 'patch', group: '', resource: 'nodes', name: 'node01', body: { spec } as never, options: { patchType: 'merge' } })
    .body;
const podsOf = (name: string): string[] =>
  ((cluster.call({ verb: 'list', group: '', resource: 'pods' }).body as KubeObject).items as KubeObject[])
    .filter((p) => p.spec.nodeName === name && !p.metadata.deletionTimestamp)
    .map((p) => p.metadata.name.replace(/-.*/, ''))
    .sort();

it('a cordoned node is tainted, and not any more once it is not', () => {
  patch({ unschedulable: true });
  expect(node().spec.taints.map((t: { key: string; effect: string }) => `${t.key}:${t.effect}`)).toEqual([
    'node.kubernetes.io/unschedulable:NoSchedule',
  ]);
  patch({ unschedulable: null });
  expect(node().spec).toEqual({ podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] });
});

it('the range of a node stays', () => {
  expect((patch({ podCIDR: '10.0.0.0/24' }) as { message: string }).message).toBe(
    'Node "node01" is invalid: spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  );
});

it('Pods of a node that is gone are removed, after a while', () => {
  expect(podsOf('node01').filter((name) => name !== 'coredns')).toEqual(['kindnet', 'kube']);
  cluster.call({ verb: 'delete', group: '', resource: 'nodes', name: 'node01' });
  cluster.setTime(cluster.now() + 61_000);
  expect(podsOf('node01')).toEqual([]);
});
