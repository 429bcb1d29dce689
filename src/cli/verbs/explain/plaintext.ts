// explain's own format. Mirrors k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl.
import { wordWrap } from '../../../lib/word-wrap.js';
import type { OpenAPIDocument, OpenAPIField, OpenAPIType, Shape } from '../../../model/openapi.js';

type Types = OpenAPIDocument['types'];

/** What is printed; `unknown` names a field that is not there, an error that comes after it. */
export interface Explained {
  readonly text: string;
  readonly unknown?: string;
}

export function plaintext(doc: OpenAPIDocument, path: readonly string[], recursive: boolean): Explained {
  const root: Shape = { kind: 'ref', name: doc.root };
  const group = doc.group === '' ? '' : `GROUP:      ${doc.group}\n`;
  const head = `${group}KIND:       ${doc.kind}\nVERSION:    ${doc.version}\n\n`;
  if (path.length === 0) return { text: `${head}${body(doc.types, '', root, recursive)}\n` };
  const field = follow(doc.types, root, path);
  if (!field) return { text: head, unknown: path.at(-1) ?? '' };
  const values = field.enum ? `ENUM:${field.enum.map((v) => `\n    ${v === '' ? '""' : v}`).join('')}` : '';
  const title = `FIELD: ${field.name} <${typeGuess(doc.types, field.shape)}>\n${values}\n\n`;
  return { text: `${head}${title}${body(doc.types, field.description, field.shape, recursive)}\n` };
}

/** The field at the end of `path`, through lists and maps. */
export function follow(types: Types, from: Shape, path: readonly string[]): OpenAPIField | undefined {
  const [name, ...rest] = path;
  const field = typeBehind(types, from)?.fields.find((f) => f.name === name);
  return field && rest.length > 0 ? follow(types, field.shape, rest) : field;
}

/** The object type of a value, of a list's items or of a map's values. */
export const typeBehind = (types: Types, shape: Shape): OpenAPIType | undefined =>
  shape.kind === 'ref' ? types[shape.name] : shape.kind === 'primitive' ? undefined : typeBehind(types, shape.of);

function body(types: Types, own: string, shape: Shape, recursive: boolean): string {
  const text = describe(types, own, shape) || '<empty>';
  const fields = fieldList(types, shape, 1, recursive, []);
  return `DESCRIPTION:\n${indent(4, wordWrap(text, 76))}\n${fields === '' ? '' : `FIELDS:\n${fields}`}`;
}

/** The field's own words, then those of its type. */
function describe(types: Types, own: string, shape: Shape): string {
  const type = typeBehind(types, shape);
  return [own, type?.description ?? '']
    .filter((t) => t !== '')
    .map((t) => `${t}\n`)
    .join('');
}

/** `seen`: the types on the way here, which are not gone into again. */
function fieldList(types: Types, shape: Shape, level: number, recursive: boolean, seen: readonly OpenAPIType[]): string {
  const type = typeBehind(types, shape);
  if (!type || seen.includes(type)) return '';
  return type.fields
    .map((f) => fieldText(types, f, level, recursive) + (recursive ? fieldList(types, f.shape, level + 1, true, [...seen, type]) : ''))
    .join('');
}

const mostValues = 4;

function fieldText(types: Types, field: OpenAPIField, level: number, short: boolean): string {
  const blanks = ' '.repeat(level * 2);
  const head = `${blanks}${field.name}\t<${typeGuess(types, field.shape)}>${field.required ? ' -required-' : ''}`;
  const values = field.enum?.slice(0, mostValues).map((v) => (v === '' ? '""' : v)) ?? [];
  const more = (field.enum?.length ?? 0) > mostValues ? ', ....' : '';
  const line = field.enum ? `${head}\n${blanks}enum: ${values.join(', ')}${more}\n` : `${head}\n`;
  if (short) return line;
  const text = field.description || '<no description>';
  return `${line}${indent(level * 2 + 2, wordWrap(text, 78 - level * 2))}\n\n`;
}

/** "string", "[]ServicePort", "map[string]Quantity". */
function typeGuess(types: Types, shape: Shape): string {
  if (shape.kind === 'primitive') return shape.type;
  if (shape.kind === 'ref') return shape.as ?? types[shape.name]?.name ?? 'Object';
  return `${shape.kind === 'array' ? '[]' : 'map[string]'}${typeGuess(types, shape.of)}`;
}

const indent = (amount: number, text: string): string =>
  text
    .split('\n')
    .map((line) => ' '.repeat(amount) + line)
    .join('\n');
