// The launcher in its own processes: any name, any folder, and any state of the code cache give the same answer.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test as vitestTest } from 'vitest';

const asked = process.env.KUBELAB_PROCESSES === '1';
if (!asked) console.log('skipped: launcher (KUBELAB_PROCESSES=1 runs it)');
const test = vitestTest.runIf(asked);

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const home = mkdtempSync(join(tmpdir(), 'kubelab-launcher-'));
const dist = join(home, 'package', 'dist');

beforeAll(() => {
  if (!asked) return;
  for (const folder of ['bin', 'dist']) mkdirSync(join(home, 'package', folder), { recursive: true });
  cpSync(join(root, 'bin', 'run.cjs'), join(home, 'package', 'bin', 'run.cjs'));
  for (const file of readdirSync(join(root, 'dist'))) if (file.endsWith('.cjs')) cpSync(join(root, 'dist', file), join(dist, file));
  symlinkSync(join(root, 'node_modules'), join(home, 'package', 'node_modules'));
  for (const name of ['kubectl', 'k']) symlinkSync(join(home, 'package', 'bin', 'run.cjs'), join(home, name));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** stdout, stderr and exit code of one command line, run in another folder. */
function run(name: string, ...argv: string[]): string {
  const env = { PATH: process.env.PATH, HOME: home, KUBELAB_CLUSTER: join(home, 'c.db') };
  const { stdout, stderr, status } = spawnSync(join(home, name), argv, { cwd: '/', env, encoding: 'utf8' });
  return `${stdout}${stderr}${status === 0 ? '' : `? ${status}\n`}`;
}

const version = 'Client Version: v1.36.4\nKustomize Version: v5.8.1\n';
const caches = (): string[] =>
  readdirSync(dist)
    .filter((f) => f.endsWith('.v8'))
    .map((f) => join(dist, f));

test('without a cache, with one, and with every broken one', () => {
  expect(run('kubectl', 'version', '--client')).toBe(version);
  expect(caches().map((f) => basename(f).split('.')[0])).toEqual(['cli', 'rest', 'write']);
  expect(run('kubectl', 'version', '--client')).toBe(version);
  for (const cache of caches()) {
    const flipped = new Uint8Array(readFileSync(cache));
    flipped[5000] = (flipped[5000] ?? 0) ^ 4;
    for (const broken of [flipped, '', 'no cache', new Uint8Array(flipped.length)]) {
      writeFileSync(cache, broken);
      expect(run('kubectl', 'version', '--client')).toBe(version);
    }
    truncateSync(cache, 1000);
    expect(run('kubectl', 'version', '--client')).toBe(version);
  }
});

test('what get runs is in the first file', () => {
  run('kubectl', 'cluster', 'create', '--clock', 'virtual');
  for (const cache of caches()) rmSync(cache);
  run('kubectl', 'get', 'all,node,namespace,endpointslice', '-A', '-o', 'wide', '-l', 'k8s-app=kube-dns');
  expect(caches().map((f) => basename(f).split('.')[0])).toEqual(['cli']);
  rmSync(join(home, 'c.db'));
});

test('what get pays for stays small: a module that is called only by others must export nothing but functions to be put off', () => {
  expect(statSync(join(dist, 'cli.cjs')).size).toBeLessThan(235_000);
});

test('the name it is called by is in its messages, and wrong lines end with 1', () => {
  expect(run('k', 'quux')).toBe('error: unknown command "quux" for "k"\n? 1\n');
  expect(run('kubectl', 'get', '--nope')).toBe("error: unknown flag: --nope\nSee 'kubectl get --help' for usage.\n? 1\n");
});

test('a cluster is made on first use, and read by the next process', () => {
  expect(run('kubectl', 'get', 'service', 'kubernetes', '-o', 'name')).toBe('service/kubernetes\n');
  expect(run('k', 'get', 'ns', 'default', '-o', 'jsonpath={.metadata.name}')).toBe('default');
});
