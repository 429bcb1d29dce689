// PATCH: apply the patch to the live object, decode the result, update. Mirrors k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
import { goValue } from '../lib/go-format.js';
import { applyJSONPatch, JSONPatchError } from '../lib/json-patch.js';
import { mergePatch } from '../lib/merge-patch.js';
import { PatchError, strategicMerge } from '../lib/strategic-merge/index.js';
import { invalidValue } from '../model/field-error.js';
import type { Kind } from '../model/kind.js';
import type { Json, KubeObject } from '../model/object.js';
import type { Reply, Request } from '../model/request.js';
import { badRequest, failure, invalid, StatusError } from '../model/status.js';
import { applyConfiguration } from './apply/index.js';
import { decode, decodeAs } from './decode.js';
import { mergeSchemaOf } from './merge-schema.js';
import { trackManager } from './managers.js';
import { getObject } from './read.js';
import { scaleOf, writeScale } from './scale.js';
import type { Session } from './session.js';
import { updateObject } from './update.js';

type Map = Record<string, unknown>;

export function patchObject(session: Session, kind: Kind, request: Request): Reply['body'] {
  if (request.options?.patchType === 'apply') return applyConfiguration(session, kind, request);
  const old = getObject(session, kind, request);
  if (request.subresource === 'scale') {
    const scale = patched(scaleOf(kind, old), request, undefined);
    return writeScale(session, kind, old, decodeAs(scale as KubeObject, 'Scale'));
  }
  const object = decoded(session, kind, request, patched(old, request, kind));
  trackManager(object, old, session, request);
  return updateObject(session, kind, object, old, { validate: true, part: request.subresource === 'status' ? 'status' : 'spec' });
}

function patched(object: KubeObject, request: Request, kind: Kind | undefined): unknown {
  const patch = request.body as Json;
  switch (request.options?.patchType) {
    case 'json':
      return jsonPatched(object, patch);
    case 'merge':
      return mergePatch(object, patch);
    case 'strategic':
      return strategicPatched(object, patch as Map, kind);
    default:
      throw failure(
        415,
        'UnsupportedMediaType',
        `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml`,
      );
  }
}

/** What a JSON patch cannot do (a failed test, a path that is not there) is the client's fault, without a word why. */
function jsonPatched(object: KubeObject, patch: Json): unknown {
  try {
    return applyJSONPatch(object, patch);
  } catch (e) {
    if (!(e instanceof JSONPatchError)) throw e;
    if (!Array.isArray(patch)) throw badRequest(e.message);
    throw failure(422, 'Invalid', 'the server rejected our request due to an error in our request');
  }
}

function strategicPatched(object: KubeObject, patch: Map, kind: Kind | undefined): unknown {
  try {
    return strategicMerge(object, patch, kind && mergeSchemaOf(kind));
  } catch (e) {
    if (!(e instanceof PatchError)) throw e;
    throw failure(422, 'Invalid', e.message);
  }
}

/** The patched object as the kind; what does not decode is told with the whole patch. */
function decoded(session: Session, kind: Kind, request: Request, result: unknown): KubeObject {
  try {
    const { object, warnings } = decode(result as KubeObject, kind, request.options?.fieldValidation ?? 'Warn');
    for (const w of warnings) session.warnings.add(w);
    return object;
  } catch (e) {
    if (!(e instanceof StatusError)) throw e;
    const shown = request.options?.patchType === 'strategic' ? goValue(request.body) : JSON.stringify(result);
    throw invalid({ group: '', kind: '' }, '', [invalidValue('patch', shown, e.message)]);
  }
}
