// npm run bench: whole processes in alternating runs, so that ratios hold on a noisy machine. KUBECTL=PATH names a real kubectl to compare with.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { benchNetwork } from './bench-network.mjs';

const launcher = resolve('bin/run.cjs');
const dir = mkdtempSync(join(tmpdir(), 'kubelab-bench-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
// Node 20 reads this bundle at every start (40 ms); what is measured is kubelab.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

function run(cluster, command, argv, input) {
  const start = process.hrtime.bigint();
  const r = spawnSync(command, argv, { env: { ...env, KUBELAB_CLUSTER: cluster }, input, encoding: 'utf8' });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (r.status !== 0) throw new Error(`${command} ${argv.join(' ')}: ${r.stderr || r.stdout || r.error}`);
  return { ms, stdout: r.stdout };
}
const kubelab = (cluster, argv, input) => run(cluster, process.execPath, [launcher, ...argv], input);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const show = (name, list) =>
  console.log(
    `${name.padEnd(44)} median ${median(list).toFixed(1)} ms  (min ${Math.min(...list).toFixed(1)}, max ${Math.max(...list).toFixed(1)}, n=${list.length})`,
  );
const ratio = (name, a, b, most) => {
  const r = median(a.map((x, i) => x / b[i]));
  console.log(`${name.padEnd(44)} ${r.toFixed(2)}x  (wanted: at most ${most}x)`);
};

const onPath = (process.env.PATH ?? '')
  .split(delimiter)
  .map((d) => join(d, 'kubectl'))
  .find((f) => existsSync(f));
const kubectl = process.env.KUBECTL ?? onPath;

const deployment = (name, replicas) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image: 'nginx', ports: [{ containerPort: 80 }] }] },
    },
  },
});
const service = (name) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
});
const manifest = (n, replicas) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: Array.from({ length: n }, (_, i) => [deployment(`web-${i}`, replicas), service(`web-${i}`)]).flat(),
  });

// 1. Start-up: get svc among 1,000 objects.
{
  const cluster = join(dir, 'thousand.db');
  kubelab(cluster, ['cluster', 'create', '--clock', 'virtual']);
  const many = Array.from({ length: 900 }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `c${i}` },
    data: { a: 'b'.repeat(200) },
  }));
  const items = [...many, ...Array.from({ length: 50 }, (_, i) => service(`s${i}`))];
  writeFileSync(join(dir, 'many.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  kubelab(cluster, ['apply', '-f', join(dir, 'many.json')]);
  for (let i = 0; i < 3; i++) kubelab(cluster, ['get', 'svc']);
  const ours = [];
  const node = [];
  const real = [];
  for (let i = 0; i < 25; i++) {
    ours.push(kubelab(cluster, ['get', 'svc']).ms);
    node.push(run(cluster, process.execPath, ['-e', '0']).ms);
    if (kubectl) real.push(run(cluster, kubectl, ['version', '--client']).ms);
  }
  show('kubelab get svc (1,000 objects)', ours);
  show('node -e 0', node);
  if (kubectl) show('kubectl version --client', real);
  ratio('kubelab get svc / node -e 0', ours, node, 1.6);
  if (kubectl) ratio('kubelab get svc / kubectl version --client', ours, real, 1.0);
  else console.log('skipped: no kubectl');
}

// 2. From no file to three ready endpoints.
{
  const times = [];
  for (let i = 0; i < 7; i++) {
    const cluster = join(dir, `new${i}.db`);
    times.push(kubelab(cluster, ['apply', '-f', '-'], manifest(1, 3)).ms);
    const ready = kubelab(cluster, [
      'get',
      'endpointslices',
      '-l',
      'kubernetes.io/service-name=web-0',
      '-o',
      'jsonpath={.items[*].endpoints[*].conditions.ready}',
    ]).stdout;
    if (ready !== 'true true true') throw new Error(`expected three ready endpoints, got "${ready}"`);
  }
  show('no file -> 3 ready endpoints (wanted < 250)', times);
}

// 3. 100 Deployments x 10 and 100 Services in one apply.
{
  const times = [];
  for (let i = 0; i < 3; i++) {
    const cluster = join(dir, `big${i}.db`);
    kubelab(cluster, ['cluster', 'create', '--clock', 'virtual']);
    times.push(kubelab(cluster, ['apply', '-f', '-'], manifest(100, 10)).ms);
  }
  show('100 Deployments x 10 + 100 Services (< 1000)', times);
}

// 4. In this process: the network.
await benchNetwork();
