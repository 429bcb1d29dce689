import { expect, test } from 'vitest';
import { toKyaml } from '../../../src/lib/yaml/kyaml.js';

// What kubectl 1.36.4 prints for the same values (create configmap --dry-run=client -o kyaml).
test('strings are quoted, structures in a list are cuddled', () => {
  expect(
    toKyaml({ kind: 'Pod', spec: { containers: [{ name: 'a', ports: [] }, { args: ['x', '1'] }], n: 1, t: true, none: null, e: {} } }),
  ).toBe(`---
{
  kind: "Pod",
  spec: {
    containers: [{
      name: "a",
      ports: [],
    }, {
      args: [
        "x",
        "1",
      ],
    }],
    "n": 1,
    "t": true,
    none: null,
    e: {},
  },
}
`);
});

test('keys that could be taken for something else are quoted', () => {
  expect(toKyaml({ '0x1': 'x', '1.5': 'x', on: 'f', y: '', 'b.c': 'x', 'app.io/a': 'x', 'a-': 'x', 'a b': 'x', 'a\nb': 'x' })).toBe(
    `---\n{\n  "0x1": "x",\n  "1.5": "x",\n  "on": "f",\n  "y": "",\n  b.c: "x",\n  app.io/a: "x",\n  "a-": "x",\n  "a b": "x",\n  "a\\nb": "x",\n}\n`,
  );
});

test('lines are folded, each on its own', () => {
  expect(toKyaml({ a: 'x\n y\n\nz', b: 'one\n', c: '\ttab "q" \\ é\u0001' })).toBe(
    `---\n{\n  a: "\\\n     x\\n\\\n    \\ y\\n\\\n     \\n\\\n     z\\\n    ",\n  b: "\\\n     one\\n\\\n    ",\n  c: "\ttab \\"q\\" \\\\ é\\x01",\n}\n`,
  );
});
