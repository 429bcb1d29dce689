// placeholder until helper C's patches land: merge patches only
import { clone } from '../lib/clone.js';
import type { Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import type { Reply, Request } from '../model/request.js';
import { failure } from '../model/status.js';
import { decode } from './decode.js';
import { getObject } from './read.js';
import type { Session } from './session.js';
import { updateObject } from './update.js';

export function patchObject(session: Session, kind: Kind, request: Request): Reply['body'] {
  const old = getObject(session, kind, request);
  if (request.options?.patchType !== 'merge')
    throw failure(501, 'NotImplemented', `${request.options?.patchType} patches are not there yet`);
  const patched = merge(clone(old), request.body);
  const { object } = decode(patched as KubeObject, kind, request.options.fieldValidation ?? 'Warn');
  return updateObject(session, kind, object, old, { validate: true, part: request.subresource === 'status' ? 'status' : 'spec' });
}

function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const out = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...(target as Record<string, unknown>) } : {};
  for (const [k, v] of Object.entries(patch)) {
    if (v === null) delete (out as Record<string, unknown>)[k];
    else (out as Record<string, unknown>)[k] = merge((out as Record<string, unknown>)[k], v);
  }
  return out;
}
