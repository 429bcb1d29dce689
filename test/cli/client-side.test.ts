// Commands that kubectl answers without a server, against what the real one printed.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../src/cli/run.js';
import { verbs } from '../../src/cli/verbs/index.js';
import { seededCluster } from './seeded-cluster.js';

interface Recording {
  files: Record<string, string | { bytes: number[] }>;
  cases: { argv: string[]; code: number; stdout: string; stderr: string }[];
}

const fixtures = fileURLToPath(new URL('../../fixtures/kubectl', import.meta.url));

const cluster = { ...seededCluster([], '2026-11-21T00:00:00Z'), close: () => {} };

async function run(argv: string[], cwd: string) {
  let stdout = '';
  let stderr = '';
  const io = {
    stdin: () => '',
    out: (s: string) => void (stdout += s),
    err: (s: string) => void (stderr += s),
    inputIsTTY: false,
    outputIsTTY: false,
    env: { HOME: '/root' },
    cwd,
  };
  const around = { io, program: 'kubectl', connect: () => cluster, clusterPath: '', verbs, namespace: () => 'default' };
  const code = await runCommandLine(argv, around);
  return { code, stdout, stderr };
}

describe.each(readdirSync(fixtures).filter((f) => f.endsWith('.json')))('%s', (file) => {
  const recording = JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as Recording;
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubelab-client-'));
    for (const [name, content] of Object.entries(recording.files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), typeof content === 'string' ? content : Uint8Array.from(content.bytes));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(recording.cases.map((c) => [c.argv.join(' '), c] as const))('%s', async (_, { argv, ...expected }) => {
    expect(await run(argv, folder)).toEqual(expected);
  });
});
