// Ways to change objects whose answers surprised us on a real 1.36.3 cluster: each case is what it said.
import { parse } from 'yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import type { KubeObject } from '../../src/model/object.js';
import { kubectl } from './kubectl.js';

const cluster = createCluster(':memory:', { clock: 'virtual' });
afterAll(() => cluster.close());

const run = async (line: string, manifest = ''): Promise<string> => {
  const { stdout, stderr } = await kubectl(cluster, line.split(' '), manifest);
  return stdout + stderr;
};
const get = async (what: string): Promise<KubeObject & { spec: Record<string, unknown> }> =>
  parse((await kubectl(cluster, ['get', ...what.split(' '), '-o', 'yaml', '--show-managed-fields'])).stdout);
const apply = (manifest: string): Promise<string> => run('apply -f -', manifest);

describe('apply', () => {
  const service = (ports: string): string => `
apiVersion: v1
kind: Service
metadata: {name: s}
spec: {selector: {app: s}, ports: [${ports}]}`;
  const ports = async (): Promise<unknown> => (await get('service s')).spec.ports;

  test('a second port of the same number is merged into the first one', async () => {
    const http = '{port: 80, name: http, targetPort: http, appProtocol: http}';
    await apply(service(`${http}, {port: 9090, name: metrics}`));
    await apply(service(`${http}, {port: 9090, name: metrics}, {port: 80, name: udp, protocol: UDP}`));
    expect(await ports()).toEqual([
      { appProtocol: 'http', name: 'http', port: 80, protocol: 'UDP', targetPort: 'http' },
      { name: 'metrics', port: 9090, protocol: 'TCP', targetPort: 9090 },
    ]);
  });

  test('what is no more in stringData stays in data', async () => {
    const secret = (stringData: string): string => `
apiVersion: v1
kind: Secret
metadata: {name: x}
stringData: ${stringData}`;
    await apply(secret('{user: a, password: b}'));
    expect(await apply(secret('{user: c}'))).toBe('secret/x configured\n');
    expect((await get('secret x')) as unknown).toMatchObject({ data: { user: 'Yw==', password: 'Yg==' } });
  });

  test('an annotation that is null is empty, a label that is null goes', async () => {
    const manifest = `
apiVersion: v1
kind: ConfigMap
metadata: {name: c, labels: {l: null}, annotations: {a: null}}`;
    await run('create -f -', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {l: x}}');
    await apply(manifest);
    const { metadata } = await get('configmap c');
    expect(metadata.labels).toBe(undefined);
    expect(metadata.annotations).toEqual({
      a: '',
      'kubectl.kubernetes.io/last-applied-configuration':
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"a":""},"labels":{"l":null},"name":"c","namespace":"default"}}\n',
    });
  });

  test("a Pod's preemptionPolicy can be said and left out again", async () => {
    const pod = (more: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {${more}containers: [{name: c, image: nginx}]}`;
    await apply(pod(''));
    expect(await apply(pod('preemptionPolicy: PreemptLowerPriority, '))).toBe('pod/p configured\n');
    expect(await apply(pod(''))).toBe('pod/p configured\n');
  });
});

describe('replace', () => {
  const configMap = (binary: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: bytes}
binaryData: {bin: ${binary}}`;

  test('bytes that are null are empty', async () => {
    await run('create -f -', configMap('AAEC'));
    expect(await run('replace -f -', configMap('null'))).toBe('configmap/bytes replaced\n');
    expect((await get('configmap bytes')) as unknown).toMatchObject({ binaryData: { bin: '' } });
  });

  test('a body that cannot be read is refused before its object is looked for', async () => {
    expect(await run('replace --validate=false -f -', configMap('{}'))).toBe(
      'Error from server (BadRequest): error when replacing "STDIN": ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal object into Go struct field ConfigMap.binaryData of type []uint8\n',
    );
    expect(await run('replace --force --validate=false -f -', configMap('{}'))).toBe(
      'configmap "bytes" deleted from default namespace\nError from server (BadRequest): ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal object into Go struct field ConfigMap.binaryData of type []uint8\n',
    );
  });
});

describe('what is not kept', () => {
  test('stopSignal: its feature is off', async () => {
    await run(
      'create -f -',
      `
apiVersion: v1
kind: Pod
metadata: {name: stop}
spec: {containers: [{name: a, image: nginx, lifecycle: {stopSignal: SIGUSR1}}]}`,
    );
    expect((await get('pod stop')).spec.containers).toMatchObject([{ name: 'a' }]);
    expect(((await get('pod stop')).spec.containers as object[])[0]).not.toHaveProperty('lifecycle');
  });

  test("an EndpointSlice's deprecatedTopology; and FQDN is deprecated", async () => {
    const slice = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: e}
addressType: FQDN
endpoints: [{addresses: [a.example.com], deprecatedTopology: {a: b}}]`;
    expect(await run('create -f -', slice)).toBe(
      'endpointslice.discovery.k8s.io/e created\nWarning: spec.addressType: FQDN endpoints are deprecated\n',
    );
    expect((await get('endpointslice e')) as unknown).toMatchObject({ endpoints: [{ addresses: ['a.example.com'], conditions: {} }] });
  });
});

test("a DaemonSet's maker owns the annotation that counts its templates", async () => {
  await run(
    'create -f -',
    `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: d}
spec: {selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: c, image: nginx}]}}}`,
  );
  const { metadata } = await get('daemonset d');
  const fields = (metadata.managedFields ?? []).find((e) => e.manager === 'kubectl-create')?.fieldsV1 as Record<string, object>;
  expect(metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '1' });
  expect(fields['f:metadata']).toEqual({ 'f:annotations': { '.': {}, 'f:deprecated.daemonset.template.generation': {} } });
});

test('limits of huge pages become limits of the Pod', async () => {
  await run(
    'create -f -',
    `
