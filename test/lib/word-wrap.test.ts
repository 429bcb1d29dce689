import { expect, it } from 'vitest';
import { wordWrap } from '../../src/lib/word-wrap.js';

it('breaks before the word that does not fit, and keeps blanks inside lines', () => {
  expect(wordWrap('one  two three four', 10)).toBe('one  two\nthree four');
  expect(wordWrap('  indented', 20)).toBe('  indented');
});

it('leaves words that are longer than a line whole', () => {
  expect(wordWrap('see https://example.com/a/long/path now', 12)).toBe('see\nhttps://example.com/a/long/path\nnow');
});

it('keeps the lines there are', () => {
  expect(wordWrap('a\n\nb', 10)).toBe('a\n\nb');
});
