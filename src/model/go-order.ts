// The order in which Go writes the fields of its own types: verbs that hold typed objects print JSON so (set, rollout, create NAME),
// the others sorted; the API server shows objects so in its errors.
import { builtinType } from './merge-schema.js';
import { groupOf, type KubeObject } from './object.js';
import { schemaType, splitMap } from './schema.js';

export function inGoOrder(object: KubeObject): KubeObject {
  const version = object.apiVersion.slice(object.apiVersion.indexOf('/') + 1);
  const type = builtinType({ group: groupOf(object.apiVersion), version, kind: object.kind });
  return type ? (ordered(object, type) as KubeObject) : object;
}

function ordered(value: unknown, type: string): unknown {
  const known = schemaType(type.replace(/^\*/, ''));
  if (known?.alias) return ordered(value, known.alias);
  if (Array.isArray(value)) return type.startsWith('[]') ? value.map((item) => ordered(item, type.slice(2))) : value;
  if (typeof value !== 'object' || value === null) return value;
  const map = splitMap(type);
  if (!map && !known) return value;
  const names = map ? Object.keys(value).sort() : [...(known?.fields.keys() ?? [])];
  // What Go has no field for (an object that is not quite its kind's) stays, at the end.
  const all = new Set([...names, ...Object.keys(value)]);
  const fields = value as Record<string, unknown>;
  const typeOf = (name: string): string => map?.value ?? known?.fields.get(name)?.type ?? '';
  return Object.fromEntries([...all].filter((name) => name in fields).map((name) => [name, ordered(fields[name], typeOf(name))]));
}
