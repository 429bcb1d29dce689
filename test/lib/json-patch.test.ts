import { expect, test } from 'vitest';
import { applyJSONPatch } from '../../src/lib/json-patch.js';
import { createMergePatch, mergePatch, threeWayMergePatch } from '../../src/lib/merge-patch.js';

const document = {
  metadata: { labels: { a: 'b' } },
  spec: { replicas: 1, containers: [{ name: 'a', image: 'x' }] },
};
const run = (op: unknown): unknown => {
  try {
    return applyJSONPatch(document, op);
  } catch (e) {
    return (e as Error).message;
  }
};

// What kubectl 1.36.4 printed for `patch --local --type json`.
test.each([
  [{ op: 'remove', path: '/spec/nope' }, "error in remove for path: '/spec/nope': unable to remove nonexistent key: nope: missing value"],
  [{ op: 'add', path: '/spec/x/y', value: 1 }, 'add operation does not apply: doc is missing path: "/spec/x/y": missing value'],
  [{ op: 'test', path: '/spec/replicas', value: 2 }, 'testing value /spec/replicas failed: test failed'],
  [{ op: 'move', from: '/spec/r', path: '/spec/q' }, "error in move for path: 'r': unable to get nonexistent key: r: missing value"],
  [{ op: 'copy', from: '/spec/r', path: '/spec/q' }, "error in copy for from: '/spec/r': unable to get nonexistent key: r: missing value"],
  [{ op: 'foo', path: '/spec/q' }, 'invalid operation {"op":"foo","path":"/spec/q"}: unsupported operation'],
  [
    { op: 'add', path: '/spec/containers/5', value: {} },
    "error in add for path: '/spec/containers/5': Unable to access invalid index: 5: invalid index referenced",
  ],
  [
    { op: 'add', path: '/spec/containers/foo', value: {} },
    `error in add for path: '/spec/containers/foo': value was not a proper array index: 'foo': strconv.Atoi: parsing "foo": invalid syntax`,
  ],
  [{ op: 'remove', path: '' }, 'remove operation does not apply: doc is missing path: "": missing value'],
  [{ op: 'replace', path: '/a/b/c', value: null }, 'replace operation does not apply: doc is missing path: /a/b/c: missing value'],
])('%j', (op, message) => {
  expect(run([op])).toBe(message);
});

test('operations', () => {
  const ops = [
    { op: 'add', path: '/metadata/labels/x~1y', value: 'q' },
    { op: 'replace', path: '/spec/containers/-1/image', value: 'y' },
    { op: 'add', path: '/spec/containers/-', value: { name: 'z' } },
    { op: 'copy', from: '/spec/replicas', path: '/spec/q' },
    { op: 'test', path: '/spec/q', value: 1 },
    { op: 'remove', path: '/spec/replicas' },
  ];
  expect(run(ops)).toEqual({
    metadata: { labels: { a: 'b', 'x/y': 'q' } },
    spec: { q: 1, containers: [{ name: 'a', image: 'y' }, { name: 'z' }] },
  });
  expect(document.spec.replicas).toBe(1);
  expect(run({ op: 'add' })).toBe('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
});

test('merge patches', () => {
  expect(mergePatch(document, { spec: { replicas: null, containers: [] } })).toEqual({ ...document, spec: { containers: [] } });
  expect(createMergePatch({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: 1 }, d: [2], e: null })).toEqual({ a: { c: null }, d: [2], e: null });
  expect(threeWayMergePatch({ a: 1, b: 2 }, { b: 3 }, { a: 1, b: 2, c: 4 })).toEqual({ a: null, b: 3 });
});