apiVersion: v1
kind: Pod
metadata: {name: huge}
spec:
  resources: {limits: {memory: 2Gi}}
  containers: [{name: c, image: nginx, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}]`,
  );
  expect((await get('pod huge')).spec.resources).toEqual({
    limits: { 'hugepages-2Mi': '4Mi', memory: '2Gi' },
    requests: { 'hugepages-2Mi': '4Mi', memory: '1Gi' },
  });
});

describe('apply --server-side', () => {
  const deployment = (spec: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec: ${spec}`;
  const template = (containers: string): string =>
    `template: {metadata: {labels: {app: d}}, spec: {containers: [${containers}]}}, selector: {matchLabels: {app: d}}`;
  const send = (manifest: string, flags = ''): Promise<string> => run(`apply --server-side -f -${flags}`, manifest);
  const managers = async (what: string): Promise<string[]> =>
    ((await get(what)).metadata.managedFields ?? [])
      .filter((e) => e.manager !== 'kube-controller-manager')
      .map((e) => `${e.manager} ${e.operation}${e.time ? '' : ' without time'}`);

  test('a schema coarser than the types is asked first', async () => {
    expect(await send(deployment(`{${template('{name: a, image: nginx, env: [{name: E, value: true}]}')}}`))).toBe(
      'Error from server: failed to create typed patch object (default/d; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="a"].env[name="E"].value: expected string, got &value.valueUnstructured{Value:true}\n',
    );
    expect(await send(deployment(`{${template('{name: a, image: nginx, stdin: "no"}, {name: b}, {name: b}')}}`))).toBe(
      `Error from server: failed to create typed patch object (default/d; apps/v1, Kind=Deployment): errors:
  .spec.template.spec.containers[name="a"].stdin: expected boolean, got &{no}
  .spec.template.spec.containers: duplicate entries for key [name="b"]\n`,
    );
    expect(await send(deployment(`{${template('{name: a, image: nginx}')}, replicas: 1.5}`))).toBe(
      'Error from server: failed to convert new object (default/d; apps/v1, Kind=Deployment) to proper version: unable to convert unstructured object to apps/v1, Kind=Deployment: cannot convert float64 to int32\n',
    );
  });

  test("what a client-side apply owned goes over, but for what differs by the server's defaults", async () => {
    const policy = (name: string, port: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: ${port}}]}]}`;
    await apply(policy('plain', '80'));
    const [refusal] = (await send(policy('plain', '81'))).split('\n');
    expect(refusal).toBe(
      'error: Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using networking.k8s.io/v1: .spec.ingress',
    );
    await apply(policy('full', '80, protocol: TCP'));
    expect(await send(policy('full', '81, protocol: TCP'))).toBe('networkpolicy.networking.k8s.io/full serverside-applied\n');
    expect(await managers('networkpolicy full')).toEqual(['kubectl-last-applied Apply without time', 'kubectl Apply']);
  });

  test('what is said by another manager without a change has no time', async () => {
    const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shared}\ndata: {a: b}';
    await send(config);
    await send(config, ' --field-manager=other');
    expect(await managers('configmap shared')).toEqual(['other Apply without time', 'kubectl Apply']);
  });

  test('live items keep their places between applied ones', async () => {
    const names = (list: string): string => [...list].map((name) => `{name: ${name}, image: nginx}`).join();
    const containers = async (): Promise<string> =>
      ((await get('deployment ordered')).spec as { template: { spec: { containers: { name: string }[] } } }).template.spec.containers
        .map((c) => c.name)
        .join('');
    const ordered = (list: string): string => deployment(`{${template(names(list))}}`).replace('name: d}', 'name: ordered}');
    await send(ordered('abc'));
    await send(ordered('ca'), ' --field-manager=other');
    expect(await containers()).toBe('bca');
    await send(ordered('xac'), ' --field-manager=third');
    expect(await containers()).toBe('bxac');
  });
});

test('what is warned of is said again when a workload changes, and never of a Pod', async () => {
  const spec = 'spec: {containers: [{name: c, image: nginx}], volumes: [{name: v, rbd: {monitors: [m], image: i}}]}';
  const warned = (path: string): string => `Warning: ${path}spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+\n`;
  const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: warned}\n${spec}`;
  expect(await run('create -f -', pod)).toBe(`pod/warned created\n${warned('')}`);
  expect(await run('label pod warned a=b')).toBe('pod/warned labeled\n');
  const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: warned}
