// The API's field facts as lib's merging wants them: for strategic merge patches and server-side apply.
import type { FieldSchema, TypeSchema } from '../lib/field-schema.js';
import { elementType, type SchemaField, schemaType, splitMap } from './schema.js';

/** Structs that are owned as a whole wherever they stand: +structType=atomic on the type itself. */
const atomicTypes = new Set([
  'ConfigMapKeySelector',
  'DiscoveryEndpointPort',
  'EndpointAddress',
  'EndpointPort',
  'FileKeySelector',
  'LabelSelector',
  'LocalObjectReference',
  'NodeSelector',
  'NodeSelectorTerm',
  'ObjectFieldSelector',
  'ObjectReference',
  'OwnerReference',
  'ResourceFieldSelector',
  'RoleRef',
  'ScopeSelector',
  'SecretKeySelector',
  'SecretReference',
  'ServiceBackendPort',
  'Subject',
  'TopologySelectorTerm',
  'TypedLocalObjectReference',
]);

const made = new Map<string, TypeSchema>();

/** The merge facts of one of our types ("Deployment"). */
export function mergeSchema(type: string): TypeSchema {
  const known = made.get(type);
  if (known) return known;
  const fields = new Map<string, FieldSchema | undefined>();
  const schema: TypeSchema = {
    atomic: atomicTypes.has(type),
    field(name) {
      if (!fields.has(name)) {
        const fact = schemaType(type)?.fields.get(name);
        fields.set(name, fact && fieldSchema(fact));
      }
      return fields.get(name);
    },
  };
  made.set(type, schema);
  return schema;
}

/** The merge facts of one field. */
export function fieldSchema({ type, patch, list }: SchemaField): FieldSchema {
  const element = elementType(type);
  const strategies = patch?.strategies ?? [];
  const struct = (schemaType(element)?.fields.size ?? 0) > 0;
  return {
    strategy: strategies.includes('merge') ? 'merge' : strategies.includes('replace') ? 'replace' : undefined,
    retainKeys: strategies.includes('retainKeys'),
    mergeKey: patch?.mergeKey,
    list: list?.type === 'set' || list?.type === 'map' ? list.type : 'atomic',
    listKeys: list?.keys && [...list.keys].sort(),
    keyDefaults: list?.keys && keyDefaults(list.keys, element),
    atomic: list?.type === 'atomic' || (list?.type !== 'granular' && isStruct(type) && atomicTypes.has(element)),
    value: struct ? mergeSchema(element) : undefined,
    keyed: splitMap(behind(type)) !== undefined,
  };
}

/** Keys that are always written have a default in OpenAPI, their zero value; some others have one of their own. */
function keyDefaults(keys: readonly string[], element: string): Record<string, unknown> {
  const known = keys.flatMap((key) => {
    const field = schemaType(element)?.fields.get(key);
    if (key === 'protocol') return [[key, 'TCP']];
    if (!field || field.type.startsWith('*')) return [];
    const always = !field.omitEmpty || element === 'LocalObjectReference';
    return always ? [[key, /^u?int/.test(behind(field.type)) ? 0 : '']] : [];
  });
  return Object.fromEntries(known);
}

const isStruct = (type: string): boolean => !/^\*?(\[\]|map\[)/.test(type);

/** The type behind names and pointers: ResourceList is a map. */
function behind(type: string): string {
  const bare = type.replace(/^\*/, '');
  const alias = schemaType(bare)?.alias;
  return alias ? behind(alias) : bare;
}

/** Groups whose types Kubernetes itself has; others come from CustomResourceDefinitions, which know no strategic merge. */
const builtinGroups = /^(|apps|autoscaling|batch|policy|[^.]+(\.authorization|\.authentication)?\.k8s\.io)$/;

/** The schema type of a served resource; undefined for custom resources. */
export function builtinType({ group, version, kind }: { group: string; version: string; kind: string }): string | undefined {
  if (!builtinGroups.test(group)) return undefined;
  const first = group.split('.')[0] ?? '';
  const prefix = `${first.slice(0, 1).toUpperCase()}${first.slice(1)}${version.replace('v', 'V')}`;
  return [`${prefix}${kind}`, kind].find((name) => schemaType(name) !== undefined);
}
