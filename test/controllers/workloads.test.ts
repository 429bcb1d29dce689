// What Deployments, DaemonSets, the scheduler and the garbage collector do in a cluster without kubelets: a stand-in makes Pods ready.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../../src/cluster/index.js';
import type { KubeObject } from '../../src/model/object.js';
import type { Request } from '../../src/model/request.js';

let cluster: Cluster;
beforeEach(() => {
  cluster = createCluster(':memory:', { clock: 'virtual' });
});
afterEach(() => cluster.close());

function call<T = KubeObject>(verb: Request['verb'], resource: string, more: Partial<Request> = {}): T {
  const group = /^(deployments|replicasets|daemonsets|controllerrevisions)$/.test(resource) ? 'apps' : '';
  const { code, body } = cluster.call({
    verb,
    group,
    resource,
    ...(/^(nodes|namespaces)$/.test(resource) ? {} : { namespace: 'default' }),
    ...more,
  });
  if (code >= 400) throw new Error(JSON.stringify(body));
  // A moment goes by: the scheduler does its work.
  if (verb !== 'get' && verb !== 'list') cluster.setTime(cluster.now() + 10);
  // What the store hands out is shared.
  return structuredClone(body) as T;
}

const items = (resource: string, more: Partial<Request> = {}): KubeObject[] => call<{ items: KubeObject[] }>('list', resource, more).items;

const workload = (kind: string, name: string, spec: object, pod: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'nginx' }], ...pod } },
    ...spec,
  },
});

/** Says Pods ready that the kubelet has not, one after the other. */
function makeReady(): void {
  for (;;) {
    const pod = items('pods').find(
      (p) => p.spec.nodeName && !p.status.conditions?.some((c: KubeObject) => c.type === 'Ready' && c.status === 'True'),
    );
    if (!pod) return;
    const conditions = [
      ...(pod.status.conditions ?? []).filter((c: KubeObject) => c.type !== 'Ready'),
      { type: 'Ready', status: 'True', lastTransitionTime: new Date(cluster.now()).toISOString() },
    ];
    call('update', 'pods', {
      name: pod.metadata.name,
      subresource: 'status',
      body: { ...pod, status: { ...pod.status, phase: 'Running', conditions } },
    });
  }
}

const messages = (kind: string): string[] =>
  items('events')
    .filter((e) => e.involvedObject.kind === kind)
    .map((e) => e.message as string);

test('a Deployment rolls out', () => {
  call('create', 'deployments', { body: workload('Deployment', 'web', { replicas: 4 }) });
  makeReady();
  const before = call('get', 'deployments', { name: 'web' });
  expect(before.status).toMatchObject({ replicas: 4, readyReplicas: 4, updatedReplicas: 4, availableReplicas: 4 });
  expect(before.status.conditions.map((c: KubeObject) => `${c.type}=${c.status} ${c.reason}`)).toEqual([
    'Available=True MinimumReplicasAvailable',
    'Progressing=True NewReplicaSetAvailable',
  ]);
  before.spec.template.spec.containers[0].image = 'nginx:1.27';
  call('update', 'deployments', { name: 'web', body: before });
  makeReady();
  const sets = items('replicasets');
  expect(sets.map((rs) => [rs.metadata.annotations?.['deployment.kubernetes.io/revision'], rs.spec.replicas]).sort()).toEqual([
    ['1', 0],
    ['2', 4],
  ]);
  expect(items('pods').filter((p) => !p.metadata.deletionTimestamp).length).toBe(4);
});

test('a DaemonSet has a Pod on each worker, and on the control plane when it tolerates its taint', () => {
  call('create', 'daemonsets', { body: workload('DaemonSet', 'agent', {}) });
  const pods = (name: string): KubeObject[] => items('pods').filter((p) => p.metadata.labels?.app === name);
  expect(
    pods('agent')
      .map((p) => p.spec.nodeName)
      .sort(),
  ).toEqual(['node01', 'node02']);
  call('create', 'daemonsets', { body: workload('DaemonSet', 'all', {}, { tolerations: [{ operator: 'Exists' }] }) });
  expect(
    pods('all')
      .map((p) => p.spec.nodeName)
      .sort(),
  ).toEqual(['controlplane', 'node01', 'node02']);
  makeReady();
  expect(call('get', 'daemonsets', { name: 'all' }).status).toEqual({
    currentNumberScheduled: 3,
    desiredNumberScheduled: 3,
    numberAvailable: 3,
    numberMisscheduled: 0,
    numberReady: 3,
    observedGeneration: 1,
    updatedNumberScheduled: 3,
  });
});

test('a Pod that fits nowhere says why, and is placed once it fits', () => {
  call('create', 'deployments', { body: workload('Deployment', 'far', { replicas: 1 }, { nodeSelector: { disk: 'ssd' } }) });
  const message =
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
  expect(messages('Pod')).toEqual([message]);
  const node = call('get', 'nodes', { name: 'node02' });
  call('update', 'nodes', {
    name: 'node02',
    body: { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, disk: 'ssd' } } },
  });
  expect(items('pods').map((p) => p.spec.nodeName)).toEqual(['node02']);
});

test('what is owned goes with its owner, unless it is orphaned', () => {
  call('create', 'deployments', { body: workload('Deployment', 'a', { replicas: 2 }) });
  call('create', 'deployments', { body: workload('Deployment', 'b', { replicas: 2 }) });
  call('delete', 'deployments', { name: 'a', options: { propagationPolicy: 'Background' } });
  call('delete', 'deployments', { name: 'b', options: { propagationPolicy: 'Orphan' } });
  expect(items('deployments')).toEqual([]);
  const [kept, ...others] = items('replicasets');
  expect(others).toEqual([]);
  expect(kept?.metadata.ownerReferences).toBe(undefined);
  expect(
    items('pods')
      .filter((p) => !p.metadata.deletionTimestamp)
      .map((p) => p.metadata.labels?.app),
  ).toEqual(['b', 'b']);
});

test('a namespace is emptied before it goes', () => {
  call('create', 'namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } } });
  // A `sleep` as process 1 does not listen to SIGTERM: it takes the whole grace period.
  const containers = [{ name: 'c', image: 'busybox', command: ['sleep', '3600'] }];
  call('create', 'deployments', { namespace: 'lab', body: workload('Deployment', 'web', { replicas: 2 }, { containers }) });
  call('delete', 'namespaces', { name: 'lab' });
  const ns = call('get', 'namespaces', { name: 'lab' });
  expect(ns.status.conditions.map((c: KubeObject) => c.message).slice(3, 4)).toEqual([
    'Some resources are remaining: pods. has 2 resource instances',
  ]);
  for (const pod of items('pods', { namespace: 'lab' })) {
    call('delete', 'pods', { namespace: 'lab', name: pod.metadata.name, options: { gracePeriodSeconds: 0 } });
  }
  expect(cluster.call({ verb: 'get', group: '', resource: 'namespaces', name: 'lab' }).code).toBe(404);
  expect(cluster.check()).toEqual([]);
});
