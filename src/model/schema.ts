// Look-ups in the API's field facts: which fields a Go type has, how Go calls them, what is left out when empty, how patches merge them.
// The facts are one string, read type by type on first use, so that commands that decode nothing pay nothing.
import { facts } from './generated/schema.js';

export interface SchemaField {
  readonly name: string;
  /** As the Go struct calls it: "HostPID". */
  readonly goName: string;
  /** A Go type in our names: "int32", "*Probe", "[]ServicePort", "map[string]string". */
  readonly type: string;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  readonly required: boolean;
  /** Names of the embedded structs in between, as Go's decoder shows them: "ProbeHandler". */
  readonly via: readonly string[];
  /** Strategic merge: "merge", "retainKeys", "replace", and the key of a list's items. */
  readonly patch?: { readonly strategies: readonly string[]; readonly mergeKey?: string };
  /** Server-side apply: +listType, +mapType or +structType. */
  readonly list?: { readonly type: string; readonly keys: readonly string[] };
}

export interface SchemaType {
  /** Our name, unique: "EventsV1Event". */
  readonly name: string;
  /** As reflect prints it: "v1.Event". */
  readonly goName: string;
  /** The type behind a named one: Protocol is "string", ResourceList "map[ResourceName]Quantity". */
  readonly alias?: string;
  readonly fields: ReadonlyMap<string, SchemaField>;
}

const read = new Map<string, SchemaType | undefined>();

/** The facts of a type; undefined for Go's own types (string, int32) and unknown names. */
export function schemaType(name: string): SchemaType | undefined {
  if (read.has(name)) return read.get(name);
  const line = lineOf(name);
  const type = line === undefined ? undefined : parseType(name, line);
  read.set(name, type);
  return type;
}

/** The type's line in the facts: name, "=" and Go's name where it is not v1's, then ":alias" or the fields. */
function lineOf(name: string): string | undefined {
  for (const after of [' ', '=', '\n']) {
    const at = facts.indexOf(`\n${name}${after}`);
    if (at >= 0) return facts.slice(at + 1, facts.indexOf('\n', at + 1));
  }
  return undefined;
}

function parseType(name: string, line: string): SchemaType {
  const [head = '', ...rest] = line.split(' ');
  const goName = head.includes('=') ? head.slice(head.indexOf('=') + 1) : `v1.${name}`;
  if (rest[0]?.startsWith(':')) return { name, goName, alias: rest[0].slice(1), fields: new Map() };
  return { name, goName, fields: new Map(rest.flatMap(parseField).map((f) => [f.name, f])) };
}

/** "ports:?!:[]ServicePort@merge/port#map/port/protocol" (with ":GoName" after the type where that is not the name in capitals), or "+VolumeSource" for an embedded struct, whose fields are taken over. */
function parseField(text: string): SchemaField[] {
  if (text.startsWith('+')) {
    const embedded = schemaType(text.slice(1));
    const via = embedded?.goName.replace(/^.*\./, '') ?? '';
    return [...(embedded?.fields.values() ?? [])].map((f) => ({ ...f, via: [via, ...f.via] }));
  }
  const [main = '', list] = text.split('#');
  const [head = '', patch] = main.split('@');
  const [name = '', flags = '', type = '', goName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`] = head.split(':');
  const [strategies = '', mergeKey] = patch?.split('/') ?? [];
  const [listType = '', ...keys] = list?.split('/') ?? [];
  return [
    {
      name,
      goName,
      type,
      omitEmpty: flags.includes('?'),
      omitZero: flags.includes('~'),
      required: flags.includes('!'),
      via: [],
      ...(patch && { patch: { strategies: strategies.split(','), ...(mergeKey && { mergeKey }) } }),
      ...(list && { list: { type: listType, keys } }),
    },
  ];
}

/** How Go's reflect prints one of our types: "[]v1.ContainerPort", "map[string][]uint8". */
export function goType(type: string): string {
  if (type.startsWith('*')) return `*${goType(type.slice(1))}`;
  if (type.startsWith('[]')) return `[]${goType(type.slice(2))}`;
  const map = splitMap(type);
  if (map) return `map[${goType(map.key)}]${goType(map.value)}`;
  return type === 'byte' ? 'uint8' : (schemaType(type)?.goName ?? type);
}

/** "map[string]X" -> its parts. */
export function splitMap(type: string): { key: string; value: string } | undefined {
  if (!type.startsWith('map[')) return undefined;
  const end = type.indexOf(']');
  return { key: type.slice(4, end), value: type.slice(end + 1) };
}

/** The struct a field's type leads to, through pointers, lists and maps: "[]*ServicePort" -> "ServicePort". */
export function elementType(type: string): string {
  const inner = type.replace(/^(\*|\[\]|map\[\w+\])+/, '');
  const alias = schemaType(inner)?.alias;
  return alias ? elementType(alias) : inner;
}
