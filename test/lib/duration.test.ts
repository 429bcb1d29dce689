import { expect, test } from 'vitest';
import { ageOf, formatGoDuration, humanDuration, parseGoDuration } from '../../src/lib/duration.js';

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

test.each([
  [-2 * s, '<invalid>'],
  [-1 * s, '0s'],
  [0, '0s'],
  [119 * s + 999, '119s'],
  [2 * m, '2m'],
  [5 * m + 30 * s, '5m30s'],
  [10 * m + 5 * s, '10m'],
  [3 * h - 1, '179m'],
  [3 * h, '3h'],
  [7 * h + 59 * m, '7h59m'],
  [8 * h + 59 * m, '8h'],
  [48 * h, '2d'],
  [51 * h, '2d3h'],
  [8 * d, '8d'],
  [729 * d, '729d'],
  [730 * d, '2y'],
  [731 * d, '2y1d'],
  [8 * 365 * d + 5 * d, '8y'],
])('the age of %d ms is %s', (ms, text) => expect(humanDuration(ms)).toBe(text));

test('an age without a timestamp is unknown', () => {
  expect(ageOf(undefined, 0)).toBe('<unknown>');
  expect(ageOf('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:30Z'))).toBe('5m30s');
});

test.each([
  ['0', 0, '0s'],
  ['1.5s', 1500, '1.5s'],
  ['300ms', 300, '300ms'],
  ['1h', h, '1h0m0s'],
  ['2h45m', 2 * h + 45 * m, '2h45m0s'],
  ['-1m', -m, '-1m0s'],
  ['1us', 0.001, '1µs'],
  ['.5m', 30 * s, '30s'],
])('Go reads %s', (text, ms, printed) => {
  expect(parseGoDuration(text)).toBe(ms);
  expect(formatGoDuration(ms)).toBe(printed);
});

test.each([
  ['', 'time: invalid duration ""'],
  ['10', 'time: missing unit in duration "10"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['abc', 'time: invalid duration "abc"'],
  ['.s', 'time: invalid duration ".s"'],
  ['300000000h', 'time: invalid duration "300000000h"'],
])('Go refuses %s', (text, message) => expect(() => parseGoDuration(text)).toThrow(new Error(message)));
