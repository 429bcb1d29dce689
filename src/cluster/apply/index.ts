// placeholder until helper C lands server-side apply
import type { Kind } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';
import type { Request } from '../../model/request.js';
import { failure } from '../../model/status.js';
import type { Session } from '../session.js';
export function applyConfiguration(_session: Session, _kind: Kind, _request: Request): KubeObject {
  throw failure(501, 'NotImplemented', 'server-side apply is not there yet');
}
