// What an object says it is after a patch decides what it is decoded into; messages show it with the fields that the patch touched sorted.
import { afterAll, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/index.js';
import { kubectl } from '../cli/kubectl.js';

const cluster = createCluster(':memory:', { clock: 'virtual' });
afterAll(() => cluster.close());
await kubectl(cluster, ['create', 'configmap', 'a', '--from-literal', 'a=b']);

const stored = (
  cluster.call({ verb: 'get', group: '', resource: 'configmaps', namespace: 'default', name: 'a' }).body as { metadata: object }
).metadata as { uid: string; resourceVersion: string; creationTimestamp: string };
const { uid, resourceVersion, creationTimestamp: time } = stored;
const identity = `"name":"a","namespace":"default","uid":"${uid}","resourceVersion":"${resourceVersion}","creationTimestamp":"${time}"`;
const fields = '"fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:a":{}}}';
const managed = `"managedFields":[{"manager":"kubectl-create","operation":"Update","apiVersion":"v1","time":"${time}",${fields}}]`;
const refused = (object: string, why: string): string =>
  `The request is invalid: patch: Invalid value: ${JSON.stringify(object)}: ${why}\n`;
const asRead = (apiVersion: string, kind: string): string =>
  `{"apiVersion":${apiVersion},"data":{"a":"b"},"kind":${kind},"metadata":{${identity},${managed}}}`;
const noKind = (kind: string, version: string): string =>
  `no kind "${kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go:111"`;
const wrongType = (field: string): string =>
  `couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .${field} of type string`;
const nameless =
  'Warning: unknown field "data"\nWarning: unknown field "metadata"\n' +
  'Error from server (BadRequest): the name of the object (a based on URL) was undeterminable: name must be provided\n';

test.each([
  ['{"kind":"Service"}', refused(asRead('"v1"', '"Service"'), 'converting (v1.Service) to (core.ConfigMap): unknown conversion')],
  ['{"kind":"Secret"}', refused(asRead('"v1"', '"Secret"'), 'illegal base64 data at input byte 0')],
  ['{"kind":"configmap"}', refused(asRead('"v1"', '"configmap"'), noKind('configmap', 'v1'))],
  ['{"apiVersion":"v2"}', refused(asRead('"v2"', '"ConfigMap"'), noKind('ConfigMap', 'v2'))],
  ['{"apiVersion":"a/b/c"}', refused(asRead('"a/b/c"', '"ConfigMap"'), 'unexpected GroupVersion string: a/b/c')],
  ['{"kind":5}', refused(asRead('"v1"', '5'), wrongType('kind'))],
  ['{"apiVersion":""}', nameless],
  ['{"apiVersion":null}', nameless],
  ['{"kind":null}', ''],
])('merge patch %s', async (patch, stderr) => {
  expect((await kubectl(cluster, ['patch', 'cm', 'a', '--type', 'merge', '-p', patch])).stderr).toBe(stderr);
});

test('what a patch goes through is sorted, the rest is not', async () => {
  const sorted = `"creationTimestamp":"${time}",${managed},"name":5,"namespace":"default","resourceVersion":"${resourceVersion}","uid":"${uid}"`;
  const object = `{"apiVersion":"v1","data":{"a":"b"},"kind":"ConfigMap","metadata":{${sorted}}}`;
  const why = 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string';
  const ops = '[{"op":"replace","path":"/metadata/name","value":5}]';
  expect((await kubectl(cluster, ['patch', 'cm', 'a', '--type', 'merge', '-p', '{"metadata":{"name":5}}'])).stderr).toBe(
    refused(object, why),
  );
  expect((await kubectl(cluster, ['patch', 'cm', 'a', '--type', 'json', '-p', ops])).stderr).toBe(refused(object, why));
});
