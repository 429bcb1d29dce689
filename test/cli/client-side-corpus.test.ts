// Commands of real exercises that kubectl answers (mostly refuses) without a server: fixtures/cases/client-side.jsonl.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { splitWords } from '../../src/lab/transcript.js';
import { runCommandLine } from '../../src/cli/run.js';
import { verbs } from '../../src/cli/verbs/index.js';
import { seededCluster } from './seeded-cluster.js';

interface Case {
  command: string;
  exit: number;
  stdout: string;
  stderr: string;
}
const file = new URL('../../fixtures/cases/client-side.jsonl', import.meta.url);
const cases = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

/** Answers that differ, and why. */
const exceptions: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/ -h$|--help|^kubectl create service$/, 'help is in our own words'],
  [/--dry-run -o yaml/, 'the recording has no lines of the client log'],
  [/^kubectl (foo|desc)/, 'kubelab has other commands to suggest'],
  [/--context=|^kubectl config/, 'the recording had no kubeconfig, kubelab has one context'],
  [/^kubectl diff/, 'diff ends with 1 where kubectl ends with 2'],
  [/SUBCOMMAND \[options\]/, 'the recording passed two words as one'],
];

const cwd = mkdtempSync(join(tmpdir(), 'kubelab-corpus-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const cluster = { ...seededCluster([], '2026-11-21T00:00:00Z'), close: () => {} };

async function run(command: string) {
  let stdout = '';
  let stderr = '';
  const io = {
    stdin: () => '',
    inputIsTTY: false,
    outputIsTTY: false,
    cwd,
    out: (text: string) => void (stdout += text),
    err: (text: string) => void (stderr += text),
    env: { HOME: '/root' },
  };
  const around = { io, program: 'kubectl', connect: () => cluster, clusterPath: '', verbs, namespace: () => 'default' };
  const exit = await runCommandLine(splitWords(command).slice(1), around);
  return { command, exit, stdout, stderr };
}

test('what kubectl says without a server, kubelab says too', async () => {
  const differing: unknown[] = [];
  let same = 0;
  let refused = 0;
  for (const { command, exit, stdout, stderr } of cases) {
    if (exceptions.some(([pattern]) => pattern.test(command))) continue;
    const got = await run(command);
    if (got.stderr.includes('kubelab does not simulate')) refused++;
    else if (got.exit === exit && got.stdout === stdout && got.stderr === stderr) same++;
    else differing.push({ got, wanted: { command, exit, stdout, stderr } });
  }
  expect(differing).toEqual([]);
  // So that a refusal of everything does not pass.
  expect(same).toBeGreaterThan(230);
  expect(refused).toBeLessThan(90);
}, 30_000);
