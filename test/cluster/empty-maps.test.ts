// A map or list without entries is stored as none, but a message about it shows what the request had, and its writer may own it.
import { afterAll, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { kubectl } from '../cli/kubectl.js';

const cluster = createCluster(':memory:', { clock: 'virtual' });
afterAll(() => cluster.close());

const deployment = (labels: object | undefined): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'web',
              image: 'nginx',
            },
          ],
        },
      },
    },
  });

const refusal = (shown: string): string =>
  `The Deployment "web" is invalid: spec.template.metadata.labels: Invalid value: ${shown}: \`selector\` does not match template \`labels\`\n`;

test('created, replaced and patched', async () => {
  const said = async (words: string[], labels?: object) => (await kubectl(cluster, [...words, '-f', '-'], deployment(labels))).stderr;
  expect(await said(['create'], {})).toBe(refusal('{}'));
  expect(await said(['create'])).toBe(refusal('null'));
  expect(await said(['apply'], { app: 'web' })).toBe('');
  expect(await said(['replace'], {})).toBe(refusal('{}'));
  expect(await said(['replace'])).toBe(refusal('null'));
  expect(await said(['apply'], { app: null })).toBe(refusal('{}'));
});

test('applied by the server', async () => {
  await kubectl(cluster, ['delete', 'deployment', 'web']);
  const { stderr } = await kubectl(cluster, ['apply', '--server-side', '--force-conflicts', '-f', '-'], deployment({}));
  expect(stderr).toBe(refusal('{}'));
});

const slice = JSON.stringify({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 's' },
  addressType: 'IPv4',
  endpoints: [
    {
      addresses: ['10.0.0.1'],
      hints: { forZones: [] },
    },
  ],
  ports: [],
});
const owners = async (): Promise<string> => {
  const fields = '{range .metadata.managedFields[*]}{.manager} {.fieldsV1}{"\\n"}{end}';
  return (await kubectl(cluster, ['get', 'endpointslice', 's', '-o', `jsonpath=${fields}`])).stdout;
};

test('a list that is always written is owned without items, and one that is compared as a whole changes by empty ones in it', async () => {
  await kubectl(cluster, ['create', '-f', '-'], slice);
  expect(await owners()).toBe('kubectl-create {"f:addressType":{},"f:endpoints":{},"f:ports":{}}\n');
  await kubectl(cluster, ['replace', '-f', '-'], slice);
  expect(await owners()).toBe('kubectl-create {"f:addressType":{}}\nkubectl-replace {"f:endpoints":{},"f:ports":{}}\n');
});
