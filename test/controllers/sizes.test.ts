// How a Deployment's ReplicaSets share its Pods, and which Pods go first.
import { expect, test } from 'vitest';
import { byDeletionOrder } from '../../src/controllers/pods.js';
import { maxSurge, maxUnavailable, newSize, proportion } from '../../src/controllers/deployment/sizes.js';
import { newSetAnnotations } from '../../src/controllers/deployment/revisions.js';
import { templateHash } from '../../src/controllers/template-hash.js';
import type { Deployment, Pod, ReplicaSet } from '../../src/model/generated/api.js';

const deployment = (replicas: number, surge: number | string, unavailable: number | string): Deployment =>
  ({
    spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } } },
  }) as Deployment;
const set = (replicas: number, max: number): ReplicaSet =>
  ({ metadata: { annotations: { 'deployment.kubernetes.io/max-replicas': String(max) } }, spec: { replicas } }) as unknown as ReplicaSet;

test('percentages round up for surge and down for unavailability, and never both to nothing', () => {
  const d = deployment(10, '25%', '25%');
  expect([maxSurge(d), maxUnavailable(d)]).toEqual([3, 2]);
  expect(maxUnavailable(deployment(3, 0, '1%'))).toBe(1);
  expect(maxUnavailable(deployment(2, 1, 5))).toBe(2);
});

test('a new ReplicaSet takes the room that is left', () => {
  const d = deployment(10, '25%', '25%');
  expect(newSize(d, [set(10, 13)], 0)).toBe(3);
  expect(newSize(d, [set(2, 13)], 0)).toBe(10);
  expect(newSize(d, [set(13, 13)], 0)).toBe(0);
});

test('a resize in the middle of a rollout is shared by size', () => {
  // From 10 (13 at most) to 20 (25 at most), with 8 old and 5 new Pods.
  const d = deployment(20, '25%', '25%');
  const first = proportion(set(8, 13), d, 12, 0);
  expect([first, proportion(set(5, 13), d, 12, first)]).toEqual([7, 5]);
});

test('revisions remember what they were', () => {
  const revision = 'deployment.kubernetes.io/revision';
  const history = 'deployment.kubernetes.io/revision-history';
  expect(newSetAnnotations({}, { note: 'x', [revision]: '7' }, 1)).toEqual({ note: 'x', [revision]: '1' });
  expect(newSetAnnotations({ [revision]: '1' }, {}, 3)).toEqual({ [revision]: '3', [history]: '1' });
  expect(newSetAnnotations({ [revision]: '3', [history]: '1' }, {}, 5)).toEqual({ [revision]: '5', [history]: '1,3' });
});

test('hashes are those of a real controller manager', () => {
  // Made by ComputeHash of k8s.io/kubernetes 1.36.3.
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [
        {
          name: 'web',
          image: 'nginx',
          resources: { limits: { memory: '64Mi', cpu: '100m' }, requests: { cpu: '1500m' } },
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          livenessProbe: { httpGet: { path: '/', port: 'http' }, timeoutSeconds: 1 },
          terminationMessagePath: '/dev/termination-log',
          imagePullPolicy: 'Always',
        },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
  };
  expect(templateHash(template as never, undefined)).toBe('85c47f97fd');
  expect(templateHash({ metadata: {}, spec: { containers: [] } } as never, undefined)).toBe('85748b7f68');
  expect(templateHash(template as never, 1)).not.toBe('85c47f97fd');
});

test('who goes first', () => {
  const pod = (name: string, more: { node?: string; phase?: string; ready?: string; cost?: string; created?: string }): Pod =>
    ({
      metadata: {
        name,
        uid: name,
        creationTimestamp: more.created ?? '2026-01-01T00:00:00Z',
        ...(more.cost && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': more.cost } }),
      },
      spec: { containers: [], ...(more.node && { nodeName: more.node }) },
      status: {
        phase: more.phase ?? 'Running',
        conditions: more.ready ? [{ type: 'Ready', status: 'True', lastTransitionTime: more.ready }] : [],
      },
    }) as unknown as Pod;
  const ready = '2026-01-01T00:00:00Z';
  const pods = [
    pod('old', { node: 'a', ready }),
    pod('young', { node: 'b', ready: '2026-01-01T00:59:59Z' }),
    pod('crowded', { node: 'c', ready }),
    pod('cheap', { node: 'c', ready, cost: '-1' }),
    pod('unready', { node: 'a' }),
    pod('pending', { node: 'a', phase: 'Pending' }),
    pod('unplaced', { phase: 'Pending' }),
  ];
  const order = byDeletionOrder(
    pods,
    pods.filter((p) => p.spec.nodeName !== 'a' || p.metadata.name === 'old'),
    Date.parse('2026-01-01T01:00:00Z'),
  );
  expect(order.map((p) => p.metadata.name)).toEqual(['unplaced', 'pending', 'unready', 'cheap', 'crowded', 'young', 'old']);
});
