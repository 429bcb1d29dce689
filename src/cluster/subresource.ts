// Creating through a subresource: pods/eviction and pods/binding. Mirrors pkg/registry/core/pod/storage/{eviction,storage}.go.
import type { Kind } from '../model/kind.js';
import type { Reply, Request } from '../model/request.js';
import { failure } from '../model/status.js';
import { deleteObject } from './delete.js';
import { getObject } from './read.js';
import type { Session } from './session.js';

export function subresourceCreate(session: Session, kind: Kind, request: Request): Reply['body'] {
  if (request.subresource !== 'eviction')
    throw failure(501, 'NotImplemented', `creating ${kind.names.plural}/${request.subresource} is not simulated`);
  deleteObject(
    session,
    kind,
    getObject(session, kind, request),
    request.options?.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: request.options.gracePeriodSeconds },
  );
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}
