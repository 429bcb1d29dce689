import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorText } from '../../src/cli/errors.js';
import { readManifests, type ManifestQuestion } from '../../src/cli/manifest/index.js';
import type { Io } from '../../src/model/io.js';

let folder: string;
const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;
const files: Readonly<Record<string, string | Uint8Array>> = {
  'pod.yaml': pod('a'),
  noext: pod('x'),
  'dir/b.yaml': pod('b'),
  'dir/a.json': '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}',
  'dir/sub/c.yml': pod('c'),
  'dir/z.txt': 'hello',
  'empty/x.txt': '',
  'bad1.yaml': 'a: b: c',
  'bad2.yaml': `${pod('good')}---\n${pod('five').replace('five', '5')}---\n${pod('last')}`,
  'list.yaml': `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: l1\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: l2\n`,
  'podlist.yaml': 'apiVersion: v1\nkind: PodList\nitems:\n- metadata:\n    name: p1\n',
  'nothing.yaml': '# nothing\n---\n\n---\nnull\n',
  'untyped.yaml': 'a: b\n',
  'dash.yaml':
    'apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n  - name: x\n    port: 8\n  — name: http\n    port: 80\n',
  'tab.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: a\n',
  'binary.yaml': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
  'dup.yaml': `${pod('a')}  name: b\n`,
  'wrong.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: [a]\n',
  'utf16.yaml': Uint8Array.of(0xff, 0xfe, ...[...pod('wide')].flatMap((c) => [c.charCodeAt(0), 0])),
  'star-1.yaml': pod('s1'),
  'star-2.yaml': pod('s2'),
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubelab-manifest-'));
  for (const sub of ['dir/sub', 'empty']) mkdirSync(join(folder, sub), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
});
afterAll(() => rmSync(folder, { recursive: true }));

const io = (stdin = ''): Io => ({
  stdin: () => stdin,
  out: () => {},
  err: () => {},
  inputIsTTY: false,
  outputIsTTY: false,
  env: {},
  cwd: folder,
});

/** "source:name" of what was read, then what kubectl would print on stderr. */
function read(filenames: string[], more: Partial<ManifestQuestion> & { stdin?: string } = {}): string[] {
  try {
    const { objects, errors } = readManifests({ filenames, recursive: false, kustomize: '', ...more }, io(more.stdin));
    const text = errors.length === 0 ? [] : [errorText(errors.length === 1 ? errors[0]! : new AggregateError(errors), 'kubectl create')];
    return [...objects.map(({ object, source }) => `${source}:${object.metadata.name}`), ...text];
  } catch (e) {
    return [errorText(e as Error, 'kubectl create')];
  }
}

test('files, directories, standard input, patterns', () => {
  expect(read(['pod.yaml', 'noext'])).toEqual(['pod.yaml:a', 'noext:x']);
  expect(read(['dir'])).toEqual(['dir/a.json:a', 'dir/b.yaml:b']);
  expect(read(['./dir/'], { recursive: true })).toEqual(['dir/a.json:a', 'dir/b.yaml:b', 'dir/sub/c.yml:c']);
  expect(read(['star-*.yaml'])).toEqual(['star-1.yaml:s1', 'star-2.yaml:s2']);
  expect(read(['-', '-'], { stdin: pod('in') })).toEqual(['STDIN:in']);
  expect(read(['-'])).toEqual([]);
  expect(read(['utf16.yaml'])).toEqual(['utf16.yaml:wide']);
});

test('lists are taken apart, empty documents are nothing', () => {
  expect(read(['list.yaml', 'podlist.yaml'])).toEqual(['list.yaml:l1', 'list.yaml:l2', 'podlist.yaml:p1']);
  expect(read(['nothing.yaml'])).toEqual([]);
});

test('a repeated key is no error to kubectl: the last one wins', () => {
  expect(read(['dup.yaml'])).toEqual(['dup.yaml:b']);
});

test('paths that are not there are reported before anything is read', () => {
  expect(read([])).toEqual(['error: one or more files must be specified as -f pod.yaml or --filename=pod.json\n']);
  expect(read(['nope', 'pod.yaml'])).toEqual(['error: the path "nope" does not exist\n']);
  expect(read(['nope', 'nope2'])).toEqual(['the path "nope" does not exist\nthe path "nope2" does not exist\n']);
  expect(read(['none-*.yaml'])).toEqual(['error: the path "none-*.yaml" does not exist\n']);
  expect(read(['empty'])).toEqual(['error: error reading [empty]: recognized file extensions are [.json .yaml .yml]\n']);
});

test('what kubelab does not do is said by name', () => {
  expect(read(['https://example.com/x.yaml'])).toEqual([
    'error: kubelab does not simulate -f https://example.com/x.yaml: reading from URLs (nothing leaves this machine)\n',
  ]);
  expect(read([], { kustomize: 'dir' })).toEqual(['error: kubelab does not simulate -k dir: kustomize\n']);
  expect(read(['dir'], { kustomize: 'dir' })).toEqual(['error: only one of -f or -k can be specified\n']);
});

test.each([
  ['tab.yaml', 'error parsing tab.yaml: error converting YAML to JSON: yaml: line 4: found character that cannot start any token'],
  ['dash.yaml', 'error parsing dash.yaml: error converting YAML to JSON: yaml: line 10: mapping values are not allowed in this context'],
  ['binary.yaml', 'error parsing binary.yaml: error converting YAML to JSON: yaml: control characters are not allowed'],
  ['untyped.yaml', `unable to decode "untyped.yaml": Object 'Kind' is missing in '{"a":"b"}'`],
  ['dir/z.txt', 'unable to decode "dir/z.txt": json: cannot unmarshal string into Go value of type unstructured.detector'],
  [
    'wrong.yaml',
    'unable to decode "wrong.yaml": json: cannot unmarshal array into Go struct field metadataOnlyObject.metadata of type v1.ObjectMeta',
  ],
])('bad input: %s', (file, message) => expect(read([file])).toEqual([`error: ${message}\n`]));

test('one bad object leaves the others, bad text ends its file, other files go on', () => {
  const noKind = 'unable to decode "bad2.yaml": json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string';
  expect(read(['bad2.yaml'])).toEqual(['bad2.yaml:good', 'bad2.yaml:last', `error: ${noKind}\n`]);
  expect(read(['bad1.yaml', 'pod.yaml'])).toEqual([
    'pod.yaml:a',
    'error: error parsing bad1.yaml: error converting YAML to JSON: yaml: mapping values are not allowed in this context\n',
  ]);
});

test('--validate looks for apiVersion and kind first', () => {
  const said = (problem: string): string =>
    `error: error validating "STDIN": error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false\n`;
  const check = (stdin: string): string[] => read(['-'], { stdin, validate: true });
  expect(check('a: b\n')).toEqual([said('[apiVersion not set, kind not set]')]);
  expect(check('apiVersion: 5\nkind: Pod\n')).toEqual([said("apiVersion isn't string type")]);
  expect(check('hello\n')).toEqual([said('invalid object to validate')]);
  expect(check('apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n')).toEqual([said('apiVersion not set')]);
});
