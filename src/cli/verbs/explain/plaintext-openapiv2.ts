// explain's older format. Mirrors k8s.io/kubectl/pkg/explain (model_printer.go, fields_printer.go, recursive_fields_printer.go, formatter.go).
import type { OpenAPIDocument, OpenAPIField, OpenAPIType, Shape } from '../../../model/openapi.js';
import { type Explained, follow, typeBehind } from './plaintext.js';

type Types = OpenAPIDocument['types'];
const width = 80;

export function plaintextOpenAPIV2(doc: OpenAPIDocument, path: readonly string[], recursive: boolean): Explained {
  const root: Shape = { kind: 'ref', name: doc.root };
  const field = path.length === 0 ? undefined : reached(doc.types, root, path);
  if (path.length > 0 && !field) return { text: '', unknown: firstUnknown(doc.types, root, path) };
  const shape = field?.shape ?? root;
  const type = fieldsOf(doc.types, shape);
  const head = `KIND:     ${doc.kind}\nVERSION:  ${doc.group === '' ? doc.version : `${doc.group}/${doc.version}`}\n\n`;
  const title = field ? `${type ? 'RESOURCE:' : 'FIELD:   '} ${field.name} <${typeName(doc.types, shape)}>\n\n` : '';
  const texts = [field?.description ?? '', typeBehind(doc.types, shape)?.description ?? ''];
  const description = texts.flatMap((text, i) => (text === '' ? [] : [...(i === 0 || !field ? [] : ['']), ...wrapped(text, 5)]));
  const prose = `DESCRIPTION:\n${lines(description.length > 0 ? description : ['     <empty>'])}`;
  const fields = type && `\nFIELDS:\n${recursive ? tree(doc.types, type, 3, []) : list(doc.types, type)}`;
  return { text: `${head}${title}${prose}${fields ?? ''}` };
}

/** What the path comes to. Behind a value without fields this format takes any word for one: it shows the value by that name. */
function reached(types: Types, root: Shape, path: readonly string[]): OpenAPIField | undefined {
  const field = follow(types, root, path);
  const before = path.slice(0, -1);
  if (field || before.length === 0) return field;
  const parent = reached(types, root, before);
  if (!parent || fieldsOf(types, parent.shape)) return undefined;
  const value = valueOf(parent.shape);
  const description = value === parent.shape && value.kind === 'primitive' ? parent.description : '';
  return { ...parent, name: path.at(-1) ?? '', shape: value, description };
}

const valueOf = (shape: Shape): Shape => (shape.kind === 'array' || shape.kind === 'map' ? valueOf(shape.of) : shape);

function firstUnknown(types: Types, root: Shape, path: readonly string[]): string {
  const known = path.findIndex((_, i) => !reached(types, root, path.slice(0, i + 1)));
  return path[known] ?? '';
}

/** Objects with fields of their own; strings in disguise (Time, Quantity) have none. */
function fieldsOf(types: Types, shape: Shape): OpenAPIType | undefined {
  const type = typeBehind(types, shape);
  return type && type.fields.length > 0 ? type : undefined;
}

const list = (types: Types, type: OpenAPIType): string =>
  type.fields
    .map((f) => `   ${f.name}\t<${typeName(types, f.shape)}>${f.required ? ' -required-' : ''}\n${lines(wrapped(f.description, 5))}\n`)
    .join('');

const tree = (types: Types, type: OpenAPIType, depth: number, seen: readonly OpenAPIType[]): string =>
  type.fields
    .map((f) => {
      const below = fieldsOf(types, f.shape);
      const inner = below && !seen.includes(below) ? tree(types, below, depth + 3, [...seen, below]) : '';
      return `${' '.repeat(depth)}${f.name}\t<${typeName(types, f.shape)}>\n${inner}`;
    })
    .join('');

/** Here every object is an "Object", what is a string on the wire a "string", and what may hold anything a map. */
function typeName(types: Types, shape: Shape): string {
  if (shape.kind === 'primitive') return shape.type;
  if (shape.kind === 'ref') return fieldsOf(types, shape) ? 'Object' : (stringly[shape.name] ?? 'Object');
  return `${shape.kind === 'array' ? '[]' : 'map[string]'}${typeName(types, shape.of)}`;
}

const stringly: Readonly<Record<string, string>> = {
  Time: 'string',
  MicroTime: 'string',
  Duration: 'string',
  Quantity: 'string',
  IntOrString: 'string',
  FieldsV1: 'map[string]',
  RawExtension: 'map[string]',
};

const lines = (texts: readonly string[]): string => texts.map((t) => `${t}\n`).join('');

/** Lines that begin a list, follow a colon or are indented start anew; everything else flows. */
function wrapped(text: string, depth: number): string[] {
  const out: string[] = [];
  let words: string[] = [];
  const flush = (): void => {
    if (words.length > 0) out.push(words.join(' '));
    words = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('    ')) {
      flush();
      out.push(line);
      continue;
    }
    if (line.trim() === '' && out.length > 0) {
      flush();
      out.push('');
      continue;
    }
    if (words.at(-1)?.endsWith(':') || line.trim() === '' || /^(\d+\.?|-|\*)\s/.test(line.trim())) flush();
    for (const word of line.split(/\s+/).filter((w) => w !== '')) {
      if (words.length > 0 && [...words, word].join(' ').length > width - depth) flush();
      words.push(word);
    }
  }
  flush();
  return out.map((t) => (t === '' ? '' : ' '.repeat(depth) + t));
}
