// Command lines with something wrong in them, as kubectl 1.36.4 answered them before a real API server 1.36.3: fixtures/recorded/command-line.jsonl.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCommandLine } from '../../src/cli/run.js';
import { verbs } from '../../src/cli/verbs/index.js';
import { splitWords } from '../../src/lab/transcript.js';
import type { KubeObject } from '../../src/model/object.js';
import { seededCluster } from './seeded-cluster.js';

interface Answer {
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}
const file = new URL('../../fixtures/recorded/command-line.jsonl', import.meta.url);
const recorded = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Answer);

const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}\n' };
const at = (apiVersion: string, kind: string, name: string, more: object, namespace?: string): KubeObject =>
  ({
    apiVersion,
    kind,
    metadata: { name, uid: name, labels: { app: name }, ...(namespace && { namespace, annotations: applied }) },
    ...more,
  }) as KubeObject;
const container = (name: string) => ({ name, image: 'nginx' });
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [container('nginx')] } };
/** What the recording's namespace held: Pods that no scheduler had placed, a Deployment, Services with and without a selector. */
const cluster = {
  ...seededCluster(
    [
      at('v1', 'Namespace', 'default', { spec: {}, status: { phase: 'Active' } }),
      at('v1', 'Node', 'node01', { spec: {}, status: {} }),
      at('v1', 'Pod', 'one', { spec: { containers: [container('a'), container('b')] }, status: { phase: 'Pending' } }, 'default'),
      at('v1', 'Pod', 'two', { spec: { containers: [container('c')] }, status: { phase: 'Pending' } }, 'default'),
      at('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }, 'default'),
      at('v1', 'Service', 'other', { spec: { ports: [{ port: 81 }] } }, 'default'),
      at('apps/v1', 'Deployment', 'web', { spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template } }, 'default'),
    ],
    '2026-11-21T00:00:00Z',
  ),
  close: () => {},
};

async function answer(command: string): Promise<Answer> {
  let stdout = '';
  let stderr = '';
  const io = {
    stdin: () => '',
    inputIsTTY: false,
    outputIsTTY: false,
    env: { KUBE_EDITOR: 'true' },
    cwd: '/',
    out: (text: string) => void (stdout += text),
    err: (text: string) => void (stderr += text),
  };
  const around = { io, program: 'kubectl', connect: () => cluster, clusterPath: '', verbs, namespace: () => 'default' };
  const exit = await runCommandLine(splitWords(command).slice(1), around);
  return { command, stdout, stderr, exit };
}

test('kubectl says what is wrong', async () => {
  const answers: Answer[] = [];
  for (const { command } of recorded) answers.push(await answer(command));
  expect(answers).toEqual(recorded);
}, 60_000);