spec: {selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, ${spec}}}`;
  expect(await run('create -f -', workload)).toBe(`deployment.apps/warned created\n${warned('spec.template.')}`);
  expect(await run('annotate deployment warned a=b')).toBe(`deployment.apps/warned annotated\n${warned('spec.template.')}`);
  expect(await run('label deployment warned a=b')).toBe('deployment.apps/warned labeled\n');
});

test('a NetworkPolicy counts an empty list where there was none', async () => {
  const policy = (more: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: empties}
spec: {podSelector: {}, policyTypes: [Ingress]${more}}`;
  await apply(policy(''));
  expect(await apply(policy(', ingress: []'))).toBe('networkpolicy.networking.k8s.io/empties configured\n');
  expect((await get('networkpolicy empties')).metadata.generation).toBe(2);
});

test("fields of an object without keys in its lists are nobody's", async () => {
  const account = (secrets: string): string => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: keyless}\nsecrets: ${secrets}`;
  await run('create -f -', account('[{name: a}]'));
  await run('replace -f -', account('[{name: a}, {}]'));
  expect((await get('serviceaccount keyless')).metadata.managedFields).toBe(undefined);
});

describe('metadata', () => {
  const patch = (metadata: string): Promise<string> => run(`patch configmap meta --type=merge -p {"metadata":${metadata}}`);
  test('what an update may say of itself', async () => {
    await run('create configmap meta --from-literal=a=b');
    const same = 'configmap/meta patched (no change)\n';
    const refused = (field: string, value: string): string =>
      `The ConfigMap "meta" is invalid: metadata.${field}: Invalid value: ${value}: field is immutable\n`;
    expect(await patch('{"uid":"x"}')).toBe(refused('uid', '"x"'));
    expect(await patch('{"deletionTimestamp":"2030-01-01T00:00:00Z"}')).toBe(refused('deletionTimestamp', '"2030-01-01T00:00:00Z"'));
    expect(await patch('{"deletionGracePeriodSeconds":5}')).toBe(refused('deletionGracePeriodSeconds', '5'));
    expect(await patch('{"creationTimestamp":"2020-01-01T00:00:00Z"}')).toBe(same);
    expect(await patch('{"name":null}')).toBe(
      'Error from server (BadRequest): the name of the object (meta based on URL) was undeterminable: name must be provided\n',
    );
    expect(await patch('{"name":"other"}')).toBe(
      'Error from server (BadRequest): the name of the object (other) does not match the name on the URL (meta)\n',
    );
    expect(await patch('{"namespace":"other"}')).toBe(
      'Error from server (BadRequest): the namespace of the provided object does not match the namespace sent on the request\n',
    );
    expect(await patch('{"finalizers":["foo"]}')).toBe(
      'The ConfigMap "meta" is invalid: metadata.finalizers[0]: Invalid value: "foo": name is neither a standard finalizer name nor is it fully qualified\n',
    );
    expect(await patch('{"resourceVersion":"x"}')).toBe('Error from server: strconv.ParseUint: parsing "x": invalid syntax\n');
  });

  test('a replace that means another object', async () => {
    await run('create service clusterip meant --tcp=80');
    const { uid } = (await get('service meant')).metadata;
    const body = 'apiVersion: v1\nkind: Service\nmetadata: {name: meant, uid: other}\nspec: {ports: [{port: 80}]}';
    expect(await run('replace -f -', body)).toBe(
      `Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on services "meant": StorageError: invalid object, Code: 4, Key: /registry/services/specs/default/meant, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: ${uid}\n`,
    );
  });
});

test('a Scale is refused as one', async () => {
  await run('create deployment scaled --image=nginx');
  expect(await run('patch deployment scaled --subresource=scale --type=merge -p {"spec":{"replicas":-2}}')).toBe(
    'The Scale "scaled" is invalid: spec.replicas: Invalid value: -2: must be greater than or equal to 0\n',
  );
});
