import { describe, expect, it } from 'vitest';
import { validateMetadataUpdate, validateNewMetadata } from '../../src/cluster/metadata.js';
import { configMap } from '../../src/kinds/config-map.js';
import { namespace } from '../../src/kinds/namespace.js';
import { formatFieldError } from '../../src/model/field-error.js';
import type { Kind } from '../../src/model/kind.js';
import type { KubeObject, ObjectMeta } from '../../src/model/object.js';

const object = (metadata: Partial<ObjectMeta>): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata as ObjectMeta });
const errors = (metadata: Partial<ObjectMeta>, kind: Kind = configMap): string[] =>
  validateNewMetadata(kind, object({ namespace: 'default', ...metadata })).map(formatFieldError);

describe('new metadata', () => {
  it('needs a name by the rule of its kind', () => {
    expect(errors({})).toEqual(['metadata.name: Required value: name or generateName is required']);
    expect(errors({ name: 'a.b', namespace: '' }, namespace)).toEqual(['metadata.name: Invalid value: "a.b": must not contain dots']);
    expect(errors({ name: 'A', generateName: 'a-' })).toEqual([
      `metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
    ]);
  });

  it('checks owners and finalizers', () => {
    expect(errors({ name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '' }] })).toEqual([
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ]);
    expect(errors({ name: 'a', finalizers: ['x'] })).toEqual([
      'metadata.finalizers[0]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });

  it('limits annotations as a whole', () => {
    expect(errors({ name: 'a', annotations: { 'a.b/C': 'x'.repeat(256 * 1024) } })).toEqual([
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ]);
  });
});

it('what may not change says so', () => {
  const next = object({ name: 'a', namespace: 'x', uid: '2', finalizers: ['a/b'] });
  const old = object({ name: 'a', namespace: 'x', uid: '1', deletionTimestamp: '2026-11-21T00:00:00Z' });
  expect(validateMetadataUpdate(next, old).map(formatFieldError)).toEqual([
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/b"}',
    'metadata.uid: Invalid value: "2": field is immutable',
    'metadata.deletionTimestamp: Invalid value: null: field is immutable',
  ]);
});
