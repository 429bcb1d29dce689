// Whatever was off or broken: once all is back and time has passed, every controller has caught up and nothing is left over.
import { expect, test } from 'vitest';
import { type Cluster, createCluster } from '../../src/cluster/index.js';
import type { KubeObject } from '../../src/model/object.js';
import type { ExecResult, Reply } from '../../src/model/request.js';

const manifests = '/etc/kubernetes/manifests';
const programs = ['kube-scheduler', 'kube-controller-manager'];

function seeded(seed: number): (n: number) => number {
  let x = seed * 2_654_435_761;
  return (n) => {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((x / 2 ** 32) * n);
  };
}

function ssh(cluster: Cluster, name: string, line: string): void {
  const exec = { command: ['bash', '-c', line] };
  const reply = cluster.call({ verb: 'connect', group: '', resource: 'nodes', name, subresource: 'ssh', options: { exec } });
  expect((reply.body as ExecResult).stderr).toBe('');
}

const ok = (reply: Reply): Reply => {
  expect([reply.code, reply.body]).toEqual([200, expect.anything()]);
  return reply;
};

const deployment = (name: string, replicas: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  },
});
const service = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});

const seeds = [11, 24];

test.each(seeds)('a cluster that was broken and mended is whole (seed %i)', (seed) => {
  const pick = seeded(seed);
  const cluster = createCluster(':memory:', { clock: 'virtual', seed });
  const off = new Set<string>();
  const gone = new Set<string>();
  const at = { group: 'apps', resource: 'deployments', namespace: 'default' } as const;
  const services = { group: '', resource: 'services', namespace: 'default' } as const;
  const wanted = new Map<string, number>();
  for (let step = 0; step < 24; step++) {
    const name = `d${pick(3)}`;
    const replicas = pick(4);
    const node = `node0${1 + pick(2)}`;
    const program = programs[pick(2)] as string;
    switch (pick(6)) {
      case 0:
      case 1:
        if (wanted.has(name))
          ok(cluster.call({ ...at, verb: 'patch', name, body: { spec: { replicas } }, options: { patchType: 'merge' } }));
        else {
          ok(cluster.call({ ...at, verb: 'create', body: deployment(name, replicas) }));
          ok(cluster.call({ ...services, verb: 'create', body: service(name) }));
        }
        wanted.set(name, replicas);
        break;
      case 2:
        if (!wanted.delete(name)) break;
        ok(cluster.call({ ...at, verb: 'delete', name, options: { propagationPolicy: 'Background' } }));
        ok(cluster.call({ ...services, verb: 'delete', name }));
        break;
      case 3:
        cluster.machine(off.has(node) ? 'start' : 'stop', node);
        if (!off.delete(node)) off.add(node);
        break;
      case 4:
        ssh(cluster, 'controlplane', gone.has(program) ? `mv /tmp/${program}.yaml ${manifests}/` : `mv ${manifests}/${program}.yaml /tmp/`);
        if (!gone.delete(program)) gone.add(program);
        break;
      default:
        if (!off.has(node)) ssh(cluster, node, `systemctl ${pick(2) === 0 ? 'stop' : 'start'} kubelet`);
    }
    cluster.setTime(cluster.now() + pick(400_000));
  }
  for (const program of gone) ssh(cluster, 'controlplane', `mv /tmp/${program}.yaml ${manifests}/`);
  for (const node of off) cluster.machine('start', node);
  for (const node of ['node01', 'node02']) ssh(cluster, node, 'systemctl start kubelet');
  cluster.setTime(cluster.now() + 600_000);

  expect(cluster.check()).toEqual([]);
  const items = <T>(reply: Reply): T[] => (reply.body as unknown as { items: T[] }).items;
  const made = items<{ metadata: { name: string }; status?: { readyReplicas?: number } }>(cluster.call({ ...at, verb: 'list' }));
  expect(new Map(made.map((d) => [d.metadata.name, d.status?.readyReplicas ?? 0]))).toEqual(new Map([...wanted].sort()));
  const nodes = items<{ spec: { taints?: unknown[] } }>(cluster.call({ verb: 'list', group: '', resource: 'nodes' }));
  expect(nodes.map((n) => n.spec.taints?.length ?? 0)).toEqual([1, 0, 0]);
  const pods = items<unknown>(cluster.call({ verb: 'list', group: '', resource: 'pods', namespace: 'default' }));
  expect(pods.length).toBe([...wanted.values()].reduce((a, b) => a + b, 0));
  cluster.close();
});
