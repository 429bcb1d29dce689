// What an object says it is. Mirrors k8s.io/apimachinery/pkg/runtime/serializer/json (SimpleMetaFactory).
import { goType } from '../lib/go-format.js';
import type { Json } from '../model/object.js';

export interface VersionAndKind {
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Throws what `refuse` makes of the reason when no JSON decoder would read them from `body`. */
export function versionAndKind(body: Json, refuse: (why: string) => Error): VersionAndKind {
  const unread = (what: Json, into: string): Error =>
    refuse(`couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonWord(what)} into ${into}`);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw unread(
      body,
      'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }',
    );
  const text = (field: string): string => {
    const value = body[field] ?? '';
    if (typeof value !== 'string') throw unread(value, `Go struct field .${field} of type string`);
    return value;
  };
  const [apiVersion, kind] = [text('apiVersion'), text('kind')];
  const slash = apiVersion.lastIndexOf('/');
  return { apiVersion, group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1), kind };
}

const jsonWord = (value: Json): string =>
  Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : goType(value).replace(/^(int|float)64$/, 'number');
