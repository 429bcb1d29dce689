// Events: one object per distinct occurrence, counted up when it comes again. Mirrors client-go/tools/record.
import { createHash } from 'node:crypto';
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
  const name = `${metadata.name}.${fingerprint(o)}`;
  const now = timestamp(session.world.now());
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
        reason: o.reason,
        message: o.message,
        source: { component: o.source.component, ...(o.source.host && { host: o.source.host }) },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
        type: o.type,
        reportingComponent: o.source.component,
        reportingInstance: o.source.host ?? '',
      } as Event & KubeObject);
  session.put(session.kindOf(event), event);
}

/** Same object, same words: same Event. */
const fingerprint = (o: Occurrence): string =>
  createHash('sha256')
    .update([o.regarding.metadata.uid, o.type, o.reason, o.message, o.source.component, o.source.fieldPath].join('\0'))
    .digest('hex')
    .slice(0, 16);
