import { expect, test } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliValue,
  parseQuantity,
  wholeValue,
} from '../../src/lib/quantity.js';

test.each([
  ['0', '0'],
  ['0Gi', '0'],
  ['1', '1'],
  ['+1', '1'],
  ['-1.5', '-1500m'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['1.', '1'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['100u', '100u'],
  ['0.1n', '1n'],
  ['1000k', '1M'],
  ['1024', '1024'],
  ['1024Ki', '1Mi'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['0.5Gi', '512Mi'],
  ['0.5Ki', '512'],
  ['1.25Ki', '1280'],
  ['0.0001Ki', '102400u'],
  ['100e3', '100e3'],
  ['1e-3', '1e-3'],
  ['12e1', '120'],
  ['1E3', '1e3'],
  ['1E', '1E'],
  ['20E', '9223372036854775807'],
])('%s is written %s', (text, canonical) => expect(canonicalQuantity(text)).toBe(canonical));

test.each([
  ['', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ['abc', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ['1 Gi', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ['1GB', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ['1K', "unable to parse quantity's suffix"],
  ['1mm', "unable to parse quantity's suffix"],
])('%s is no quantity', (text, message) => expect(() => parseQuantity(text)).toThrow(new Error(message)));

test('comparing and adding go by value', () => {
  expect(compareQuantities(parseQuantity('1Gi'), parseQuantity('1G'))).toBe(1);
  expect(compareQuantities(parseQuantity('1000m'), parseQuantity('1'))).toBe(0);
  expect(formatQuantity(addQuantities(parseQuantity('100m'), parseQuantity('1')))).toBe('1100m');
  expect(formatQuantity(addQuantities(parseQuantity('0'), parseQuantity('1Gi')))).toBe('1Gi');
  expect(wholeValue(parseQuantity('1500m'))).toBe(2n);
  expect(milliValue(parseQuantity('0.0001'))).toBe(1n);
});
