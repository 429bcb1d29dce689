// PATCH with an applied configuration (server-side apply). Mirrors applyPatcher of k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
import { clone } from '../../lib/clone.js';
import { groupKindFor, type Kind } from '../../model/kind.js';
import { apiVersionOf, type Json, type KubeObject } from '../../model/object.js';
import type { Request } from '../../model/request.js';
import { badRequest, failure, invalid } from '../../model/status.js';
import { createObject } from '../create.js';
import { normalized } from '../decode.js';
import type { Session } from '../session.js';
import { partOf, updateObject } from '../update.js';
import { checkConversion } from '../from-unstructured.js';
import { applyTo } from './apply-configuration.js';
import { joined, typeProblems } from './typed.js';

export function applyConfiguration(session: Session, kind: Kind, request: Request): KubeObject {
  const { options = {}, namespace = '', subresource } = request;
  if (!options.fieldManager)
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      { reason: 'FieldValueRequired', field: 'fieldManager', detail: 'is required for apply patch' },
    ]);
  const applied = configuration(session, kind, request);
  const live = session.reader.get(groupKindFor(kind), namespace, request.name ?? '');
  const manager = { name: options.fieldManager, ...(subresource && { subresource }) };
  const result = applyTo({ kind, live, applied, manager, force: options.force === true, now: session.world.now() });
  const { error } = checkConversion(result.object as unknown as Json, kind.schema);
  if (error !== undefined) {
    const why = `unable to convert unstructured object to ${typeOf(kind)}: ${error}`;
    throw failure(500, '', `failed to convert new object (${nameOf(applied, kind)}) to proper version: ${why}`);
  }
  const { object, empties } = normalized(clone(result.object), kind);
  const fields = { managedFields: result.managedFields };
  if (!live) {
    if (subresource) throw failure(404, 'NotFound', `${kind.names.plural} ${JSON.stringify(request.name)} not found`);
    return createObject(session, kind, object, { validate: true, empties, ...fields });
  }
  return updateObject(session, kind, object, live, { validate: true, empties, part: partOf(kind, subresource), ...fields });
}

/** `/v1, Kind=Pod` */
const typeOf = ({ names: { group, version, kind } }: Kind): string => `${group}/${version}, Kind=${kind}`;

const nameOf = ({ metadata }: KubeObject, kind: Kind): string => `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}; ${typeOf(kind)}`;

/** The body as an object of the kind, with nothing filled in that it does not say. */
function configuration(session: Session, kind: Kind, request: Request): KubeObject {
  const body = request.body as KubeObject;
  if (body.apiVersion !== apiVersionOf(kind.names) || body.kind !== kind.names.kind)
    throw badRequest(`invalid object type: /${body.apiVersion}, Kind=${body.kind}`);
  const { managedFields, ...metadata } = body.metadata;
  if (managedFields && managedFields.length > 0) throw badRequest('metadata.managedFields must be nil');
  const problems = typeProblems(body, kind.schema);
  if (problems.length > 0) throw failure(500, '', `failed to create typed patch object (${nameOf(body, kind)}): ${joined(problems)}`);
  if (metadata.name !== undefined && metadata.name !== request.name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`);
  return { ...body, metadata: { ...metadata, name: request.name ?? '', ...(request.namespace && { namespace: request.namespace }) } };
}
