// A map without entries is stored as none, but a message about it shows what the request had.
import { afterAll, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { kubectl } from '../cli/kubectl.js';

const cluster = createCluster(':memory:', { clock: 'virtual' });
afterAll(() => cluster.close());

const deployment = (labels: object | undefined): string =>
  JSON.stringify({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
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
