// Hunks as diff -u writes them.
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../src/lib/unified-diff.js';

test('equal texts have no hunks', () => {
  expect(unifiedDiff('a\nb', 'a\nb')).toBe('');
});

test('three lines of context, and hunks that are near share one', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const after = before.map((line) => (line === '5' ? 'five' : line));
  expect(unifiedDiff(before.join('\n'), after.join('\n'))).toBe('@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n');
});
