import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readYaml } from '../../../src/lib/yaml/read.js';
import { toYaml } from '../../../src/lib/yaml/write.js';

const fixture = JSON.parse(readFileSync(new URL('../../../fixtures/yaml/write.json', import.meta.url), 'utf8')) as {
  object: unknown;
  yaml: string;
};

test('writes as kubectl does: quoting, folding, blocks, key order, numbers', () => {
  expect(toYaml(fixture.object)).toBe(fixture.yaml);
});

test('what was written is read back', () => {
  expect(readYaml(toYaml(fixture.object))).toEqual(fixture.object);
});

test('undefined fields are left out; scalars and empty collections stand at the root', () => {
  expect(toYaml({ b: undefined, a: null })).toBe('a: null\n');
  expect([toYaml({}), toYaml([]), toYaml('x'), toYaml(1)]).toEqual(['{}\n', '[]\n', 'x\n', '1\n']);
});

test('a block of lines that ends its mapping leaves no empty line behind', () => {
  expect(toYaml({ data: { b: 'two\nlines\n' }, kind: 'x' })).toBe('data:\n  b: |\n    two\n    lines\nkind: x\n');
  expect(toYaml({ data: { b: 'one\n\n' }, kind: 'x' })).toBe('data:\n  b: |+\n    one\n\nkind: x\n');
  expect(toYaml({ data: { b: 'no\nend' }, kind: 'x' })).toBe('data:\n  b: |-\n    no\n    end\nkind: x\n');
});
