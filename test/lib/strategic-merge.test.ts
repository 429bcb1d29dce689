import { describe, expect, test } from 'vitest';
import { strategicMerge, threeWayPatch, twoWayPatch } from '../../src/lib/strategic-merge/index.js';
import type { TypeSchema } from '../../src/lib/field-schema.js';
import { queryCases } from './query-cases.js';

// The MergeItem type of upstream's tests.
const item: TypeSchema = {
  field(name) {
    const merged = { strategy: 'merge', mergeKey: 'name', value: item } as const;
    const fields: Record<string, ReturnType<TypeSchema['field']>> = {
      mergingList: merged,
      mergeItemPtr: merged,
      mergingIntList: { strategy: 'merge' },
      retainKeysMap: { retainKeys: true, value: item },
      retainKeysMergingList: { ...merged, retainKeys: true },
      replacingItem: { strategy: 'replace', value: item },
    };
    return fields[name] ?? { value: item };
  },
};

type Json = Record<string, unknown>;

/** Lists that merge have no order unless it is asked for: sorted by their key here. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, /nonMerging/.test(k) ? v : sorted(v)]));
}
const key = (value: unknown): string => String((value as Json)?.name ?? value);

function run(c: NonNullable<typeof queryCases>['cases'][number]): Json {
  const { original = {}, modified = {}, current = {} } = c.given;
  if (c.when.query === 'strategicMergePatch') return { result: strategicMerge(original, c.when.patch, item) };
  if (c.when.query === 'createTwoWayMergePatch') return { patch: twoWayPatch(original, modified, item) };
  const patch = threeWayPatch(original, modified, current, item);
  return { patch, result: strategicMerge(current, patch, item) };
}

// Stands for a patch that is written by hand, not computed.
const byHand = /smp\/custom\/create2\/deletefromprimitivelist/;

describe.runIf(queryCases)("upstream's table", () => {
  const cases = (queryCases?.cases ?? []).filter((c) => c.id.startsWith('smp/') && !byHand.test(c.id));
  test.each(cases.map((c) => [c.id, c] as const))('%s', (_, c) => {
    if (c.expect.error) return expect(() => run(c)).toThrow(c.expect.error);
    const got = run(c);
    for (const part of Object.keys(c.expect)) expect(sorted(got[part])).toEqual(sorted(c.expect[part]));
  });
});

test('arguments are left alone; new items come first', () => {
  const live = Object.freeze({ mergingList: Object.freeze([Object.freeze({ name: 'a' })]) });
  const patch = Object.freeze({ mergingList: Object.freeze([Object.freeze({ name: 'b' })]) });
  expect(strategicMerge(live, patch, item)).toEqual({ mergingList: [{ name: 'b' }, { name: 'a' }] });
});
