// Events: one object per distinct occurrence, counted up when it comes again. Mirrors client-go/tools/record.
import { sameEventKey } from '../controllers/event-ttl.js';
import type { Event } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import type { EventSource } from '../model/store.js';
import { timestamp } from '../model/world.js';
import type { Session } from './session.js';

export interface Occurrence {
  readonly regarding: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly source: EventSource;
}

export function recordEvent(session: Session, o: Occurrence): void {
  const { metadata, apiVersion, kind } = o.regarding;
  const namespace = metadata.namespace ?? 'default';
  const now = timestamp(session.world.now());
  const name = nameOf(session, o, namespace);
  const old = session.reader.get('Event', namespace, name);
  const event: Event & KubeObject = old
    ? { ...old, count: (old.count ?? 1) + 1, lastTimestamp: now }
    : ({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace, uid: session.world.uid(), creationTimestamp: now },
        involvedObject: {
          apiVersion,
          kind,
          name: metadata.name,
          ...(metadata.namespace && { namespace: metadata.namespace }),
          ...(metadata.uid && { uid: metadata.uid }),
          ...(metadata.resourceVersion && { resourceVersion: metadata.resourceVersion }),
          ...(o.source.fieldPath && { fieldPath: o.source.fieldPath }),
        },
        eventTime: null,
        reason: o.reason,
        message: o.message,
        source: { component: o.source.component, ...(o.source.host && { host: o.source.host }) },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        type: o.type,
        reportingComponent: o.source.component,
        reportingInstance: o.source.host ?? '',
      } as unknown as Event & KubeObject);
  session.put(session.kindOf(event), event);
}

/**
 * The name of the Event that says this already, or a new one: upstream's names end in the nanosecond of the first occurrence, so that
 * the Events of one object are listed in the order in which they came, however many of them one instant has.
 */
function nameOf(session: Session, o: Occurrence, namespace: string): string {
  const { state } = session.core.store;
  const { uid } = o.regarding.metadata;
  const { type, reason, message, source } = o;
  const key = sameEventKey({
    type,
    reason,
    message,
    source,
    involvedObject: { ...(uid && { uid }), ...(source.fieldPath && { fieldPath: source.fieldPath }) },
  });
  const kept = state.get(key);
  if (typeof kept === 'string' && session.reader.get('Event', namespace, kept)) return kept;
  const nanoseconds = BigInt(session.world.now()) * 1_000_000n + BigInt(session.core.store.rev % 1_000_000);
  const name = `${o.regarding.metadata.name}.${nanoseconds.toString(16)}`;
  state.set(key, name);
  return name;
}
