// placeholder until helper D lands discovery
import type { APIResource, Reply, Request } from '../model/request.js';
import { failure } from '../model/status.js';
import type { Json } from '../model/object.js';
import type { Session } from './session.js';
export function discover(session: Session, request: Request): Reply['body'] {
  if (request.resource !== '') throw failure(501, 'NotImplemented', `discovery of ${request.resource} is not there yet`);
  return [...session.core.kinds.values()].map((k): APIResource => ({ ...k.names, verbs: k.verbs })) as unknown as Json;
}
