// The schema of a kind with its descriptions, for `explain`. Fields come from model/schema.ts, the prose from dist/descriptions.json,
// which the build makes out of a package: it is no part of this repository.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Kind } from '../model/kind.js';
import type { OpenAPIDocument, OpenAPIField, OpenAPIType, Shape } from '../model/openapi.js';
import { elementType, type SchemaField, schemaType, splitMap } from '../model/schema.js';

interface Prose {
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly enums?: Readonly<Record<string, readonly string[]>>;
}

/** Beside the bundle, or where the build put it when this runs from source. */
const places = ['./descriptions.json', '../../dist/descriptions.json'];

let prose: Readonly<Record<string, Prose>> | undefined;

function proseOf(type: string): Prose | undefined {
  if (!prose) {
    const path = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((p) => existsSync(p));
    prose = path ? JSON.parse(readFileSync(path, 'utf8')) : {};
  }
  return prose?.[type];
}

export function openapi(kind: Kind): OpenAPIDocument {
  const { group, version, kind: name } = kind.names;
  const types: Record<string, OpenAPIType> = {};
  const visit = (type: string): void => {
    if (types[type] || !schemaType(type)) return;
    const described = describeType(type);
    types[type] = described.type;
    for (const next of described.mentions) visit(next);
  };
  visit(kind.schema);
  return { group, version, kind: name, root: kind.schema, types };
}

function describeType(name: string): { type: OpenAPIType; mentions: string[] } {
  const schema = schemaType(name);
  const fields = [...(schema?.fields.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  const words = proseOf(name);
  return {
    type: {
      name: (schema?.goName ?? name).replace(/^.*\./, ''),
      description: words?.text ?? '',
      fields: fields.map((f) => describeField(f, words)),
    },
    mentions: fields.map((f) => elementType(f.type)),
  };
}

const describeField = (field: SchemaField, words: Prose | undefined): OpenAPIField => ({
  name: field.name,
  shape: shapeOf(field.type),
  required: field.required,
  description: words?.fields[field.name] ?? '',
  ...(words?.enums?.[field.name] && { enum: words.enums[field.name] }),
});

const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'boolean',
  byte: 'string',
  int: 'integer',
  int32: 'integer',
  int64: 'integer',
  float64: 'number',
};

/** Types of their own that are strings on the wire. */
const stringLike = new Set(['Time', 'MicroTime', 'Duration']);

function shapeOf(type: string): Shape {
  if (type.startsWith('*')) return shapeOf(type.slice(1));
  if (type === '[]byte') return { kind: 'primitive', type: 'string' };
  if (type.startsWith('[]')) return { kind: 'array', of: shapeOf(type.slice(2)) };
  const map = splitMap(type);
  if (map) return { kind: 'map', of: shapeOf(map.value) };
  const primitive = primitives[type];
  if (primitive) return { kind: 'primitive', type: primitive };
  const alias = schemaType(type)?.alias;
  if (alias) return shapeOf(alias);
  return { kind: 'ref', name: type, ...(stringLike.has(type) && { as: 'string' }) };
}
