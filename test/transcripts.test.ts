// Runs every transcript below test/transcripts, and the README's, in-process, each on a fresh cluster with a virtual clock, and compares all that is printed.
// UPDATE_TRANSCRIPTS=1 writes what was printed into the files instead.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { createCluster } from '../src/cluster/index.js';
import { readTranscript, rewriteTranscript, splitWords, type TranscriptStep } from '../src/lab/transcript.js';
import { main } from '../src/main.js';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), 'transcripts');
// The README's commands are a transcript like any other.
const files = [...(readdirSync(folder, { recursive: true }) as string[]).filter((f) => f.endsWith('.md')).sort(), '../../README.md'];
const work = mkdtempSync(join(tmpdir(), 'kubelab-transcripts-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function run({ words, stdin = '' }: TranscriptStep, cwd: string, cluster: string): Promise<string> {
  const [program = '', ...argv] = words;
  if (program === 'cat' && argv[0] === '>' && argv.length === 2) {
    writeFileSync(join(cwd, argv[1] as string), stdin);
    return '';
  }
  if (!['kubectl', 'kubelab', 'k'].includes(program)) throw new Error(`transcripts run kubectl and kubelab, not ${program}`);
  let shown = '';
  const write = (text: string): void => void (shown += text);
  const env = { KUBELAB_CLUSTER: cluster, HOME: cwd };
  const io = { stdin: () => stdin, out: write, err: write, inputIsTTY: false, outputIsTTY: false, env, cwd };
  const code = await main(argv, io, program);
  if (shown !== '' && !shown.endsWith('\n')) shown += '\n';
  return code === 0 ? shown : `${shown}? ${code}\n`;
}

for (const file of files) {
  test(file, async () => {
    const path = join(folder, file);
    const markdown = readFileSync(path, 'utf8');
    const cwd = mkdtempSync(join(work, 't-'));
    const cluster = join(cwd, 'cluster.db');
    createCluster(cluster, { clock: 'virtual' }).close();
    const outputs: string[] = [];
    for (const step of readTranscript(markdown)) outputs.push(await run(step, cwd, cluster));
    const now = rewriteTranscript(markdown, outputs);
    if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(path, now);
    else expect(now).toBe(markdown);
  });
}

describe('the reader of transcripts', () => {
  test('splits words as a shell does', () => {
    expect(splitWords(`kubectl get  -o 'jsonpath={.a b}' "c\\"d" e\\ f ''`)).toEqual([
      'kubectl',
      'get',
      '-o',
      'jsonpath={.a b}',
      'c"d',
      'e f',
      '',
    ]);
  });

  test('finds commands, input and output, and writes them back', () => {
    const text =
      "# A\n```console\n$ kubectl apply \\\n  -f - <<'EOF'\nkind: A\nEOF\na created\n$ kubectl get x\n? 1\n```\n```yaml\n$ no\n```\n";
    const steps = readTranscript(text);
    expect(steps.map((s) => [s.words.join(' '), s.stdin, s.expected])).toEqual([
      ['kubectl apply -f -', 'kind: A\n', 'a created\n'],
      ['kubectl get x', undefined, '? 1\n'],
    ]);
    expect(rewriteTranscript(text, ['a created\n', '? 1\n'])).toBe(text);
    expect(rewriteTranscript(text, ['', 'b\nc\n'])).toBe(text.replace('a created\n', '').replace('? 1\n', 'b\nc\n'));
  });
});
