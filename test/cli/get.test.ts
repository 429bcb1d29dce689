import { expect, test } from 'vitest';
import { fakeCluster, kubectl, object } from './fake-cluster.js';

const cluster = fakeCluster([
  object('v1', 'Service', 'web10', {
    metadata: { name: 'web10', labels: { app: 'web', 'example.com/tier': 'front' } },
    spec: { type: 'ClusterIP', ports: [{ port: 80 }, { port: 443 }] },
  }),
  object('v1', 'Service', 'web9', { spec: { type: 'NodePort' } }),
  object('apps/v1', 'Deployment', 'web', { spec: { replicas: 2 } }),
  object('v1', 'Node', 'node01'),
]);
const get = (...argv: string[]) => kubectl(cluster, 'get', ...argv);

test('a table of one type', async () => {
  expect(await get('svc')).toBe('NAME    AGE\nweb10   1d\nweb9    1d\n');
  expect(await get('services', '-o', 'wide')).toBe('NAME    AGE   SELECTOR\nweb10   1d    a=b\nweb9    1d    a=b\n');
  expect(await get('Service', '--no-headers')).toBe('web10   1d\nweb9    1d\n');
  expect(await get('svc', '--sort-by=.metadata.name')).toBe('NAME    AGE\nweb9    1d\nweb10   1d\n');
  expect(await get('svc', '-A')).toBe('NAMESPACE   NAME    AGE\ndefault     web10   1d\ndefault     web9    1d\n');
  expect(await get('svc', '-L', 'app,example.com/tier', '--show-labels')).toBe(
    'NAME    AGE   APP   TIER    LABELS\nweb10   1d    web   front   app=web,example.com/tier=front\nweb9    1d                  <none>\n',
  );
});

test('several types are told apart', async () => {
  const both = 'NAME            AGE\nservice/web10   1d\nservice/web9    1d\n\nNAME                  AGE\ndeployment.apps/web   1d\n';
  expect(await get('svc,deploy')).toBe(both);
  expect(await get('all')).toBe(both);
  expect(await get('svc/web9', 'deployment.apps/web')).toBe(
    'NAME           AGE\nservice/web9   1d\n\nNAME                  AGE\ndeployment.apps/web   1d\n',
  );
  expect(await get('no', '--show-kind')).toBe('NAME          AGE\nnode/node01   1d\n');
});

test('nothing found', async () => {
  expect(await get('cm')).toBe('No resources found in default namespace.\n');
  expect(await get('cm', '-n', 'x')).toBe('No resources found in x namespace.\n');
  expect(await get('cm', '-A')).toBe('No resources found\n');
  expect(await get('cm', 'x', '--ignore-not-found')).toBe('');
  expect(await get('cm', 'x')).toBe('Error from server (NotFound): configmaps "x" not found\n? 1\n');
  expect(await get('svc', 'web9', 'x', 'y')).toBe(
    'NAME   AGE\nweb9   1d\nError from server (NotFound): services "x" not found\nError from server (NotFound): services "y" not found\n? 1\n',
  );
});

test('objects for programs', async () => {
  expect(await get('svc', '-o', 'name')).toBe('service/web10\nservice/web9\n');
  expect(await get('deploy', 'web', '-o', 'yaml')).toBe(
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: default\nspec:\n  replicas: 2\n',
  );
  expect(await get('cm', '-o', 'json')).toBe(
    '{\n    "apiVersion": "v1",\n    "items": [],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n',
  );
  expect(await get('svc', '-o', 'jsonpath={.items[*].spec.ports[*].port}')).toBe('80 443');
  expect(await get('svc', '-o', 'custom-columns=N:.metadata.name,P:spec.ports[*].port')).toBe(
    'N       P\nweb10   80,443\nweb9    <none>\n',
  );
  expect(await get('svc', 'web9', 'x', '-o', 'name')).toBe('service/web9\nError from server (NotFound): services "x" not found\n? 1\n');
  expect(await get('svc', 'x', '-o', 'yaml')).toBe('Error from server (NotFound): services "x" not found\n? 1\n');
});

test('what is wrong is said in the words of kubectl', async () => {
  expect(await get()).toBe(
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n' +
      'error: Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\n' +
      "See 'kubectl get -h' for help and examples\n? 1\n",
  );
  expect(await get('foo')).toBe('error: the server doesn\'t have a resource type "foo"\n? 1\n');
  expect(await get('svc', 'a/b')).toBe(
    "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'\n? 1\n",
  );
  expect(await get('svc', 'a', '-l', 'x=y')).toBe('error: name cannot be provided when a selector is specified\n? 1\n');
  expect(await get('svc', 'a', '-A')).toBe('error: a resource cannot be retrieved by name across all namespaces\n? 1\n');
  expect(await get('svc', '-o', 'nope')).toBe(
    'error: unable to match a printer suitable for the output format "nope", allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,wide,yaml\n? 1\n',
  );
  expect(await get('svc', '-o', 'custom-columns=NAME')).toBe(
    'error: unexpected custom-columns spec: NAME, expected <header>:<json-path-expr>\n? 1\n',
  );
  expect(await get('svc', '--sort-by=.nope')).toBe('No resources found in default namespace.\n');
  const unsortable = 'error: couldn\'t find any field with path "{.nope}" in the list of objects\n? 1\n';
  expect(await get('svc', '--sort-by=.nope', '-o', 'name')).toBe(unsortable);
  expect(await get('svc,deploy', '--sort-by=.nope')).toBe(unsortable);
  expect(await get('svc', '--show-labels', '-o', 'json')).toBe('error: --show-labels option cannot be used with json printer\n? 1\n');
});

test('warnings are said once, and can be errors', async () => {
  const warning = fakeCluster([object('v1', 'Service', 'a')], ['v1 Service is old']);
  expect(await kubectl(warning, 'get', 'svc', 'a', 'a')).toBe('Warning: v1 Service is old\nNAME   AGE\na      1d\na      1d\n');
  expect(await kubectl(warning, 'get', 'svc', '--warnings-as-errors')).toBe(
    'Warning: v1 Service is old\nNAME   AGE\na      1d\nerror: 1 warning received\n? 1\n',
  );
});
