// What must hold when commands are killed at any moment, or run side by side: whole processes on one cluster file.
// Half a minute of processes: `npm test` asks for it, a bare `vitest run` does not.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const launcher = resolve('bin/run.cjs');
const dir = mkdtempSync(join(tmpdir(), 'kubelab-processes-'));
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

beforeAll(() => {
  if (asked) run('warm.db', ['cluster', 'create', '--clock', 'virtual']);
});
afterAll(() => rmSync(dir, { recursive: true }));

function run(cluster: string, argv: readonly string[], input = ''): { code: number | null; out: string } {
  const r = spawnSync(process.execPath, [launcher, ...argv], {
    env: { ...env, KUBELAB_CLUSTER: join(dir, cluster) },
    input,
    encoding: 'utf8',
  });
  return { code: r.status, out: r.stdout + r.stderr };
}

function start(
  cluster: string,
  argv: readonly string[],
  input = '',
): { child: ChildProcess; done: Promise<{ code: number | null; out: string }> } {
  const child = spawn(process.execPath, [launcher, ...argv], { env: { ...env, KUBELAB_CLUSTER: join(dir, cluster) } });
  let out = '';
  child.stdout.on('data', (d) => (out += d));
  child.stderr.on('data', (d) => (out += d));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return { child, done: new Promise((ended) => child.on('close', (code) => ended({ code, out }))) };
}

const web = (replicas: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: {
          replicas,
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
    ],
  });

const asked = process.env.KUBELAB_PROCESSES === '1';
if (!asked) console.log('skipped: processes (KUBELAB_PROCESSES=1 runs them)');

describe.runIf(asked)('a killed process', () => {
  it('leaves the state before or the state after, 200 times', async () => {
    expect(run('kill.db', ['cluster', 'create', '--clock', 'virtual']).code).toBe(0);
    const session: [string[], string?][] = [
      [['apply', '-f', '-'], web(5)],
      [['scale', 'deployment', 'web', '--replicas=2']],
      [['delete', 'service', 'web']],
      [['apply', '-f', '-'], web(3)],
      [['delete', 'pods', '-l', 'app=web', '--wait=false']],
      [['set', 'image', 'deployment/web', 'web=httpd']],
      [['delete', 'deployment', 'web']],
    ];
    // A fixed generator: the moments differ from run to run anyway, as the machine does.
    let x = 7;
    const random = (n: number): number => (x = (x * 1103515245 + 12345) % 2147483648) % n;
    // A command's length on this machine now, learned anew from each that ends by itself: kills fall anywhere in it, and some come too late.
    const begun = performance.now();
    run('kill.db', ['apply', '-f', '-'], web(1));
    let length = performance.now() - begun;
    let killed = 0;
    const troubles: string[] = [];
    for (let kills = 0; kills < 200; kills++) {
      const [argv, input] = session[kills % session.length] as [string[], string?];
      const started = performance.now();
      const { child, done } = start('kill.db', argv, input);
      const timer = setTimeout(() => child.kill('SIGKILL'), random(Math.ceil(length * 1.2)));
      if ((await done).code === null) killed++;
      else length = (length + performance.now() - started) / 2;
      clearTimeout(timer);
      if (kills % 20 !== 19) continue;
      const { code, out } = run('kill.db', ['cluster', 'check']);
      if (code !== 0) troubles.push(`after ${kills + 1} kills: ${out}`);
    }
    expect(troubles).toEqual([]);
    expect(killed).toBeGreaterThan(50);
  }, 300_000);
});

describe.runIf(asked)('sixteen processes at once', () => {
  it('lose no write and show no lock', async () => {
    expect(run('many.db', ['cluster', 'create', '--clock', 'virtual']).code).toBe(0);
    const items = (p: number) =>
      Array.from({ length: 5 }, (_, i) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `c-${p}-${i}` },
        data: { p: String(p) },
      }));
    const all = await Promise.all(
      Array.from(
        { length: 16 },
        (_, p) => start('many.db', ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: items(p) })).done,
      ),
    );
    expect(all).toEqual(
      Array.from({ length: 16 }, (_, p) => ({
        code: 0,
        out: items(p)
          .map((o) => `configmap/${o.metadata.name} created\n`)
          .join(''),
      })),
    );
    const names = run('many.db', ['get', 'configmaps', '-o', 'name'])
      .out.split('\n')
      .filter((n) => n.startsWith('configmap/c-'));
    expect(names.length).toBe(80);
    expect(run('many.db', ['cluster', 'check'])).toEqual({ code: 0, out: 'all is well\n' });
  });
});
