// Whose file is it? Nothing but a cluster's file is opened, made anew or removed, and a file that cannot be used is no bug.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../src/main.js';

let dir = '';
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'kubelab-file-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function kubelab(path: string | undefined, line: string): Promise<{ text: string; code: number }> {
  let text = '';
  const say = (t: string): void => void (text += t);
  const env = { HOME: join(dir, 'home'), ...(path !== undefined && { KUBELAB_CLUSTER: path }) };
  const code = await main(
    line.split(' '),
    { stdin: () => '', out: say, err: say, inputIsTTY: false, outputIsTTY: false, env, cwd: dir },
    'kubelab',
  );
  return { text, code };
}

test('the first command of all may be any: the default file is made', async () => {
  expect(await kubelab(undefined, 'cluster check')).toEqual({ text: 'all is well\n', code: 0 });
});

test('a folder that is not there is not made for a path that was named', async () => {
  const path = join(dir, 'no', 'x.db');
  const text = `error: the cluster file ${path} cannot be opened: Cannot open database because the directory does not exist\n`;
  for (const line of ['cluster info', 'clock show', 'addons list', 'node stop node01', 'get pods'])
    expect(await kubelab(path, line)).toEqual({ text, code: 1 });
});

test('a folder, a text and the database of another program are neither used nor removed', async () => {
  const [folder, note, other] = [join(dir, 'folder'), join(dir, 'note.txt'), join(dir, 'other.db')];
  mkdirSync(folder);
  writeFileSync(note, 'dear diary');
  const db = new Database(other);
  db.exec('CREATE TABLE mine (x)');
  db.close();
  const before = readFileSync(other, 'latin1');
  for (const path of [folder, note, other]) {
    const refused = { text: `error: ${path} is no cluster file: it is not removed\n`, code: 1 };
    expect(await kubelab(path, 'cluster delete')).toEqual(refused);
    expect(await kubelab(path, 'cluster reset')).toEqual(refused);
    expect((await kubelab(path, 'get pods')).code).toBe(1);
  }
  expect(await kubelab(other, 'get pods')).toEqual({
    text: `error: the cluster file ${other} cannot be opened: it is the database of another program\n`,
    code: 1,
  });
  expect([readFileSync(note, 'utf8'), readFileSync(other, 'latin1')]).toEqual(['dear diary', before]);
});

test('a damaged cluster can be made anew, and a wrong flag does not cost the old one', async () => {
  const path = join(dir, 'c.db');
  await kubelab(path, 'cluster create --clock virtual');
  await kubelab(path, 'create namespace kept');
  expect((await kubelab(path, 'cluster reset --nodes 0')).code).toBe(1);
  expect(await kubelab(path, 'get namespace kept -o name')).toEqual({ text: 'namespace/kept\n', code: 0 });
  truncateSync(path, 20_000);
  expect((await kubelab(path, 'get pods')).code).toBe(1);
  expect(await kubelab(path, 'cluster reset --clock virtual')).toEqual({ text: `cluster reset at ${path}\n`, code: 0 });
});

test.each([
  ['--service-cidr 10.96.0.0/31', 'invalid value "10.96.0.0/31" for --service-cidr: 16 addresses are the least'],
  ['--pod-cidr 10.0.0.0/24', 'invalid value "10.0.0.0/24" for --pod-cidr: no room for 3 nodes, each gets a /24'],
  ['--service-cidr 10.244.0.0/16', 'invalid value "10.244.0.0/16" for --service-cidr: overlaps --pod-cidr 10.244.0.0/16'],
  ['--pod-cidr 172.16.0.0/12', 'invalid value "172.16.0.0/12" for --pod-cidr: overlaps the nodes\' network 172.30.0.0/16'],
])('cluster create %s leaves no cluster with something else', async (flags, message) => {
  const path = join(dir, 'c.db');
  expect(await kubelab(path, `cluster create ${flags}`)).toEqual({ text: `error: ${message}\n`, code: 1 });
  expect(existsSync(path)).toBe(false);
});
