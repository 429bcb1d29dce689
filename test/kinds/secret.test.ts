import { describe, expect, it } from 'vitest';
import { secret } from '../../src/kinds/secret.js';
import { formatFieldError } from '../../src/model/field-error.js';
import type { Secret } from '../../src/model/generated/api.js';
import type { WriteContext } from '../../src/model/store.js';

const base = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'default' } } as const;
const made = (fields: Partial<Secret>): Secret => {
  const obj = structuredClone({ ...base, ...fields }) as Secret;
  secret.defaults?.(obj);
  return obj;
};
const errors = (obj: Secret): string[] => (secret.validateCreate?.(obj, {} as WriteContext) ?? []).map(formatFieldError);

describe('Secret', () => {
  it('folds stringData into data and is Opaque by default', () => {
    expect(made({ data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'new' } })).toEqual({
      ...base,
      data: { a: 'YQ==', b: 'bmV3' },
      type: 'Opaque',
    });
  });

  it('wants what its type needs', () => {
    expect(errors(made({ type: 'kubernetes.io/tls' }))).toEqual(['data[tls.crt]: Required value', 'data[tls.key]: Required value']);
    expect(errors(made({ type: 'kubernetes.io/basic-auth' }))).toEqual([
      'data[username]: Required value',
      'data[password]: Required value',
    ]);
    expect(errors(made({ type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': 'x' } }))).toEqual([
      'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'x\' looking for beginning of value',
    ]);
  });

  it('warns of a certificate that is none', () => {
    const obj = made({ type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'hi', 'tls.key': 'hi' } });
    expect(secret.warnings?.(obj, undefined)).toEqual(['tls: failed to find any PEM data in certificate input']);
  });

  it('keeps its type, and its data once immutable', () => {
    const old = made({ immutable: true, data: { a: 'YQ==' } });
    const update = secret.validateUpdate?.(made({ type: 'x', data: { a: 'Yg==' } }), old, {} as WriteContext) ?? [];
    expect(update.map(formatFieldError)).toEqual([
      'type: Invalid value: "x": field is immutable',
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});
