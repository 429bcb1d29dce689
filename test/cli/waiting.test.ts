// Flags that say how long: apply --force deletes what cannot be changed, waits for that and makes it anew; run waits for its Pod.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../../src/cluster/index.js';
import { kubectl } from './kubectl.js';

let cluster: Cluster;
beforeEach(async () => {
  cluster = createCluster(':memory:', { clock: 'virtual' });
  await kubectl(cluster, ['apply', '-f', '-'], pod('one'));
  cluster.setTime(cluster.now() + 60_000);
});
afterEach(() => cluster.close());

/** Its process does not hear SIGTERM, so it takes its thirty seconds. The name of a container cannot be changed. */
const pod = (container: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: {
      containers: [
        {
          name: container,
          image: 'busybox',
          command: ['sleep', '3600'],
        },
      ],
    },
  });

const container = async () => (await kubectl(cluster, ['get', 'pod', 'web', '-o', 'jsonpath={.spec.containers[*].name}'])).stdout;

test('waits as long as the deletion takes', async () => {
  const before = cluster.now();
  const { code, stdout, stderr } = await kubectl(cluster, ['apply', '--force', '-f', '-'], pod('two'));
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'pod/web configured\n', stderr: '' });
  expect(await container()).toBe('two');
  expect(Math.round((cluster.now() - before) / 10_000)).toBe(3);
});

test('--timeout ends the waiting', async () => {
  const before = cluster.now();
  const { code, stderr } = await kubectl(cluster, ['apply', '--force', '--timeout=5s', '-f', '-'], pod('two'));
  expect(code).toBe(1);
  expect(stderr.split('\n').slice(-2)).toEqual(['for: "STDIN": timed out waiting for the condition', '']);
  expect(await container()).toBe('one');
  expect(cluster.now() - before).toBe(5000);
});

test('--grace-period is how long the old one gets', async () => {
  const before = cluster.now();
  expect(await kubectl(cluster, ['apply', '--force', '--grace-period=2', '-f', '-'], pod('two'))).toEqual({
    code: 0,
    stdout: 'pod/web configured\n',
    stderr: '',
  });
  expect(Math.round((cluster.now() - before) / 1000)).toBe(2);
});

test('--cascade is read as delete reads it', async () => {
  expect(await kubectl(cluster, ['apply', '--cascade=all', '-f', '-'], pod('one'))).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: invalid cascade value (all). Must be "background", "foreground", or "orphan"\n',
  });
});

test('run: --pod-running-timeout is how long an attached Pod is waited for', async () => {
  const before = cluster.now();
  const words = [
    'run',
    'gone',
    '--image=busybox',
    '--attach',
    '--pod-running-timeout=7s',
    '--overrides={"spec":{"nodeSelector":{"no":"node"}}}',
  ];
  expect(await kubectl(cluster, words)).toEqual({ code: 1, stdout: '', stderr: 'error: timed out waiting for the condition\n' });
  expect(cluster.now() - before).toBe(7000);
});
