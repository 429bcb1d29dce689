import { describe, expect, test } from 'vitest';
import { fieldsMatch, formatFieldSelector, formatLabelSelector, parseFieldSelector, parseLabelSelector } from '../../src/lib/selector.js';
import { matches } from '../../src/model/selector.js';
import { queryCases } from './query-cases.js';

const failure = (run: () => unknown): string | undefined => {
  try {
    run();
    return undefined;
  } catch (e) {
    return (e as Error).message;
  }
};

describe.runIf(queryCases)("upstream's table", () => {
  const cases = (queryCases?.cases ?? []).filter((c) => c.id.startsWith('selector/'));
  test.each(cases.map((c) => [c.id, c] as const))('%s', (_, c) => {
    if (c.expect.ok === false) return expect(failure(() => parseLabelSelector(c.given.selector))).toBeTypeOf('string');
    const parsed = parseLabelSelector(c.given.selector);
    if (c.expect.canonical !== undefined) expect(formatLabelSelector(parsed)).toBe(c.expect.canonical);
    if (c.expect.match !== undefined) expect(matches(parsed, c.given.labels)).toBe(c.expect.match);
  });
});

test.each([
  ['a in', "unable to parse requirement: found '' expected: '('"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a=b,', "found '', expected: identifier after ','"],
  ['!a=b', undefined],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a=b=c', "found '=', expected: ',' or 'end of string'"],
  [',a', "found ',', expected: !, identifier, or 'end of string'"],
  ['a>x', `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`],
])('%s', (text, message) => {
  expect(failure(() => parseLabelSelector(text))).toBe(message);
});

test('field selectors', () => {
  const parsed = parseFieldSelector('status.phase!=Running,metadata.name==a\\,b');
  expect(parsed).toEqual([
    { field: 'metadata.name', operator: '=', value: 'a,b' },
    { field: 'status.phase', operator: '!=', value: 'Running' },
  ]);
  expect(formatFieldSelector(parsed)).toBe('metadata.name=a\\,b,status.phase!=Running');
  expect(fieldsMatch(parsed, { 'metadata.name': 'a,b', 'status.phase': 'Pending' })).toBe(true);
  expect(failure(() => parseFieldSelector('x'))).toBe("invalid selector: 'x'; can't understand 'x'");
  expect(failure(() => parseFieldSelector('a=\\b'))).toBe('invalid field selector: invalid escape sequence: \\b');
});
