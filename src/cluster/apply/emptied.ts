// Lists and maps that a request gave without entries. What is stored has lost them, but a write is compared while they are there:
// a list without omitempty is another than none, and a list that is owned as a whole is compared with all that lies in it.
// Mirrors sigs.k8s.io/structured-merge-diff/value (structReflect, listReflect).
import type { Kind } from '../../model/kind.js';
import { fieldSchema } from '../../model/merge-schema.js';
import { elementType, schemaType } from '../../model/schema.js';
import { emptySet, type FieldSet, leaf, setOf, union } from './field-set.js';
import { isAssociative } from './walk.js';

/** The fields that change by them, whatever was there before. */
export const emptied = (kind: Kind, empties: ReadonlySet<string> | undefined): FieldSet =>
  [...(empties ?? [])].reduce((all, path) => union(all, setAt(ownedPath(kind.schema, path.split('.')))), emptySet);

const setAt = (path: readonly string[]): FieldSet =>
  path.length === 0 ? emptySet : path.reduceRight<FieldSet>((inner, element) => setOf(false, { [element]: inner }), leaf);

/** Where `spec.ingress[0].from[]` is owned; empty where nobody notices. */
function ownedPath(type: string, [name = '', ...rest]: readonly string[]): string[] {
  const field = schemaType(type)?.fields.get(name.replace(/\[.*/, ''));
  if (!field) return [];
  const element = `f:${field.name}`;
  if (rest.length === 0) return field.omitEmpty ? [] : [element];
  if (name.includes('[')) return isAssociative(fieldSchema(field)) ? [] : [element];
  const below = ownedPath(elementType(field.type), rest);
  return below.length > 0 ? [element, ...below] : [];
}
