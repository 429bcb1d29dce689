// PATCH: JSON, merge and strategic merge patches. Mirrors k8s.io/apiserver/pkg/endpoints/handlers/patch.go. Server-side apply is apply/.
import { goQuote, goType, goValue, orderedJSON, sortedKeys } from '../lib/go-format.js';
import { applyJSONPatch, JSONPatchError } from '../lib/json-patch.js';
import { mergePatch } from '../lib/merge-patch.js';
import { leftover, PatchError, strategicMerge } from '../lib/strategic-merge/index.js';
import { invalidValue } from '../model/field-error.js';
import { inGoOrder } from '../model/go-order.js';
import type { Kind } from '../model/kind.js';
import { mergeSchema } from '../model/merge-schema.js';
import { groupKind, type Json, type KubeObject } from '../model/object.js';
import type { Reply, Request } from '../model/request.js';
import { badRequest, failure, invalid, type StatusError } from '../model/status.js';
import { type Unmarshalled, unmarshal } from '../model/unmarshal.js';
import { applyConfiguration } from './apply/index.js';
import { type Decoded, normalize } from './decode.js';
import { checkConversion } from './from-unstructured.js';
import { managerOf } from './managers.js';
import { getObject } from './read.js';
import { scaleOf, writeScale } from './scale.js';
import type { Session } from './session.js';
import { partOf, updateObject } from './update.js';
import { versionAndKind } from './version-and-kind.js';

type Map = { [key: string]: Json };

/** What a patched object is decoded into. */
interface Target {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: string;
}

const scaleTarget: Target = { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: 'Scale' };

export function patchObject(session: Session, kind: Kind, request: Request): Reply['body'] {
  if (request.options?.patchType === 'apply') return applyConfiguration(session, kind, request);
  const old = getObject(session, kind, request);
  if (request.subresource === 'scale') {
    const { object: scale } = patched(session, scaleOf(kind, old), scaleTarget, request);
    checkName(scale, request);
    return writeScale(session, kind, old, scale, managerOf(request));
  }
  const { object, empties } = patched(session, old, { ...kind.names, schema: kind.schema }, request);
  checkName(object, request);
  return updateObject(session, kind, normalize(object, kind), old, {
    validate: true,
    empties,
    part: partOf(kind, request.subresource),
    manager: managerOf(request),
  });
}

