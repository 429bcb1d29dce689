// Runs transcripts in-process, each on a fresh cluster with a virtual clock, and compares all that is printed.
// UPDATE_TRANSCRIPTS=1 writes what was printed into the files instead. The test files beside this one share them out, to run side by side.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { readTranscript, rewriteTranscript, type TranscriptStep } from '../../src/lab/transcript.js';
import { main } from '../../src/main.js';

const folder = dirname(fileURLToPath(import.meta.url));

/** Paths of all transcripts, from this folder; the README's commands are one like any other. */
export const transcripts: readonly string[] = [
  ...(readdirSync(folder, { recursive: true }) as string[]).filter((f) => f.endsWith('.md')).sort(),
  '../../README.md',
];

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

/** One test for each of these transcripts. */
export function testTranscripts(files: readonly string[]): void {
  const work = mkdtempSync(join(tmpdir(), 'kubelab-transcripts-'));
  const fresh = join(work, 'fresh.db');
  beforeAll(() => createCluster(fresh, { clock: 'virtual' }).close());
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  for (const file of files) {
    test(file, async () => {
      const path = resolve(folder, file);
      const markdown = readFileSync(path, 'utf8');
      const cwd = mkdtempSync(join(work, 't-'));
      const cluster = join(cwd, 'cluster.db');
      copyFileSync(fresh, cluster);
      const outputs: string[] = [];
      for (const step of readTranscript(markdown)) outputs.push(await run(step, cwd, cluster));
      const now = rewriteTranscript(markdown, outputs);
      if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(path, now);
      else expect(now).toBe(markdown);
    });
  }
}
