import { expect, it } from 'vitest';
import { movedTo } from '../../src/cluster/fresh.js';

const day = Date.parse('2026-01-01');
const text = '{"a":"2026-01-01T00:00:01Z","b":"2026-01-01T00:00:00.100000Z","c":"2026-01-01","d":1767225660101,"e":"18867251edfa0000"}';

it('moves all times of a copied cluster to now, but those in names', () => {
  const now = Date.parse('2030-05-06T07:08:09.500Z');
  const later = now - day + 1767225660101;
  expect(movedTo(now, text)).toBe(
    `{"a":"2030-05-06T07:08:10Z","b":"2030-05-06T07:08:09.600000Z","c":"2030-05-06","d":${later},"e":"18867251edfa0000"}`,
  );
});

it('leaves a virtual clock alone, which starts with the day', () => {
  expect(movedTo(day, text)).toBe(text);
});
