import { describe, expect, test } from 'vitest';
import { executionError, parseJSONPath, relaxedJSONPath } from '../../src/lib/jsonpath/index.js';
import { queryCases } from './query-cases.js';

function run(template: string, input: unknown, allowMissingKeys = false): { output: string } | { error: string } {
  try {
    return { output: parseJSONPath(template).execute(input, { allowMissingKeys }) };
  } catch (e) {
    return { error: (e as Error).message };
  }
}

// These print or name Go structs and typed maps, which plain JSON does not have.
const goTypes =
  /jsonpath\/(teststructinput\/(allfields|recurfields|superrecurfields|bool$|invalid-array)|testtypesinput\/structsliceindex)/;

describe.runIf(queryCases)("upstream's table", () => {
  const cases = (queryCases?.cases ?? []).filter((c) => c.id.startsWith('jsonpath/') && c.when.template);
  test.each(cases.filter((c) => !goTypes.test(c.id)).map((c) => [c.id, c] as const))('%s', (_, c) => {
    const got = run(c.when.template, c.given.input, c.when.allowMissingKeys);
    if (c.expect.error === undefined) expect(got).toEqual({ output: c.expect.output });
    else if (c.expect.error === '*') expect('error' in got).toBe(true);
    else expect('error' in got ? got.error : '').toContain(c.expect.error);
  });
});

const pod = {
  kind: 'Pod',
  metadata: { name: 'p', labels: { 'a.b/c': 'd' } },
  spec: {
    nodeName: 'n1',
    hostNetwork: true,
    containers: [
      { name: 'a', image: 'x', ports: [{ containerPort: 80 }, { containerPort: 81, name: 'w' }] },
      { name: 'b', image: 'y' },
    ],
    none: null,
    tiny: 0.00001,
    empty: [],
  },
};

// What kubectl 1.36.4 printed for `label --local -o jsonpath=...`.
test.each([
  ['{.spec.none} {.spec.tiny} {.spec.empty}', 'null 1e-05 []'],
  ['{.spec.containers[?(@.ports[0].containerPort>79)].name}', 'a'],
  ['{.spec.containers[*].name}{true}', 'a btrue'],
  ['{.metadata.labels.a\\.b/c}', 'd'],
  ["{.metadata.labels['a.b/c']}", ''],
  ['{.spec.nodeName.*}', '110 49'],
  ['{range .spec.containers[*]}{range .ports[*]}{.containerPort},{end}{.name};{end}x', '80,81,a;b;x'],
  ["{'it\\'s'}{1}{1.5}{-2}", "it's11.5-2"],
  ['{.spec.containers[]}', '{"image":"x","name":"a","ports":[{"containerPort":80},{"containerPort":81,"name":"w"}]}'],
  ['{.spec.hostNetwork==true}', ''],
  ['.kind', '.kind'],
])('%s', (template, output) => {
  expect(run(template, pod, true)).toEqual({ output });
});

test.each([
  ['{.x', 'unclosed action'],
  ['{end}', 'not in range, nothing to end'],
  ['{foo}', 'unrecognized identifier foo'],
  ['{.spec.nodeName[0]}', 'string is not array or slice'],
  ['{.spec.containers[5]}', 'array index out of bounds: index 5, length 2'],
  ['{.spec.containers[1:0]}', 'starting index 1 is greater than ending index 0'],
  ['{.spec.containers["a"]}', 'invalid array index "a"'],
  ['{.spec.containers[?(@.name=~"a")]}', "unrecognized character in action: U+007E '~'"],
  ['{.spec.containers[?(@.name=="a"].image}', 'unterminated filter'],
  ['{.spec.containers[?(@.name>1)]}', 'incompatible types for comparison'],
  ['{"a}', 'unterminated quoted string'],
])('%s fails', (template, error) => {
  expect(run(template, pod, true)).toEqual({ error });
});

test('the report of a failed template shows the object in Go syntax', () => {
  expect(executionError('{.a[0]}', { a: { b: [1, null, 'x'] } }, new Error('why'))).toBe(
    'error executing jsonpath "{.a[0]}": Error executing template: why. Printing more information for debugging the template:\n' +
      '\ttemplate was:\n\t\t{.a[0]}\n\tobject given to jsonpath engine was:\n' +
      '\t\tmap[string]interface {}{"a":map[string]interface {}{"b":[]interface {}{1, interface {}(nil), "x"}}}\n\n',
  );
});

test('relaxed paths', () => {
  expect(['metadata.name', '.metadata.name', '{metadata.name}', '{.metadata.name}'].map(relaxedJSONPath)).toEqual(
    Array(4).fill('{.metadata.name}'),
  );
});
