// Go's regular expressions against what Go 1.26 itself said: the groups of a match, or the words about a pattern that is none.
import { expect, test } from 'vitest';
import { goRegExp } from '../../src/lib/go-regexp.js';

const groups = (pattern: string, text: string): string[] | null => {
  const found = goRegExp(pattern).exec(text);
  return found && [...found].map((g) => g ?? '');
};

test.each<[string, string, string[] | null]>([
  ['[]a]', ']', [']']],
  ['(?<n>b)', 'b', ['b', 'b']],
  ['(?P<n>[a-z]+)\\.x\\.$', 'ab.x.', ['ab.x.', 'ab']],
  ['(?i)ABC', 'abc', ['abc']],
  ['(?i)^web\\.', 'WEB.x', ['WEB.']],
  ['a{,5}', 'a{,5}', ['a{,5}']],
  ['x{2}', 'xx', ['xx']],
  ['[[:alpha:]-]+', 'ab-c', ['ab-c']],
  ['\\Aab\\z', 'ab', ['ab']],
  ['\\Qa.b\\E+', 'a.bb', ['a.bb']],
  ['^(.*)-(us|eu)\\.example\\.com\\.$', 'web-us.example.com.', ['web-us.example.com.', 'web', 'us']],
  ['[^.]+\\.', 'ab.c', ['ab.']],
  ['\\d+\\.\\w+', '12.ab', ['12.ab']],
  ['\\x41\\x{42}\\101', 'ABA', ['ABA']],
  ['(a)|b', 'b', ['b', '']],
  ['(?s)a.b', 'a\nb', ['a\nb']],
  ['a.b', 'a\nb', null],
  ['(?m)^b$', 'a\nb\nc', ['b']],
  ['^b$', 'a\nb', null],
  ['[\\w.-]+', 'a-b.c', ['a-b.c']],
  ['\\pL+', 'aé1', ['aé']],
  ['a-b/c_d', 'a-b/c_d', ['a-b/c_d']],
  ['a\\-b\\_c', 'a-b_c', ['a-b_c']],
  ['()', '', ['', '']],
  ['a(?:b|c)d', 'acd', ['acd']],
  ['{', '{', ['{']],
  ['a{1', 'a{1', ['a{1']],
  ['[\\s]', ' ', [' ']],
])('%s finds in %j %j', (pattern, text, found) => {
  expect(groups(pattern, text)).toEqual(found);
});

test.each([
  ['(a', 'missing closing ): `(a`'],
  ['a)', 'unexpected ): `a)`'],
  ['[a', 'missing closing ]: `[a`'],
  ['[]', 'missing closing ]: `[]`'],
  ['*a', 'missing argument to repetition operator: `*`'],
  ['a|*', 'missing argument to repetition operator: `*`'],
  ['(*)', 'missing argument to repetition operator: `*`'],
  ['a**', 'invalid nested repetition operator: `**`'],
  ['a+?*', 'invalid nested repetition operator: `+?*`'],
  ['a*{2}', 'invalid nested repetition operator: `*{2}`'],
  ['(?=a)b', 'invalid or unsupported Perl syntax: `(?=`'],
  ['(?!a)b', 'invalid or unsupported Perl syntax: `(?!`'],
  ['(?<!a)b', 'invalid named capture: `(?<!a)b`'],
  ['(?P<a', 'invalid named capture: `(?P<a`'],
  ['(?P<a-b>c)', 'invalid named capture: `(?P<a-b>`'],
  ['(?x)abc', 'invalid or unsupported Perl syntax: `(?x`'],
  ['\\1', 'invalid escape sequence: `\\1`'],
  ['\\y', 'invalid escape sequence: `\\y`'],
  ['a\\', 'trailing backslash at end of expression: ``'],
  ['a{2,1}', 'invalid repeat count: `{2,1}`'],
  ['a{1001}', 'invalid repeat count: `{1001}`'],
  ['[z-a]', 'invalid character class range: `z-a`'],
  ['[[:foo:]]', 'invalid character class range: `[:foo:]`'],
  ['](', 'missing closing ): `](`'],
  ['(?:', 'missing closing ): `(?:`'],
  ['(?', 'invalid or unsupported Perl syntax: `(?`'],
  ['\\C', 'invalid escape sequence: `\\C`'],
  ['[a-\\d]', 'invalid escape sequence: `\\d`'],
])('%s: %s', (pattern, words) => {
  expect(() => goRegExp(pattern)).toThrow(new Error(`error parsing regexp: ${words}`));
});
