// Events go an hour after they last happened, and with them what was kept to count them up.
import { expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';

test('an hour later the events of the start are gone, later ones are not', () => {
  const cluster = createCluster(':memory:', { clock: 'virtual' });
  const events = (): string[] =>
    (cluster.call({ verb: 'list', group: '', resource: 'events' }).body as unknown as { items: { reason: string }[] }).items.map(
      (e) => e.reason,
    );
  const pod = (name: string): void =>
    void cluster.call({
      verb: 'create',
      group: '',
      resource: 'pods',
      namespace: 'default',
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
    });
  pod('early');
  cluster.setTime(cluster.now() + 1_800_000);
  pod('late');
  cluster.setTime(cluster.now() + 5_000);
  const before = events();
  expect(before).toContain('Scheduled');
  cluster.setTime(cluster.now() + 1_800_000);
  expect(events()).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started']);
  cluster.setTime(cluster.now() + 1_800_000);
  expect(events()).toEqual([]);
  expect(before.length).toBeGreaterThan(5);
  cluster.close();
});
