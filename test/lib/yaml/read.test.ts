import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readDocuments } from '../../../src/lib/yaml/documents.js';
import { readYaml, YamlError } from '../../../src/lib/yaml/read.js';

interface Case {
  text: string;
  value?: unknown;
  error?: string;
}
const { cases } = JSON.parse(readFileSync(new URL('../../../fixtures/yaml/read.json', import.meta.url), 'utf8')) as { cases: Case[] };

function read(text: string): { values: unknown[]; error?: string } {
  const values: unknown[] = [];
  try {
    for (const { value } of readDocuments(text)) values.push(value);
    return { values };
  } catch (e) {
    return { values, error: (e as Error).message };
  }
}

/** The recording's label --local made an empty metadata of none. */
const tidy = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (key, v) => (key === 'labels' && v?.zz ? undefined : v)));

test.each(cases.map((c) => [JSON.stringify(c.text).slice(0, 100), c] as const))(
  'reads as kubectl does: %s',
  (_, { text, value, error }) => {
    const got = read(text);
    if (error !== undefined) expect(got.error).toBe(error);
    else expect(got.values.map(tidy)).toEqual([value]);
  },
);

test('documents: separators, comments, JSON streams', () => {
  const doc = 'a: b\n';
  expect(read(`${doc}--- # c\n${doc}---\n---\n# only a comment\n---\nc: d`).values).toEqual([{ a: 'b' }, { a: 'b' }, null, { c: 'd' }]);
  expect(read('{"a":1}{"b":2}\n---\nc: d\n').values).toEqual([{ a: 1 }, { b: 2 }, null, { c: 'd' }]);
  expect(read('{a: b, c: [d]}').error).toBe(undefined);
});

test('the last line gets its end', () => {
  expect(read('a: |\n  x').values).toEqual([{ a: 'x\n' }]);
  expect(read("a: 'x").error).toBe('error converting YAML to JSON: yaml: line 2: found unexpected end of stream');
});

test('an alias bomb is refused, a few aliases are not', () => {
  const levels = (n: number): string =>
    Array.from(
      { length: n },
      (_, i) =>
        `a${i}: &a${i} [${Array(9)
          .fill(i === 0 ? 'x' : `*a${i - 1}`)
          .join(',')}]\n`,
    ).join('');
  expect(() => readYaml(levels(9))).toThrow(new YamlError('document contains excessive aliasing'));
  expect(Object.keys(readYaml(levels(3)) as object)).toEqual(['a0', 'a1', 'a2']);
});

test('a megabyte of documents is read at once', () => {
  const one =
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    app: web\ndata:\n  key: "some value"\n  other: plain text of some length\n';
  const text = Array(8_000).fill(one).join('---\n');
  const started = performance.now();
  expect([...readDocuments(text)].length).toBe(8_000);
  expect(performance.now() - started).toBeLessThan(3_000);
});
