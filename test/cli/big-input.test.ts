// Ten megabytes of YAML: read at once, refused by the server as the real one refuses a request of that size.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommandLine } from '../../src/cli/run.js';
import { verbs } from '../../src/cli/verbs/index.js';
import { seededCluster } from './seeded-cluster.js';

const cwd = mkdtempSync(join(tmpdir(), 'kubelab-big-'));
afterAll(() => rmSync(cwd, { recursive: true }));

test('create -f of a ConfigMap of ten megabytes', async () => {
  const lines = `    ${'y'.repeat(96)}\n`.repeat(100_000);
  writeFileSync(join(cwd, 'big.yaml'), `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: big\ndata:\n  k: |\n${lines}`);
  const cluster = seededCluster([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }], '2026-11-21T00:00:00Z');
  let shown = '';
  const write = (text: string): void => void (shown += text);
  const io = { stdin: () => '', out: write, err: write, inputIsTTY: false, outputIsTTY: false, env: {}, cwd };
  const around = { io, program: 'kubectl', connect: () => cluster, clusterPath: '', verbs, namespace: () => 'default' };
  expect(await runCommandLine(['create', '-f', 'big.yaml'], around)).toBe(1);
  expect(shown).toBe(
    'Error from server (RequestEntityTooLarge): error when creating "big.yaml": Request entity too large: limit is 3145728\n',
  );
}, 20_000);
