import { expect, it } from 'vitest';
import { plaintext } from '../../src/cli/verbs/explain/plaintext.js';
import { plaintextOpenAPIV2 } from '../../src/cli/verbs/explain/plaintext-openapiv2.js';
import { openapi } from '../../src/cluster/openapi.js';
import { service } from '../../src/kinds/service/index.js';
import type { OpenAPIDocument } from '../../src/model/openapi.js';

const doc: OpenAPIDocument = {
  group: 'example.com',
  version: 'v1',
  kind: 'Tree',
  root: 'Tree',
  types: {
    Tree: {
      name: 'Tree',
      description: 'A tree.',
      fields: [
        { name: 'branches', shape: { kind: 'array', of: { kind: 'ref', name: 'Tree' } }, required: true, description: 'What grows.' },
        { name: 'color', shape: { kind: 'primitive', type: 'string' }, required: false, description: '', enum: ['', 'a', 'b', 'c', 'd'] },
      ],
    },
  },
};

const head = 'GROUP:      example.com\nKIND:       Tree\nVERSION:    v1\n\n';

it('shows types, requiredness, values and descriptions', () => {
  expect(plaintext(doc, [], false).text).toBe(
    `${head}DESCRIPTION:\n    A tree.\n    \nFIELDS:\n  branches\t<[]Tree> -required-\n    What grows.\n\n  color\t<string>\n  enum: "", a, b, c, ....\n    <no description>\n\n\n`,
  );
});

it('goes through lists, and into a type only once', () => {
  expect(plaintext(doc, ['branches', 'color'], false).text).toBe(
    `${head}FIELD: color <string>\nENUM:\n    ""\n    a\n    b\n    c\n    d\n\nDESCRIPTION:\n    <empty>\n\n`,
  );
  expect(plaintext(doc, [], true).text).toBe(
    `${head}DESCRIPTION:\n    A tree.\n    \nFIELDS:\n  branches\t<[]Tree> -required-\n  color\t<string>\n  enum: "", a, b, c, ....\n\n`,
  );
});

it('names the field that is not there', () => {
  expect(plaintext(doc, ['branches', 'leaf', 'x'], false)).toEqual({ text: head, unknown: 'x' });
  expect(plaintextOpenAPIV2(doc, ['branches', 'leaf', 'x'], false)).toEqual({ text: '', unknown: 'leaf' });
});

it('knows the shapes of the API', () => {
  const { types } = openapi(service);
  const shapes = types.ServicePort?.fields.map((f) => [f.name, f.shape, f.required]);
  expect(shapes).toEqual([
    ['appProtocol', { kind: 'primitive', type: 'string' }, false],
    ['name', { kind: 'primitive', type: 'string' }, false],
    ['nodePort', { kind: 'primitive', type: 'integer' }, false],
    ['port', { kind: 'primitive', type: 'integer' }, true],
    ['protocol', { kind: 'primitive', type: 'string' }, false],
    ['targetPort', { kind: 'ref', name: 'IntOrString' }, false],
  ]);
});
