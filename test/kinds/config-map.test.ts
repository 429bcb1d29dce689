import { describe, expect, it } from 'vitest';
import { configMap } from '../../src/kinds/config-map.js';
import { formatFieldError } from '../../src/model/field-error.js';
import type { ConfigMap } from '../../src/model/generated/api.js';
import type { DescribeContext } from '../../src/model/kind.js';
import type { WriteContext } from '../../src/model/store.js';

const made = (fields: Partial<ConfigMap>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'default' },
  ...fields,
});
const errors = (obj: ConfigMap): string[] => (configMap.validateCreate?.(obj, {} as WriteContext) ?? []).map(formatFieldError);

describe('ConfigMap', () => {
  it('checks its keys, in both bags', () => {
    expect(errors(made({ data: { 'a/b': '' }, binaryData: { '..': '' } }))).toEqual([
      "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      'binaryData[..]: Invalid value: "..": must not be \'..\'',
    ]);
    expect(errors(made({ data: { a: '' }, binaryData: { a: '' } }))).toEqual([
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ]);
  });

  it('holds a mebibyte', () => {
    expect(errors(made({ data: { a: 'x'.repeat(1024 * 1024) } }))).toEqual([]);
    expect(errors(made({ data: { a: 'x'.repeat(1024 * 1024 + 1) } }))).toEqual(['[]: Too long: may not be more than 1048576 bytes']);
  });

  it('is described with its data', () => {
    const obj = made({ data: { b: 'two', a: 'one\nline' }, binaryData: { c: 'YWJj' } });
    expect(configMap.describe?.(obj, { now: 0, showEvents: false } as DescribeContext)).toBe(
      'Name:         a\nNamespace:    default\nLabels:       <none>\nAnnotations:  <none>\n\nData\n====\na:\n----\none\nline\n\nb:\n----\ntwo\n\n\nBinaryData\n====\nc: 3 bytes\n\n',
    );
  });
});
