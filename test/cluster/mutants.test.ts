// What a real API server said to manifests with something wrong in them: fixtures/recorded/mutants.yaml are the manifests,
// mutants.jsonl what was changed in them and the answer to `create --dry-run=server -f - -o name`.
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createCluster } from '../../src/cluster/index.js';
import { kubectl } from '../cli/kubectl.js';

interface Mutant {
  readonly base: string;
  /** Paths with their new values; without one, what was there is gone. */
  readonly edits: readonly (readonly [path: readonly (string | number)[], value?: unknown])[];
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

const read = (name: string): string => readFileSync(new URL(`../../fixtures/recorded/${name}`, import.meta.url), 'utf8');
const mutants = read('mutants.jsonl')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Mutant);
/** By the comment that each begins with. */
const bases = new Map(
  read('mutants.yaml')
    .split(/^# /m)
    .slice(1)
    .map((text) => {
      const end = text.indexOf('\n');
      return [text.slice(0, end), parse(text.slice(end).replace(/^---\n/m, ''), { version: '1.1' }) as object];
    }),
);

const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 1 });
afterAll(() => cluster.close());
await kubectl(cluster, ['create', 'namespace', 'prod']);

/** The manifest as the recording sent it. */
function mutated({ base, edits }: Mutant): object {
  const root: { it: unknown } = { it: structuredClone(bases.get(base)) };
  for (const [path, ...value] of edits) {
    const holder = ['it', ...path].slice(0, -1).reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], root);
    const last = ['it', ...path].at(-1)!;
    if (value.length > 0) (holder as Record<string | number, unknown>)[last] = value[0];
    else delete (holder as Record<string | number, unknown>)[last];
  }
  return root.it as object;
}

/** Names that the API server makes up. */
const plain = (text: string): string => text.replaceAll(/\b(win-|auto-|fq-)[a-z0-9]{5}\b/g, '$1xxxxx').replaceAll('"m.yaml"', '"STDIN"');

for (const [i, mutant] of mutants.entries()) {
  test(`${i + 1}: ${mutant.base} with ${mutant.edits.map(([path]) => path.join('.')).join(', ')}`, async () => {
    const words = ['create', '--dry-run=server', '-f', '-', '-o', 'name'];
    const { code, stdout, stderr } = await kubectl(cluster, words, JSON.stringify(mutated(mutant)));
    expect({ code, stdout: plain(stdout), stderr: plain(stderr) }).toEqual({
      code: mutant.rc,
      stdout: plain(mutant.stdout),
      stderr: plain(mutant.stderr),
    });
  });
}
