// PATCH with an applied configuration (server-side apply). Mirrors applyPatcher of k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
import { clone } from '../../lib/clone.js';
import type { Kind } from '../../model/kind.js';
import { groupKind, type Json, type KubeObject } from '../../model/object.js';
import type { Request } from '../../model/request.js';
import { badRequest, failure, invalid } from '../../model/status.js';
import { unmarshal } from '../../model/unmarshal.js';
import { createObject } from '../create.js';
import { normalize } from '../decode.js';
import type { Session } from '../session.js';
import { partOf, updateObject } from '../update.js';
import { applyTo } from './apply-configuration.js';

export function applyConfiguration(session: Session, kind: Kind, request: Request): KubeObject {
  const { group, kind: name } = kind.names;
  const { options = {}, namespace = '', subresource } = request;
  if (!options.fieldManager)
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      { reason: 'FieldValueRequired', field: 'fieldManager', detail: 'is required for apply patch' },
    ]);
  const applied = configuration(session, kind, request);
  const live = session.reader.get(groupKind(group, name), namespace, request.name ?? '');
  const manager = { name: options.fieldManager, ...(subresource && { subresource }) };
  const result = applyTo({ kind, live, applied, manager, force: options.force === true, now: session.world.now() });
  const object = normalize(clone(result.object), kind);
  const fields = { managedFields: result.managedFields };
  if (!live) {
    if (subresource) throw failure(404, 'NotFound', `${kind.names.plural} ${JSON.stringify(request.name)} not found`);
    return createObject(session, kind, object, { validate: true, ...fields });
  }
  return updateObject(session, kind, object, live, { validate: true, part: partOf(kind, subresource), ...fields });
}

/** The body as an object of the kind, with nothing filled in that it does not say. */
function configuration(session: Session, kind: Kind, request: Request): KubeObject {
  const body = request.body as KubeObject;
  const { group, version, kind: name } = kind.names;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  if (body.apiVersion !== apiVersion || body.kind !== name) throw badRequest(`invalid object type: /${body.apiVersion}, Kind=${body.kind}`);
  const { error, strict } = unmarshal(body as Json, kind.schema);
  if (error !== undefined)
    throw failure(
      500,
      '',
      `failed to create typed patch object (${request.namespace ?? ''}/${body.metadata?.name ?? ''}; ${apiVersion}, Kind=${name}): ${error}`,
    );
  const [unknown] = strict;
  if (unknown !== undefined)
    throw failure(
      500,
      '',
      `failed to create typed patch object (${request.namespace ?? ''}/${body.metadata?.name ?? ''}; ${apiVersion}, Kind=${name}): ${strict.map(schemaError).join('\n')}`,
    );
  const { managedFields, ...metadata } = body.metadata;
  if (managedFields && managedFields.length > 0) throw badRequest('metadata.managedFields must be nil');
  if (metadata.name !== undefined && metadata.name !== request.name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`);
  return { ...body, metadata: { ...metadata, name: request.name ?? '', ...(request.namespace && { namespace: request.namespace }) } };
}

/** `unknown field "spec.foo"` in the words of the typed converter. */
const schemaError = (strict: string): string => `.${strict.replace(/^unknown field "(.*)"$/, '$1')}: field not declared in schema`;
