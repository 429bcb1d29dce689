// What an object says it is. Mirrors k8s.io/apimachinery/pkg/runtime/serializer/json (SimpleMetaFactory).
import { goType } from '../lib/go-format.js';
import type { Json } from '../model/object.js';

export interface VersionAndKind {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export class NoVersionAndKind extends Error {}

/** Throws NoVersionAndKind for what no JSON decoder would read them from. */
export function versionAndKind(body: Json): VersionAndKind {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new NoVersionAndKind(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonWord(body)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  const [apiVersion, kind] = [text(body, 'apiVersion'), text(body, 'kind')];
  const slash = apiVersion.lastIndexOf('/');
  return { apiVersion, group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1), kind };
}

function text(body: { [key: string]: Json }, field: string): string {
  const value = body[field] ?? '';
  if (typeof value === 'string') return value;
  throw new NoVersionAndKind(
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonWord(value)} into Go struct field .${field} of type string`,
  );
}

const jsonWord = (value: Json): string =>
  Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : goType(value).replace(/^(int|float)64$/, 'number');
