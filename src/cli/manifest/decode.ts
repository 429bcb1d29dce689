// One document to objects: is it one at all, are its metadata of the right types, and is it a list of others?
// Mirrors the order and words of apimachinery's unstructured decoder, which reads metadata into Go's types and the rest as it is.
import type { Document } from '../../lib/yaml/documents.js';
import { parseGoTime } from '../../lib/go-time.js';
import type { KubeObject } from '../../model/object.js';
import { UsageError } from '../errors.js';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** --validate: the first look, which knows apiVersion and kind only. */
export function validateManifest(value: unknown, source: string): void {
  const problems = typeProblems(value);
  if (problems.length === 0) return;
  const list = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
  throw new UsageError(
    `error validating ${JSON.stringify(source)}: error validating data: ${list}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

export function typeProblems(value: unknown): string[] {
  if (!isFields(value)) return ['invalid object to validate'];
  const { kind, apiVersion } = value;
  const problems: string[] = [];
  if (apiVersion === undefined || apiVersion === null) problems.push('apiVersion not set');
  else if (typeof apiVersion !== 'string') problems.push("apiVersion isn't string type");
  else if (apiVersion.split('/').length > 2) problems.push(`unexpected GroupVersion string: ${apiVersion}`);
  if (kind === undefined || kind === null) problems.push('kind not set');
  else if (typeof kind !== 'string') problems.push("kind isn't string type");
  if (problems.length === 0 && (kind as string).endsWith('List') && Array.isArray(value.items)) return value.items.flatMap(typeProblems);
  return problems;
}

/** The objects of the document: itself, or the items of a list. Throws `unable to decode "x.yaml": ...`. */
export function decodeManifest({ value, json }: Document, source: string): KubeObject[] {
  const problem = decodeProblem(value, json);
  if (problem !== undefined) throw new UsageError(`unable to decode ${JSON.stringify(source)}: ${problem}`);
  const fields = value as Fields;
  if (!Array.isArray(fields.items)) return [fields as unknown as KubeObject];
  return fields.items.map((item) => listItem(item, fields));
}

function decodeProblem(value: unknown, json: () => string): string | undefined {
  if (!isFields(value)) return `json: cannot unmarshal ${jsonKind(value)} into Go value of type unstructured.detector`;
  const { kind, apiVersion, items, metadata } = value;
  const noKind = typeof kind !== 'string' || kind === '' || (typeof apiVersion === 'string' && apiVersion.split('/').length > 2);
  if (noKind) return `Object 'Kind' is missing in '${json()}'`;
  if (items !== undefined && items !== null && !Array.isArray(items))
    return `json: cannot unmarshal ${jsonKind(items)} into Go struct field decodeList.items of type []jsontext.Value`;
  if (Array.isArray(items)) return undefined;
  if (apiVersion !== undefined && apiVersion !== null && typeof apiVersion !== 'string')
    return wrongType(apiVersion, 'metadataOnlyObject.TypeMeta.apiVersion', 'string');
  if (metadata === undefined || metadata === null) return undefined;
  return isFields(metadata) ? metadataProblem(metadata) : wrongType(metadata, 'metadataOnlyObject.metadata', 'v1.ObjectMeta');
}

/** Items without a type of their own have the list's: PodList holds Pods. */
function listItem(item: unknown, list: Fields): KubeObject {
  const fields: Fields = isFields(item) ? item : {};
  const listKind = String(list.kind);
  const kind = fields.kind ?? (listKind.length > 4 && listKind.endsWith('List') ? listKind.slice(0, -4) : undefined);
  const apiVersion = fields.apiVersion ?? (listKind === 'List' ? undefined : list.apiVersion);
  const noType = 'unable to get type info from the object "*unstructured.Unstructured"';
  if (!apiVersion) throw new UsageError(`${noType}: Object 'apiVersion' is missing in 'object has no apiVersion field'`);
  if (!kind) throw new UsageError(`${noType}: Object 'Kind' is missing in 'object has no kind field '`);
  return { ...fields, apiVersion, kind } as unknown as KubeObject;
}

const jsonKind = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;

const wrongType = (value: unknown, field: string, type: string): string => {
  const shown = type.startsWith('int') && typeof value === 'number' ? `number ${value}` : jsonKind(value);
  return `json: cannot unmarshal ${shown} into Go struct field ${field} of type ${type}`;
};

/** The Go types of ObjectMeta's fields. */
const metadataTypes: Readonly<Record<string, string>> = {
  annotations: 'map[string]string',
  creationTimestamp: 'time',
  deletionGracePeriodSeconds: 'int64',
  deletionTimestamp: 'time',
  finalizers: '[]string',
  generateName: 'string',
  generation: 'int64',
  labels: 'map[string]string',
  managedFields: '[]v1.ManagedFieldsEntry',
  name: 'string',
  namespace: 'string',
  ownerReferences: '[]v1.OwnerReference',
  resourceVersion: 'string',
  selfLink: 'string',
  uid: 'types.UID',
};

function metadataProblem(metadata: Fields): string | undefined {
  for (const key of Object.keys(metadata).sort()) {
    const type = metadataTypes[key];
    const value = metadata[key];
    const problem = type === undefined || value === null ? undefined : fieldProblem(value, `ObjectMeta.metadata.${key}`, type);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function fieldProblem(value: unknown, field: string, type: string): string | undefined {
  if (type === 'time') return timeProblem(value, field);
  if (type === 'string' || type === 'types.UID') return typeof value === 'string' ? undefined : wrongType(value, field, type);
  if (type === 'bool') return typeof value === 'boolean' ? undefined : wrongType(value, field, type);
  if (type === 'int64') return Number.isInteger(value) ? undefined : wrongType(value, field, type);
  if (type.startsWith('map')) {
    if (!isFields(value)) return wrongType(value, field, type);
    return first(Object.keys(value).sort(), (k) => (value[k] === null ? undefined : fieldProblem(value[k], field, 'string')));
  }
  if (!Array.isArray(value)) return wrongType(value, field, type);
  const itemType = type.slice(2);
  return first(value, (item) => {
    if (item === null) return undefined;
    if (itemType === 'string') return fieldProblem(item, field, 'string');
    return isFields(item) ? structProblem(item, field, itemType) : wrongType(item, field, itemType);
  });
}

const structTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'v1.OwnerReference': {
    apiVersion: 'string',
    blockOwnerDeletion: 'bool',
    controller: 'bool',
    kind: 'string',
    name: 'string',
    uid: 'types.UID',
  },
  'v1.ManagedFieldsEntry': {
    apiVersion: 'string',
    fieldsType: 'string',
    manager: 'string',
    operation: 'string',
    subresource: 'string',
    time: 'time',
  },
};

function structProblem(item: Fields, field: string, type: string): string | undefined {
  const path = field.replace('ObjectMeta', type.slice(3));
  return first(Object.keys(item).sort(), (key) => {
    const fieldType = structTypes[type]?.[key];
    return fieldType === undefined || item[key] === null ? undefined : fieldProblem(item[key], `${path}.${key}`, fieldType);
  });
}

function timeProblem(value: unknown, field: string): string | undefined {
  if (typeof value !== 'string') return wrongType(value, field, 'string');
  try {
    parseGoTime(value, 'seconds');
    return undefined;
  } catch (e) {
    return (e as Error).message;
  }
}

function first<T>(items: readonly T[], problem: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
