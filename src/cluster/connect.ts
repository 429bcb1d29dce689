// placeholder until helper H lands connect (exec, log, attach)
import type { Kind } from '../model/kind.js';
import type { Reply, Request } from '../model/request.js';
import { failure } from '../model/status.js';
import type { Session } from './session.js';
export function connect(_session: Session, _kind: Kind, _request: Request): Reply['body'] {
  throw failure(501, 'NotImplemented', 'connect is not simulated yet');
}
