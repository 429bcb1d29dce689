// What a client may write through the status subresource: metadata with it, and nothing that no controller would write.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { kubectl } from '../cli/kubectl.js';

const cluster = createCluster(':memory:', { clock: 'virtual' });
afterAll(() => cluster.close());

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
const metadata = { name: 'web', labels: { app: 'web' } };
const workload = { selector: { matchLabels: { app: 'web' } }, template };
const objects = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'alone' } }, spec: { ...template.spec, schedulerName: 'none' } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'once' },
    spec: { ...template.spec, restartPolicy: 'OnFailure', nodeName: 'nowhere' },
  },
  { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { ...workload, replicas: 0 } },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec: { ...workload, replicas: 0 } },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata,
    spec: { ...workload, template: { ...template, spec: { ...template.spec, nodeName: 'x' } } },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata, spec: { cidrs: ['10.200.0.0/24'] } },
];
beforeAll(async () => {
  for (const object of objects) await kubectl(cluster, ['create', '-f', '-'], JSON.stringify(object));
});

const patch = async (what: string, change: object): Promise<string> =>
  (await kubectl(cluster, ['patch', ...what.split(' '), '--subresource=status', '--type=merge', '-p', JSON.stringify(change)])).stderr;
const read = async (what: string, path: string): Promise<string> =>
  (await kubectl(cluster, ['get', ...what.split(' '), '-o', `jsonpath={${path}}`])).stdout;
const atLeast0 = 'must be greater than or equal to 0';
const notAnIP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

test.each([
  ['pod web', { podIP: 'x' }, `The Pod "web" is invalid: status.podIPs[0]: Invalid value: "x": ${notAnIP}\n`],
  [
    'pod web',
    { hostIPs: [{ ip: '1.2.3.4' }] },
    'The Pod "web" is invalid: status.hostIPs[0].ip: Invalid value: "1.2.3.4": must be equal to `hostIP`\n',
  ],
  [
    'pod web',
    { podIP: '10.1.1.1', podIPs: [{ ip: '10.1.1.1' }, { ip: 'y' }] },
    `The Pod "web" is invalid: \n* status.podIPs[1]: Invalid value: "y": ${notAnIP}\n` +
      '* status.podIPs: Internal error: failed to check for dual stack with error:invalid IP[1]: y\n' +
      '* status.podIPs: Invalid value: [{"IP":"10.1.1.1"},{"IP":"y"}]: may specify no more than one IP for each IP family\n',
  ],
  [
    'pod web',
    { observedGeneration: -1 },
    'The Pod "web" is invalid: status.observedGeneration: Invalid value: -1: must be a non-negative integer\n',
  ],
  ['pod web', { qosClass: null }, ''],
  [
    'pod web',
    { containerStatuses: [{ name: 'web', user: { linux: { uid: -1, gid: 0 } }, allocatedResourcesStatus: [{ name: 'gpu' }] }] },
    'The Pod "web" is invalid: \n* status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive\n' +
      '* status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: "gpu": must match one of the container\'s resource requests\n',
  ],
  [
    'pod once',
    { nominatedNodeName: 'b' },
    'The Pod "once" is invalid: status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node\n',
  ],
  ['pod once', { containerStatuses: [{ name: 'web', state: { terminated: { exitCode: 0 } } }] }, ''],
  [
    'pod once',
    { containerStatuses: [{ name: 'web', state: { running: {} } }] },
    'The Pod "once" is invalid: status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state\n',
  ],
  [
    'service web',
    { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    'The Service "web" is invalid: status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is \'LoadBalancer\'\n',
  ],
  [
    'deployment web',
    { replicas: 1, readyReplicas: 2, availableReplicas: 3 },
    'The Deployment "web" is invalid: \n* status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas\n' +
      '* status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas\n' +
      '* status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas\n',
  ],
  ['deployment web', { collisionCount: 2 }, ''],
  [
    'deployment web',
    { collisionCount: null },
    'The Deployment "web" is invalid: status.collisionCount: Invalid value: 0: cannot be decremented\n',
  ],
  ['rs web', { observedGeneration: -1 }, `The ReplicaSet "web" is invalid: status.observedGeneration: Invalid value: -1: ${atLeast0}\n`],
  ['ds web', { numberReady: -3 }, `The DaemonSet "web" is invalid: status.numberReady: Invalid value: -3: ${atLeast0}\n`],
  ['ns default', null, ''],
])('%s %j', async (what, status, stderr) => {
  expect(await patch(what, { status })).toBe(stderr);
});

test('one address is the first of the list, and the other way round', async () => {
  await patch('pod web', { status: { podIP: '10.1.1.1' } });
  expect(await read('pod web', '.status.podIPs')).toBe('[{"ip":"10.1.1.1"}]');
  await patch('pod web', { status: { podIP: null } });
  expect(await read('pod web', '.status.podIP')).toBe('10.1.1.1');
});

test('metadata is written with it, but for what the kind keeps', async () => {
  const change = { metadata: { labels: { a: 'b' }, annotations: { a: 'b' } } };
  for (const what of ['pod web', 'service web', 'rs web', 'deployment web', 'servicecidr web']) expect(await patch(what, change)).toBe('');
  expect(await read('pod web', '.metadata.labels')).toBe('{"a":"b","app":"alone"}');
  expect(await read('service web', '.metadata.labels')).toBe('{"a":"b","app":"web"}');
  expect(await read('rs web', '.metadata.labels')).toBe('{"a":"b","app":"web"}');
  expect(await read('deployment web', '.metadata.labels')).toBe('{"app":"web"}');
  expect(await read('deployment web', '.metadata.annotations.a')).toBe('b');
  expect(await read('servicecidr web', '.metadata')).not.toContain('"a":"b"');
});

test('what has no namespace is kept by an owner that has one', async () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'u' };
  expect(await patch('node node01', { metadata: { ownerReferences: [owner] } })).toBe('');
  expect(await read('node node01', '.metadata.ownerReferences')).toBe('[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"u"}]');
});
