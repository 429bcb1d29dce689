// Lines of `describe` and of managed fields that the recordings have not: read off kubectl 1.36.4 against kube-apiserver 1.36.3.
import { afterAll, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { kubectl } from './kubectl.js';

const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 1 });
afterAll(() => cluster.close());

const run = (words: string[], manifest?: object) => kubectl(cluster, words, manifest && JSON.stringify(manifest));
const linesOf = (text: string, from: string, n: number): string[] => {
  const lines = text.split('\n');
  const at = lines.findIndex((l) => l.trim().startsWith(from));
  return lines.slice(at, at + n);
};

test('describe service names application protocols, and the distribution of traffic last', async () => {
  await run(['create', '-f', '-'], {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'desk' },
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30333,
      trafficDistribution: 'PreferSameZone',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
      ports: [
        {
          port: 90,
          nodePort: 30334,
          appProtocol: 'example.org/chat',
        },
      ],
    },
  });
  const { stdout } = await run(['describe', 'service', 'desk']);
  expect(linesOf(stdout, 'Port:', 12)).toEqual([
    'Port:                        <unset>  90/TCP',
    'TargetPort:                  90/TCP',
    'AppProtocol:                 example.org/chat',
    'NodePort:                    <unset>  30334/TCP',
    'Endpoints:                   <none>',
    'Session Affinity:            None',
    'External Traffic Policy:     Local',
    'Internal Traffic Policy:     Cluster',
    'HealthCheck NodePort:        30333',
    'LoadBalancer Source Ranges:  192.0.2.0/24',
    'Traffic Distribution:        PreferSameZone',
    'Events:                      <none>',
  ]);
});

test('describe pod resolves no field but the name and the namespace', async () => {
  const env = ['metadata.name', 'metadata.namespace', 'metadata.uid', "metadata.labels['app']", 'spec.nodeName', 'status.podIP'];
  const from = (fieldPath: string, i: number) => ({ name: `E${i}`, valueFrom: { fieldRef: { fieldPath } } });
  const containers = [{ name: 'c', image: 'nginx', env: env.map(from) }];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'talker', labels: { app: 'x' } }, spec: { containers } };
  await run(['create', '-f', '-'], pod);
  const { stdout } = await run(['describe', 'pod', 'talker']);
  expect(linesOf(stdout, 'E0:', 6)).toEqual([
    '      E0:  talker (v1:metadata.name)',
    '      E1:  default (v1:metadata.namespace)',
    '      E2:   (v1:metadata.uid)',
    "      E3:   (v1:metadata.labels['app'])",
    '      E4:   (v1:spec.nodeName)',
    '      E5:   (v1:status.podIP)',
  ]);
});

test('admission knows no name of a Pod that is still to be named', async () => {
  const spec = { serviceAccountName: 'nobody', containers: [{ name: 'c', image: 'nginx' }] };
  const { stderr } = await run(['create', '-f', '-'], { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'job-' }, spec });
  expect(stderr).toBe(
    'Error from server (Forbidden): error when creating "STDIN": pods "job-" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found\n',
  );
});

test('nobody owns the lists of a slice that a controller left empty', async () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'idle' }, spec: { selector: { a: 'b' }, ports: [{ port: 1 }] } };
  await run(['create', '-f', '-'], service);
  const { stdout } = await run(['get', 'endpointslices', '-l', 'kubernetes.io/service-name=idle', '-o', 'json', '--show-managed-fields']);
  const [entry] = JSON.parse(stdout).items[0].metadata.managedFields;
  expect(Object.keys(entry.fieldsV1)).toEqual(['f:addressType', 'f:metadata']);
});
