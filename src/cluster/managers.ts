// placeholder until helper C lands managedFields
import type { KubeObject } from '../model/object.js';
import type { Request } from '../model/request.js';
import type { Session } from './session.js';
export function trackManager(_obj: KubeObject, _old: KubeObject | undefined, _session: Session, _request: Request): void {}
