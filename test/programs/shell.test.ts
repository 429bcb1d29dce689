// The shell against what dash printed for the same scripts (fixtures/recorded/shell.json, made with Debian's dash 0.5.12 and GNU tools).
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FileSystem, Tree } from '../../src/programs/files.js';
import type { Image } from '../../src/programs/image.js';
import { start } from '../../src/programs/index.js';
import { Exited, type Host, type Limits, Machine, Stopped } from '../../src/programs/process.js';
import type { Wire } from '../../src/programs/wire.js';

const file = resolve(dirname(fileURLToPath(import.meta.url)), '../../fixtures/recorded/shell.json');
const recorded = JSON.parse(readFileSync(file, 'utf8')) as { script: string; exit: number; stdout: string; stderr: string }[];

const image: Image = {
  repository: 'docker.io/library/debian',
  flavour: 'debian',
  entrypoint: [],
  cmd: [],
  programs: [],
  env: {},
  workdir: '/',
  uid: 0,
  size: 0,
  version: '',
  files: {},
};

function run(script: string, limits: Partial<Limits> = {}): { exit: number | string; stdout: string; stderr: string; at: number } {
  const root = new Tree('', false);
  root.makeDirs('/tmp');
  const files = new FileSystem(root, []);
  const host: Host = {
    hostname: 'c',
    image,
    uid: 0,
    gid: 0,
    files,
    wire: {} as Wire,
    init: ['sh'],
    startedAt: 0,
    mounts: [],
    declaredPorts: [],
    pick: () => 0,
  };
  const machine = new Machine(host, 0, {
    until: Number.POSITIVE_INFINITY,
    present: Number.POSITIVE_INFINITY,
    lookAhead: false,
    budget: 10_000,
    ...limits,
  });
  let exit: number | string;
  try {
    exit = start(machine, ['sh', '-c', script], new Map(), '/', { main: false, stdin: '', tty: false });
  } catch (e) {
    if (e instanceof Exited) exit = e.code;
    else if (e instanceof Stopped) exit = e.why;
    else throw e;
  }
  const text = (stream: string): string =>
    machine.output
      .filter((o) => o.stream === stream)
      .map((o) => o.text)
      .join('');
  return { exit, stdout: text('stdout'), stderr: text('stderr'), at: machine.now };
}

describe('scripts print as with dash', () => {
  test.each(recorded.map((r): [string, (typeof recorded)[number]] => [r.script, r]))('%s', (_, { script, ...expected }) => {
    const { at: _at, ...got } = run(script);
    expect(got).toEqual(expected);
  });
});

describe('time', () => {
  const loop = 'i=0; while true; do echo $i; i=$((i+1)); sleep 10; done';
  test('an endless loop is seen to be one after its first turn', () => {
    expect(run(loop, { lookAhead: true, present: 0 })).toEqual({ exit: 'forever', stdout: '0\n', stderr: '', at: 10_000 });
  });
  test('a replay stops where the present is', () => {
    expect(run(loop, { until: 35_000, present: 35_000 })).toEqual({ exit: 'waiting', stdout: '0\n1\n2\n3\n', stderr: '', at: 35_000 });
  });
  test('sleep takes its time', () => {
    expect(run('sleep 1.5; sleep 1m; echo done')).toEqual({ exit: 0, stdout: 'done\n', stderr: '', at: 61_500 });
  });
  test('what depends on files of others is not looked at before its time', () => {
    expect(run('sleep 5; cat /shared/x', { present: 0 })).toEqual({ exit: 'asking', stdout: '', stderr: '', at: 5000 });
  });
  test('background jobs have their own time', () => {
    expect(run('(sleep 3; echo b) & (sleep 2; echo a) & wait; echo end')).toEqual({ exit: 0, stdout: 'b\na\nend\n', stderr: '', at: 3000 });
  });
});
