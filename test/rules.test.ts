// The rules of the house, read from the sources: who may import whom, where time and chance come from, how long a file may be.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src');
const files = (readdirSync(src, { recursive: true }) as string[]).filter((f) => f.endsWith('.ts'));
const text = new Map(files.map((f) => [f, readFileSync(join(src, f), 'utf8')]));

/** Each room with the rooms it may import. Imports only fall. */
const rooms: Record<string, readonly string[]> = {
  lib: [],
  model: ['lib'],
  store: ['lib', 'model'],
  kinds: ['lib', 'model'],
  schema: ['lib', 'model'],
  network: ['lib', 'model', 'store', 'kinds', 'schema'],
  programs: ['lib', 'model', 'store', 'kinds', 'schema', 'network'],
  controllers: ['lib', 'model', 'store', 'kinds', 'schema', 'network', 'programs'],
  cluster: ['lib', 'model', 'store', 'kinds', 'schema', 'network', 'programs', 'controllers'],
  serve: ['lib', 'model', 'cluster'],
  cli: ['lib', 'model', 'kinds'],
  lab: ['lib', 'model', 'cluster', 'cli', 'kinds', 'network'],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

const imports: Import[] = files.flatMap((from) => {
  const source = text.get(from) ?? '';
  const found: Import[] = [];
  const add = (path: string, typeOnly: boolean, lazy: boolean): void => {
    if (path.startsWith('.'))
      found.push({ from, to: relative(src, resolve(src, dirname(from), path)).replace(/\.js$/, '.ts'), typeOnly, lazy });
  };
  for (const m of source.matchAll(/^(?:import|export) (type )?[^;]*? from '([^']+)'/gms)) add(m[2] as string, m[1] !== undefined, false);
  for (const m of source.matchAll(/\bimport\('([^']+)'\)/g)) add(m[1] as string, false, true);
  return found;
});

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : 'main');

test('imports only fall', () => {
  const wrong = imports
    .filter(({ from, to }) => roomOf(from) !== roomOf(to) && roomOf(from) !== 'main')
    .filter(({ from, to }) => !(rooms[roomOf(from)] ?? []).includes(roomOf(to)))
    .map(({ from, to }) => `${from} imports ${to}`);
  expect(wrong).toEqual([]);
});

test('every room has its line in the rules', () => {
  expect([...new Set(files.map(roomOf))].filter((r) => r !== 'main' && !rooms[r])).toEqual([]);
});

test('no import cycles', () => {
  const edges = new Map<string, string[]>();
  for (const { from, to, typeOnly, lazy } of imports) if (!typeOnly && !lazy) edges.set(from, [...(edges.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});

test('time, chance and environment come in through world.ts and main', () => {
  const allowed = new Set(['cluster/world.ts', 'main.ts', 'program.ts']);
  const wrong = files
    .filter((f) => !allowed.has(f))
    .flatMap((f) =>
      code(text.get(f) ?? '').flatMap((line, i) =>
        /\bDate\.now\b|\bMath\.random\b|\bprocess\.env\b|\bnew Date\(\)|\brandomUUID\b/.test(line) ? [`${f}:${i + 1}: ${line.trim()}`] : [],
      ),
    );
  expect(wrong).toEqual([]);
});

/** Lines without comments, so that they may name what the code must not use. */
const code = (source: string): string[] =>
  source.split('\n').map((line) => line.replace(/^\s*(\/\/|\*|\/\*).*$/, '').replace(/\s\/\/ .*$/, ''));

test('no file is longer than 600 lines', () => {
  const long = files.filter((f) => !f.includes('generated/') && (text.get(f) ?? '').split('\n').length > 600);
  expect(long).toEqual([]);
});

test('files begin by saying what they are', () => {
  const silent = files.filter((f) => !f.includes('generated/') && !/^(\/\/|\/\*|#!)/.test(text.get(f) ?? ''));
  expect(silent).toEqual([]);
});

test('lib knows no package but Node, and heavy packages are read lazily', () => {
  const packages = files.flatMap((f) =>
    [...(text.get(f) ?? '').matchAll(/^import (type )?[^;]*? from '([^.'][^']*)'/gms)].map((m) => ({
      file: f,
      name: m[2] as string,
      type: m[1] !== undefined,
    })),
  );
  const outside = packages.filter((p) => !p.type && !p.name.startsWith('node:'));
  const places: Record<string, RegExp> = {
    '@oclif/core': /^cli\/(command|run)\.ts$/,
    'better-sqlite3': /^store\/database\.ts$/,
    yaml: /^lib\/yaml\//,
    chalk: /^(lib|cli|lab)\//,
    'cli-table3': /^(lib|cli|lab)\//,
  };
  const packageOf = (name: string): string => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;
  expect(outside.filter((p) => !places[packageOf(p.name)]?.test(p.file)).map((p) => `${p.file}: ${p.name}`)).toEqual([]);
});

/** Ids of the lines between the brackets of a family list. */
function family(file: string, pattern: RegExp): string[] {
  return [...(text.get(file) ?? '').matchAll(pattern)].map((m) => m[1] as string);
}

test('the list of verbs is sorted', () => {
  const ids = family('cli/verbs/index.ts', /^ {2}entry\(\s*'([^']+)'/gm);
  expect(ids.length).toBeGreaterThan(0);
  expect(ids).toEqual([...ids].sort());
});

test('every verb file is in the list of verbs', () => {
  const index = text.get('cli/verbs/index.ts') ?? '';
  const missing = files
    .filter((f) => f.startsWith('cli/verbs/') && f !== 'cli/verbs/index.ts' && /: Verb<Client>/.test(text.get(f) ?? ''))
    .filter((f) => /^export const \w+: Verb<Client> = /m.test(text.get(f) ?? ''))
    .filter((f) => !index.includes(`'./${f.slice('cli/verbs/'.length).replace(/\.ts$/, '.js')}'`));
  expect(missing).toEqual([]);
});
