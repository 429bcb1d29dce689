// ConfigMap. Mirrors pkg/apis/core/validation (ValidateConfigMap), pkg/printers and kubectl's ConfigMapDescriber.
import { sortedKeys } from '../lib/go-format.js';
import { isConfigMapKey } from '../lib/names.js';
import { tabbed } from '../lib/prefix-writer.js';
import { same } from '../lib/same.js';
import { type FieldError, forbiddenField, invalidValue, tooLong } from '../model/field-error.js';
import type { ConfigMap } from '../model/generated/api.js';
import { allVerbs, type DescribeContext, type Kind } from '../model/kind.js';
import { ageColumn, nameColumn, textColumn } from './columns.js';
import { eventsOf, writeEvents } from './describe/events.js';
import { writeHead } from './describe/lines.js';
import { wrong } from './rules.js';

/** What ConfigMaps and Secrets hold at most, in bytes. */
export const mostBytes = 1024 * 1024;

/** The bytes that base64 text stands for. */
export const decodedLength = (base64: string): number => Buffer.byteLength(base64, 'base64');

export const configMap: Kind<ConfigMap> = {
  names: {
    group: '',
    version: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    singular: 'configmap',
    shortNames: ['cm'],
    categories: [],
    namespaced: true,
  },
  verbs: allVerbs,
  subresources: [],
  schema: 'ConfigMap',
  hasGeneration: false,
  validateCreate: validate,
  validateUpdate: (obj, old) => [...immutableErrors(obj, old, ['data', 'binaryData']), ...validate(obj)],
  columns: [
    nameColumn,
    textColumn('Data', (o) => String(sortedKeys(o.data ?? {}).length + sortedKeys(o.binaryData ?? {}).length)),
    ageColumn,
  ],
  describe,
};

function validate({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const keyErrors = (field: string, key: string): FieldError[] => wrong(`${field}[${key}]`, key, isConfigMapKey(key));
  const errors = sortedKeys(data).flatMap((key) => [
    ...keyErrors('data', key),
    ...(key in binaryData ? [invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')] : []),
  ]);
  errors.push(...sortedKeys(binaryData).flatMap((key) => keyErrors('binaryData', key)));
  const text = Object.values(data).reduce((sum, v) => sum + Buffer.byteLength(v), 0);
  const binary = Object.values(binaryData).reduce((sum, v) => sum + decodedLength(v), 0);
  // "[]": upstream's path of the whole object.
  return text + binary > mostBytes ? [...errors, tooLong('[]', mostBytes)] : errors;
}

interface Sealable {
  readonly immutable?: boolean;
}

/** Once `immutable` is true it stays so, and so do the fields it seals. ConfigMaps and Secrets share this. */
export function immutableErrors<T extends Sealable>(obj: T, old: T, sealed: readonly (keyof T & string)[]): FieldError[] {
  if (!old.immutable) return [];
  const broken = [...(obj.immutable ? [] : ['immutable']), ...sealed.filter((field) => !same(obj[field], old[field]))];
  return broken.map((field) => forbiddenField(field, 'field is immutable when `immutable` is set'));
}

function describe(obj: ConfigMap, ctx: DescribeContext): string {
  return tabbed((w) => {
    writeHead(w, obj);
    w.write(0, '\nData\n====\n');
    for (const key of sortedKeys(obj.data ?? {})) w.write(0, `${key}:\n----\n${obj.data?.[key]}\n\n`);
    w.write(0, '\nBinaryData\n====\n');
    for (const key of sortedKeys(obj.binaryData ?? {})) w.write(0, `${key}: ${decodedLength(obj.binaryData?.[key] ?? '')} bytes\n`);
    w.write(0, '\n');
    writeEvents(w, eventsOf(obj, ctx), ctx.now);
  });
}