/** A patch cannot make another object of it. */
export function checkName({ metadata }: KubeObject, { name = '', namespace }: Request): void {
  const given = metadata?.name ?? '';
  if (given === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (given !== name) throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  if (namespace && metadata.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

type Patched = Pick<Decoded, 'object' | 'empties'>;

/** The object as the patch would have it, fitting its type. */
function patched(session: Session, old: KubeObject, target: Target, request: Request): Patched {
  switch (request.options?.patchType) {
    case 'json':
      return decoded(session, jsonPatched(inGoOrder(old), request.body), target, request);
    case 'merge':
      return decoded(session, mergePatched(inGoOrder(old), request.body), target, request);
    case 'strategic':
      return strategicPatched(session, old, target.schema, request);
    default:
      throw failure(
        415,
        'UnsupportedMediaType',
        'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
      );
  }
}

const unusable = (value: string, why: string): StatusError => invalid({ group: '', kind: '' }, '', [invalidValue('patch', value, why)]);

function jsonPatched(old: KubeObject, patch: unknown): Json {
  if (!Array.isArray(patch))
    throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonWord(patch)} into Go value of type []handlers.jsonPatchOp`);
  try {
    return applyJSONPatch(old, patch, 'null') as Json;
  } catch (e) {
    if (!(e instanceof JSONPatchError)) throw e;
    throw failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
}

function mergePatched(old: KubeObject, patch: unknown): Json {
  if (!isObject(patch))
    throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonWord(patch)} into Go value of type map[string]interface {}`);
  return mergePatch(old, patch) as Json;
}

/** Goes through a JSON decoder, whose errors show the whole patched object. */
function decoded(session: Session, object: Json, target: Target, request: Request): Patched {
  const refuse = (why: string): StatusError => unusable(orderedJSON(object), why);
  const { type, unfit } = typeAsked(session, object, target, refuse);
  const { value, strict, empties, error } = type === undefined ? asInternal(object) : unmarshal(object, type);
  if (error ?? unfit) throw refuse((error ?? unfit) as string);
  const validation = request.options?.fieldValidation ?? 'Warn';
  if (strict.length > 0 && validation === 'Strict') throw refuse(`strict decoding error: ${strict.join(', ')}`);
  warn(session, strict, validation);
  return { object: value as unknown as KubeObject, empties };
}

/** The type that the object says it is of, none for the server's own without a version; and why it is not the wanted one. */
function typeAsked(
  session: Session,
  object: Json,
  target: Target,
  refuse: (why: string) => StatusError,
): { type?: string; unfit?: string } {
  const { apiVersion, group, version, ...given } = versionAndKind(object, refuse);
  const kind = given.kind || target.kind;
  if (group.includes('/')) throw refuse(`unexpected GroupVersion string: ${apiVersion}`);
  if (apiVersion === '') return {};
  if (group === target.group && version === target.version && kind === target.kind) return { type: target.schema };
  const other = session.core.kinds.get(groupKind(group, kind));
  if (other?.names.version !== version)
    throw refuse(`no kind "${kind}" is registered for version "${apiVersion}" in scheme "pkg/runtime/scheme.go:111"`);
  const wanted = `${target.group.split('.')[0] || 'core'}.${target.kind}`;
  return { type: other.schema, unfit: `converting (${version}.${kind}) to (${wanted}): unknown conversion` };
}

/** Without apiVersion it is read into the type that the server itself works with, whose fields JSON does not know: nothing comes of it. */
function asInternal(object: Json): Unmarshalled {
  const unknown = sortedKeys(object as Map).filter((key) => key !== 'apiVersion' && key !== 'kind');
  return { value: { metadata: {} }, strict: unknown.map((key) => `unknown field ${goQuote(key)}`), empties: new Set() };
}

/** Goes through the converter, whose errors show what is left of the patch. */
function strategicPatched(session: Session, old: KubeObject, type: string, request: Request): Patched {
  const patch = request.body;
  if (!isObject(patch)) throw badRequest(`json: cannot unmarshal ${jsonWord(patch)} into Go value of type map[string]interface {}`);
  const schema = mergeSchema(type);
  const object = strategically(() => strategicMerge(old, patch, schema)) as Json;
  const validation = request.options?.fieldValidation ?? 'Warn';
  const { error, strict } = checkConversion(object, type);
  if (error !== undefined) throw unusable(goValue(leftover(old, patch, schema)), error);
  if (strict.length > 0 && validation === 'Strict')
    throw unusable(goValue(leftover(old, patch, schema)), `strict decoding error: ${strict.join(', ')}`);
  warn(session, strict, validation);
  const { value, empties } = unmarshal(object, type);
  return { object: value as unknown as KubeObject, empties };
}

function strategically<T>(merge: () => T): T {
  try {
    return merge();
  } catch (e) {
    if (!(e instanceof PatchError)) throw e;
    if (e.message.startsWith('invalid patch format')) throw badRequest(e.message);
    if (e.message === 'lists of lists are not supported')
      throw failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
    throw failure(500, '', e.message);
  }
}

function warn(session: Session, strict: readonly string[], validation: 'Strict' | 'Warn' | 'Ignore'): void {
  if (validation === 'Warn') for (const w of strict) session.warnings.add(w);
}

const isObject = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);

const jsonWord = (value: unknown): string =>
  Array.isArray(value)
    ? 'array'
    : goType(value)
        .replace(/^(int|float)64$/, 'number')
        .replace(/^map.*/, 'object');
