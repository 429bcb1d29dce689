import { expect, test } from 'vitest';
import * as names from '../../src/lib/names.js';

test('a bad label names the regex with two examples', () => {
  expect(names.isDNS1123Label('A_b')).toEqual([
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ]);
  expect(names.isDNS1123Label('a.b')).toEqual(['must not contain dots']);
  expect(names.isDNS1123Label('a'.repeat(64))).toEqual(['must be no more than 63 characters']);
  expect(names.isDNS1123Label('web-1')).toEqual([]);
});

test('label keys', () => {
  expect(names.isQualifiedName('app.kubernetes.io/name')).toEqual([]);
  expect(names.isQualifiedName('/x')).toEqual(['prefix part must be non-empty']);
  expect(names.isQualifiedName('')).toEqual([
    'name part must be non-empty',
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ]);
});

test('port names', () => {
  expect(names.isValidPortName('-1--2')).toEqual([
    'must contain at least one letter (a-z)',
    'must not contain consecutive hyphens',
    'must not begin or end with a hyphen',
  ]);
});
