// What the simulated network costs in this process: the matrix of `kubelab reach`, and one fetch through a Service among few and many.
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The server half, bundled beside the program so that it finds its packages. */
async function serverHalf() {
  const outfile = join(root, 'dist', `bench-${process.pid}.cjs`);
  await build({
    stdin: {
      contents: `export { createCluster } from './src/cluster/index.ts'; export { sourceOf } from './src/cluster/why/send.ts';
        export { Session } from './src/cluster/session.ts';`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['better-sqlite3'],
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: 'const __bundleUrl=require("node:url").pathToFileURL(__filename).href;' },
    logLevel: 'error',
  });
  try {
    return createRequire(import.meta.url)(outfile);
  } finally {
    rmSync(outfile);
  }
}

const deployment = (name, replicas) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
  },
});
const service = (name, app) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app }, ports: [{ port: 80 }] },
});

/** `apps` Deployments of `replicas` Pods with a Service each, and `idle` Services more. */
function clusterOf({ createCluster }, apps, replicas, idle) {
  const cluster = createCluster(':memory:', { clock: 'virtual' });
  const create = (resource, group, body) => {
    const { code, body: reply } = cluster.call({ verb: 'create', group, resource, namespace: 'default', body });
    if (code >= 400) throw new Error(reply.message);
  };
  cluster.together(() => {
    for (let i = 0; i < apps; i++) {
      create('deployments', 'apps', deployment(`web-${i}`, replicas));
      create('services', '', service(`web-${i}`, `web-${i}`));
    }
    for (let i = 0; i < idle; i++) create('services', '', service(`idle-${i}`, `idle-${i}`));
  });
  cluster.setTime(cluster.now() + 30_000);
  return cluster;
}

const milliseconds = (work) => {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
};
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const say = (name, value, wanted) => console.log(`${name.padEnd(44)} ${value}  (wanted: ${wanted})`);

function reach(half) {
  const cluster = clusterOf(half, 50, 4, 0);
  const ask = { verb: 'connect', group: '', resource: 'services', subresource: 'reach', namespace: 'default' };
  const times = [];
  for (let i = 0; i < 3; i++)
    times.push(
      milliseconds(() => {
        const { rows } = cluster.call(ask).body;
        const lost = rows.flatMap((r) => r.cells).filter((c) => c.outcome !== 'ok');
        if (rows.length !== 200 || lost.length > 0)
          throw new Error(`expected 200 rows that reach all, got ${rows.length} and ${lost.length} lost`);
      }),
    );
  cluster.close();
  say('reach, 200 Pods x 50 Services', `first ${times[0].toFixed(0)} ms, median ${median(times).toFixed(0)} ms`, 'under 2000 ms');
}

function fetchAmong(half, services) {
  const { Session, sourceOf } = half;
  const cluster = clusterOf(half, 1, 3, services - 1);
  const { core } = cluster;
  const request = { method: 'GET', path: '/', host: 'web-0', headers: [], body: '' };
  const all = core.store.read(() => {
    core.world.begin();
    const net = new Session(core, { dryRun: true }).net;
    const ip = net.reader.get('Service', 'default', 'web-0').spec.clusterIP;
    const measured = (work) => {
      // One sender, which keeps what its packets leave behind, and knows after the first ones who answers.
      const wire = sourceOf(net, { kind: 'guest', namespace: 'default' }).wire(net.pick, undefined);
      const batch = () => {
        for (let i = 0; i < 500; i++) if (!work(wire)) throw new Error('no answer');
      };
      for (let i = 0; i < 20; i++) batch(); // until V8 has compiled what it will
      return Array.from({ length: 15 }, () => milliseconds(batch) * 2);
    };
    return {
      connect: measured((wire) => wire.connect(ip, 80, 'TCP').outcome === 'ok'),
      fetch: measured((wire) => wire.connect(ip, 80, 'TCP', request).reply?.status === 200),
    };
  });
  cluster.close();
  const text = (list) => `median ${median(list).toFixed(1)} us, min ${Math.min(...list).toFixed(1)} us`;
  const among = `${services.toLocaleString('en')} Services`;
  say(`connect through one of ${among}`, text(all.connect), 'under 30 us');
  say(`the same, and nginx answers`, text(all.fetch), 'under 30 us');
}

export async function benchNetwork() {
  const half = await serverHalf();
  reach(half);
  fetchAmong(half, 10);
  fetchAmong(half, 10_000);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await benchNetwork();
