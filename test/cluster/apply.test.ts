// Server-side apply through the door: who owns what, conflicts, what goes when it is applied no more.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../../src/cluster/index.js';
import type { KubeObject } from '../../src/model/object.js';
import type { RequestOptions } from '../../src/model/request.js';
import type { Status } from '../../src/model/status.js';

let cluster: Cluster;
beforeEach(() => {
  cluster = createCluster(':memory:', { clock: 'virtual' });
});
afterEach(() => cluster.close());

const patch = (name: string, body: unknown, options: RequestOptions) =>
  cluster.call({ verb: 'patch', group: '', resource: 'configmaps', namespace: 'default', name, body: body as KubeObject, options }).body;

const apply = (data: Record<string, string>, fieldManager: string, force = false) =>
  patch(
    'c',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data },
    { patchType: 'apply', fieldManager, force },
  ) as KubeObject;

const owners = (object: KubeObject): string[] =>
  (object.metadata.managedFields ?? []).map((e) => `${e.manager} ${e.operation} ${JSON.stringify(e.fieldsV1)}`);

test('an applied object is created; its fields are shared, and go with their last owner', () => {
  expect(owners(apply({ a: '1', b: '2' }, 'one'))).toEqual(['one Apply {"f:data":{"f:a":{},"f:b":{}}}']);
  // Who changed nothing has no time, and comes first.
  expect(owners(apply({ a: '1' }, 'two'))).toEqual(['two Apply {"f:data":{"f:a":{}}}', 'one Apply {"f:data":{"f:a":{},"f:b":{}}}']);
  expect(apply({}, 'one').data).toEqual({ a: '1' });
  expect(apply({}, 'two').data ?? {}).toEqual({});
});

test('another value is a conflict, unless forced', () => {
  apply({ a: '1', b: '2' }, 'one');
  patch('c', { data: { b: '3' } }, { patchType: 'merge', fieldManager: 'hand' });
  expect((apply({ a: '9' }, 'two') as unknown as Status).message).toBe('Apply failed with 1 conflict: conflict with "one": .data.a');
  expect((apply({ a: '9', b: '9' }, 'two') as unknown as Status).message).toBe(
    'Apply failed with 2 conflicts: conflicts with "hand" using v1:\n- .data.b\nconflicts with "one":\n- .data.a',
  );
  const forced = apply({ a: '9' }, 'two', true);
  expect(forced.data).toEqual({ a: '9', b: '3' });
  expect(owners(forced)).toEqual(['two Apply {"f:data":{"f:a":{}}}', 'hand Update {"f:data":{"f:b":{}}}']);
});

test('managedFields can be rewritten by who sends them', () => {
  apply({ a: '1' }, 'one');
  const entry = { manager: 'other', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:a': {} } } };
  const body = [{ op: 'replace', path: '/metadata/managedFields', value: [entry] }];
  expect(owners(patch('c', body, { patchType: 'json' }) as KubeObject)).toEqual(['other Apply {"f:data":{"f:a":{}}}']);
});
