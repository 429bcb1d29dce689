// What the API server makes of new objects beside defaults: recorded from kube-apiserver 1.36.3 with manifests of our own.
import { afterAll, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { kubectl } from '../cli/kubectl.js';

const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 1 });
afterAll(() => cluster.close());

async function created(manifest: object) {
  const { stdout, stderr } = await kubectl(cluster, ['create', '--dry-run=server', '-f', '-', '-o', 'json'], JSON.stringify(manifest));
  return { object: stdout ? JSON.parse(stdout) : undefined, stderr };
}
const pod = (spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    ...metadata,
  },
  spec: {
    containers: [
      {
        name: 'c',
        image: 'nginx',
      },
    ],
    ...spec,
  },
});

test('a ServiceAccount keeps only the names of its Secrets', async () => {
  const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
  const secrets = [{ name: 'tok', namespace: 'default', kind: 'Secret' }, { kind: 'Secret' }];
  const { object, stderr } = await created({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 's', annotations }, secrets });
  expect(object.secrets).toEqual([{ name: 'tok' }, {}]);
  expect(stderr).toBe(
    'Warning: metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets\n',
  );
});

test('a Node is not ready before the node controller has seen it', async () => {
  const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  const { object } = await created({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: { unschedulable: true } });
  expect(object.spec).toEqual({ unschedulable: true, taints: [notReady] });
  const again = await created({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec: { taints: [notReady] } });
  expect(again.object.spec).toEqual({ taints: [notReady] });
});

test('a gated Pod says so', async () => {
  const { object } = await created(pod({ schedulingGates: [{ name: 'example.com/wait' }] }));
  expect(object.status.conditions).toEqual([
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'SchedulingGated',
      lastProbeTime: null,
      lastTransitionTime: object.metadata.creationTimestamp,
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    },
  ]);
});

test('an image whose name is too long is none: it has no tag that changes', async () => {
  const { object } = await created(pod({ containers: [{ name: 'c', image: 'a'.repeat(240) }] }));
  expect(object.spec.containers[0].imagePullPolicy).toBe('IfNotPresent');
});

test('stop signals are of a feature that is off', async () => {
  const containers = [
    { name: 'a', image: 'nginx', lifecycle: { stopSignal: 'SIGUSR1' } },
    { name: 'b', image: 'nginx', lifecycle: { stopSignal: 'SIGUSR1', preStop: { sleep: { seconds: 1 } } } },
  ];
  const { object } = await created(pod({ containers, os: { name: 'linux' } }));
  expect(object.spec.containers.map((c: { lifecycle?: object }) => c.lifecycle)).toEqual([
    undefined,
    { preStop: { sleep: { seconds: 1 } } },
  ]);
});

test("AppArmor's annotation becomes its field, with a warning", async () => {
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/c': 'localhost/mine' };
  const { object, stderr } = await created(pod({}, { annotations }));
  expect(object.spec.containers[0].securityContext).toEqual({ appArmorProfile: { type: 'Localhost', localhostProfile: 'mine' } });
  expect(stderr).toBe(
    'Warning: metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead\n',
  );
});

test('an account whose name cannot be asked for', async () => {
  const { stderr } = await created(pod({ serviceAccountName: 'a%' }));
  expect(stderr).toBe(
    'Error from server (Forbidden): error when creating "STDIN": pods "p" is forbidden: error looking up service account default/a%: invalid resource name "a%": [may not contain \'%\']\n',
  );
});

test('an ExternalName has no internal traffic policy', async () => {
  const service = (internalTrafficPolicy: string) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x' },
    spec: {
      type: 'ExternalName',
      externalName: 'example.org',
      internalTrafficPolicy,
    },
  });
  expect((await created(service('Local'))).object.spec).toEqual({
    type: 'ExternalName',
    externalName: 'example.org',
    sessionAffinity: 'None',
  });
  expect((await created(service('Nearby'))).stderr).toBe(
    'The Service "x" is invalid: spec.internalTrafficPolicy: Unsupported value: "Nearby": supported values: "Cluster", "Local"\n',
  );
});

test("an owner's flags are read by kubectl", async () => {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: 1 }];
  const { stderr } = await created({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', ownerReferences } });
  expect(stderr).toBe(
    'error: unable to decode "STDIN": json: cannot unmarshal number into Go struct field OwnerReference.metadata.ownerReferences.controller of type bool\n',
  );
});

test('warnings are said of what admission then forbids', async () => {
  const { stderr } = await created(pod({ nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' }, overhead: { cpu: '1m' } }));
  expect(stderr).toBe(
    'Warning: spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead\nError from server (Forbidden): error when creating "STDIN": pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead\n',
  );
});

test('a number written as a text is not 0', async () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '2' } };
  const spec = { selector: { matchLabels: { a: 'b' } }, updateStrategy, template };
  const { stderr } = await created({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd' }, spec });
  expect(stderr).toBe(
    `The DaemonSet "d" is invalid: spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "2": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')\n`,
  );
});
