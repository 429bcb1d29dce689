// What becomes of a request's body: an object of the kind, normalised as Go's types would have it, or a refusal.
// Mirrors k8s.io/apiserver/pkg/endpoints/handlers (create.go, rest.go: transformDecodeError) and runtime/serializer/json.
import { clone } from '../lib/clone.js';
import { goJSON } from '../lib/go-format.js';
import type { Kind } from '../model/kind.js';
import { type Json, type KubeObject, apiVersionOf } from '../model/object.js';
import { schemaType } from '../model/schema.js';
import { badRequest, failure } from '../model/status.js';
import { unmarshal, zero } from '../model/unmarshal.js';
import { versionAndKind } from './version-and-kind.js';

/** What the API server reads of a request. */
const largestBody = 3 * 1024 * 1024;

export type Validation = 'Strict' | 'Warn' | 'Ignore';

export interface Decoded {
  readonly object: KubeObject;
  readonly warnings: string[];
  readonly empties: ReadonlySet<string>;
}

/** Throws a StatusError for what does not fit; unknown fields are dropped, with a warning each, unless validation is Strict. */
export function decode(body: Json | KubeObject, kind: Kind, validation: Validation): Decoded {
  if (JSON.stringify(body).length > largestBody)
    throw failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${largestBody}`);
  const { kind: name, version } = kind.names;
  const given = versionAndKind(body as Json, badRequest);
  const refuse = (why: string): Error =>
    given.kind === ''
      ? badRequest(`the object provided is unrecognized (must be of type ${name}): ${why} (${summary(body as Json)})`)
      : badRequest(`${given.kind} in version "${given.version}" cannot be handled as a ${name}: ${why}`);
  if (given.kind === '') throw refuse(`Object 'Kind' is missing in '${goJSON(body)}'`);
  if (given.kind !== name || given.version !== version)
    throw refuse(`no kind "${given.kind}" is registered for version "${given.apiVersion}" in scheme "pkg/runtime/scheme.go:111"`);
  const { value, strict, empties, error } = unmarshal(body as Json, kind.schema);
  if (error !== undefined) throw refuse(error);
  if (strict.length > 0 && validation === 'Strict') throw refuse(`strict decoding error: ${strict.join(', ')}`);
  return { object: complete(value, kind), warnings: validation === 'Warn' ? [...strict] : [], empties };
}

/** A body of a fixed type: Scale, Eviction, DeleteOptions. */
export function decodeAs(body: Json | KubeObject, type: string): KubeObject {
  const { value, error } = unmarshal(body as Json, type);
  if (error !== undefined) throw badRequest(error);
  return value as unknown as KubeObject;
}

/** An object made inside the server half, with the zero values that a client of the API would see. */
export const normalize = (object: KubeObject, kind: Kind): KubeObject => normalized(object, kind).object;

export function normalized(object: KubeObject, kind: Kind): Pick<Decoded, 'object' | 'empties'> {
  const { value, empties } = unmarshal(object, kind.schema);
  return { object: complete(value, kind), empties };
}

/** The status of an object that has none yet: `{"loadBalancer":{}}` for a Service. */
export function emptyStatus(kind: Kind): Json | undefined {
  const field = schemaType(kind.schema)?.fields.get('status');
  return field ? clone(zero(field.type)) : undefined;
}

function complete(value: Json, kind: Kind): KubeObject {
  const { apiVersion: _, kind: __, metadata, ...rest } = value as unknown as KubeObject;
  return { apiVersion: apiVersionOf(kind.names), kind: kind.names.kind, metadata, ...rest };
}

/** The first 30 characters of the body. */
function summary(body: Json): string {
  const text = goJSON(body);
  return text.length > 30 ? `${text.slice(0, 29)}...` : text;
}
