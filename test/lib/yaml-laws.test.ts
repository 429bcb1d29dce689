// Laws: our reader reads what our writer writes, and what the `yaml` package writes. (The package does not read all that kubectl writes:
// it takes the text `.` for a number.)
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readYaml } from '../../src/lib/yaml/read.js';
import { toYaml } from '../../src/lib/yaml/write.js';

// Texts as manifests have them, with what is easily mistaken for something else.
const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  fc.constantFrom(
    '',
    'yes',
    'null',
    '~',
    '1',
    '0x1f',
    '1.5',
    '- a',
    'a: b',
    'a #b',
    ' lead',
    'trail ',
    '\ttab',
    'two\nlines',
    'end\n',
    '{{.x}}',
    '*a',
    '&a',
    '!t',
    '|',
    '>',
    '%',
    '@',
    '`',
    "it's",
    '"q"',
    '=',
    '<<',
    '2001-01-01',
    '1:30',
  ),
);
// kubectl itself writes the key `<<` bare, and nobody can read it back.
const key = text.filter((k) => k !== '' && k !== '<<' && k !== '__proto__');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}));
const document = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { maxKeys: 5 });

const sorted = (v: unknown): unknown =>
  Array.isArray(v)
    ? v.map(sorted)
    : v && typeof v === 'object'
      ? Object.fromEntries(
          Object.entries(v)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, x]) => [k, sorted(x)]),
        )
      : v;

test('our reader reads what our writer writes', () => {
  fc.assert(
    fc.property(document, (doc) => void expect(sorted(readYaml(toYaml(doc)))).toEqual(sorted(doc))),
    { seed: 1, numRuns: 300 },
  );
});

test('our reader reads what the yaml package writes', () => {
  fc.assert(
    fc.property(document, (doc) => void expect(sorted(readYaml(stringify(doc, { version: '1.1' })))).toEqual(sorted(doc))),
    { seed: 3, numRuns: 300 },
  );
});
