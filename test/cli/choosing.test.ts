// Which objects a verb takes, and in which order it says what is wrong: read off kubectl 1.36.4 against kube-apiserver 1.36.3.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { kubectl } from './kubectl.js';

const cluster = createCluster(':memory:', { clock: 'virtual', nodes: 1 });
afterAll(() => cluster.close());

const container = { name: 'c', image: 'busybox' };
const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [container] } });
const selector = { matchLabels: { app: 'x' }, matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['y', 'z'] }] };
const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [container] } };
const items = [
  pod('one'),
  pod('two'),
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'front' }, spec: { ports: [{ port: 80 }] } },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'trio' }, spec: { replicas: 0, selector, template } },
];
beforeAll(() => kubectl(cluster, ['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items })));

const missing = `error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'
`;
const long = 'm'.repeat(129);

describe('said of', () => {
  const rows: [string, string][] = [
    // --all lets a type stand alone and does not quarrel with names.
    ['set image pod one two c=nginx --all', 'pod/one image updated\npod/two image updated\n'],
    ['annotate pod one two a=b --all', 'pod/one annotated\npod/two annotated\n'],
    ['set selector svc/front --all', missing],
    ['set selector svc/front a --all', 'error: match expression [{a Exists []}] not supported on this object\n'],
    ['apply view-last-applied pod --all -l app', `error: found non-empty label selector "app" with previously set 'all' parameter. \n`],
    // Only set image and set resources mind names beside --local.
    ['set env pod one --list --local', missing],
    ['set serviceaccount pod one builder --local', missing],
    // Version 0 is no precondition.
    ['set selector svc/front a=b --resource-version=0 -o name', 'service/front\n'],
    [
      'set selector svc/front a=c --resource-version=1',
      'Error from server (Conflict): Operation cannot be fulfilled on services "front": the object has been modified; please apply your changes to the latest version and try again\n',
    ],
    [
      `create service nodeport mine --tcp=80 --field-manager=${long}`,
      'error: failed to create NodePort service: CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes\n',
    ],
    [
      `label pod one x=y --field-manager=${long}`,
      'The PatchOptions "" is invalid: fieldManager: Too long: may not be more than 128 bytes\n',
    ],
    [
      'expose rs trio --port=80',
      `error: couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - "[{Key:app Operator:NotIn Values:[y z]}]" to map-based selector format\n`,
    ],
    ['explain deployments --api-version=x -o name', `error: couldn't find resource for "/x, Resource=deployments"\n`],
    [
      'create secret docker-registry -o foo',
      `error: exactly one NAME is required, got 0\nSee 'kubectl create secret docker-registry -h' for help and examples\n`,
    ],
    // What goes wrong with diff is 2, and its flags are spoken of as its other errors.
    ['diff -f a --output', `error: unknown flag: --output\nSee 'kubectl diff -h' for help and examples\n`],
    [
      'diff -f a --concurrency=x',
      `error: invalid argument "x" for "--concurrency" flag: strconv.ParseInt: parsing "x": invalid syntax\nSee 'kubectl diff -h' for help and examples\n`,
    ],
    ['wait pod --for=foo --as= --local', 'error: unrecognized condition: "foo"\n'],
    ['diff -f a -k b --force-conflicts', 'error: --force-conflicts only works with --server-side\n'],
    // One that is missing may come; several are an error at once.
    ['wait pod none --for=create --timeout=1s', 'error: timed out waiting for the condition\n'],
    [
      'wait pod none nobody --for=create --timeout=1s',
      'Error from server (NotFound): pods "none" not found\nError from server (NotFound): pods "nobody" not found\n',
    ],
    [
      'wait pod one none two --for=condition=Nice --timeout=0',
      `condition not met for pods/one\nError from server (NotFound): pods "none" not found\ncondition not met for pods/two\n`,
    ],
  ];
  for (const [line, said] of rows)
    test(line.slice(0, 80), async () => {
      const { stdout, stderr } = await kubectl(cluster, line.split(' '));
      expect(stdout + stderr).toBe(said);
    });
});

test('a selector that cannot be read is kubectl’s error with files, too', async () => {
  const { stderr } = await kubectl(cluster, ['create', '-f', '-', '--selector=,'], JSON.stringify(pod('new')));
  expect(stderr).toBe(`error: the provided selector "," is not valid: found ',', expected: !, identifier, or 'end of string'\n`);
});

describe('explain in another version', () => {
  const rows: [string, string][] = [
    ['explain svc --api-version=apps/v1', 'error: GVR (apps/v1, Resource=services) not found in OpenAPI schema\n'],
    ['explain deploy --api-version=v1', 'error: GVR (/v1, Resource=deployments) not found in OpenAPI schema\n'],
    ['explain svc --api-version=apps/v1 -o name', 'error: unrecognized format: name\n'],
    ['explain svc --api-version=a/b/c', 'error: unexpected GroupVersion string: a/b/c\n'],
    ['explain svc --api-version=apps/v1 -o plaintext-openapiv2', 'error: couldn\'t find resource for "apps/v1, Kind=Service"\n'],
    ['explain svc --api-version=nope/v1 -o plaintext-openapiv2', 'error: couldn\'t find resource for "nope/v1, Kind=Service"\n'],
  ];
  for (const [line, said] of rows)
    test(line, async () => {
      const { stdout, stderr } = await kubectl(cluster, line.split(' '));
      expect(stdout + stderr).toBe(said);
    });
});

test('errors of diff end with 2', async () => {
  for (const line of ['diff', 'diff --nope', 'diff -f a --cluster=none', 'diff x']) {
    const { code } = await kubectl(cluster, line.split(' '));
    expect({ line, code }).toEqual({ line, code: 2 });
  }
});

test('expose has no place for unknown fields of --overrides', async () => {
  const overrides = '{"metadata":{"note":"x"},"spec":{"nodeName":"n","sessionAffinity":"ClientIP"}}';
  const { stdout, stderr } = await kubectl(cluster, ['expose', 'svc', 'front', '--name=again', `--overrides=${overrides}`]);
  expect(stdout + stderr).toBe('service/again exposed\n');
});

describe('usage', () => {
  const rows: [string, string][] = [
    ['apply set-last-applied', 'apply set-last-applied -f FILENAME'],
    ['apply view-last-applied', 'apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)'],
    ['config get-clusters', 'config get-clusters [flags]'],
    ['delete', 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])'],
    ['version', 'version [flags]'],
    ['cluster-info', 'cluster-info [flags]'],
  ];
  for (const [verb, usage] of rows)
    test(verb, async () => {
      const { stdout } = await kubectl(cluster, [...verb.split(' '), '-h']);
      expect(linesAfter(stdout, 'Usage:')).toBe(`  kubectl ${usage} [options]`);
    });
});

const linesAfter = (text: string, line: string): string | undefined => text.split('\n')[text.split('\n').indexOf(line) + 1];

test('the older format of explain takes any word behind a value for a field', async () => {
  const { stdout } = await kubectl(cluster, 'explain pod.spec.nodeSelector.any.thing -o plaintext-openapiv2'.split(' '));
  expect(stdout).toBe('KIND:     Pod\nVERSION:  v1\n\nFIELD:    thing <string>\n\nDESCRIPTION:\n     <empty>\n');
  const { stderr } = await kubectl(cluster, 'explain pod.spec.any -o plaintext-openapiv2'.split(' '));
  expect(stderr).toBe('error: field "any" does not exist\n');
});

test('a port of a slice without a number is shown by its name, even when that is empty', async () => {
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'odd' }, addressType: 'IPv4', endpoints: [] };
  await kubectl(cluster, ['create', '-f', '-'], JSON.stringify({ ...slice, ports: [{ port: 8 }, { name: 'web' }] }));
  const { stdout } = await kubectl(cluster, ['get', 'endpointslice', 'odd', '--no-headers']);
  expect(stdout).toBe('odd   IPv4   8,web   <unset>   0s\n');
});
