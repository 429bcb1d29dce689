// The Writer that a controller acts with: the same create, update and delete as a client's, without validation of what templates made.
import { sameEventKey } from '../controllers/event-ttl.js';
import { clone } from '../lib/clone.js';
import type { Controller } from '../model/controller.js';
import type { Event } from '../model/generated/api.js';
import { groupKindOf, type KubeObject } from '../model/object.js';
import { notFound } from '../model/status.js';
import type { EventSource, Writer } from '../model/store.js';
import { timestamp } from '../model/world.js';
import type { Manager } from './apply/managed-fields.js';
import { createObject } from './create.js';
import { deleteObject } from './delete.js';
import { managerName } from './programs.js';
import type { Session } from './session.js';
import { updateObject } from './update.js';

const managerOf = (controller: Pick<Controller, 'program'>, subresource?: string): Manager => ({
  name: managerName(controller),
  subresource,
});

/** `now.session` is the call that the writer writes in: a writer may be kept from call to call. */
export function writerFor(now: { readonly session: Session }, controller: Pick<Controller, 'name' | 'program'>): Writer {
  const { store, reader, world, config } = now.session.core;
  const current = (obj: KubeObject): KubeObject | undefined =>
    reader.get(groupKindOf(obj), obj.metadata.namespace ?? '', obj.metadata.name);
  const write = <T extends KubeObject>(obj: T, part: 'spec' | 'status'): T => {
    const { session } = now;
    const kind = session.kindOf(obj);
    const old = current(obj);
    if (!old) throw notFound(kind.names, obj.metadata.name);
    // Within one settle() a controller always sees the newest object: its resourceVersion is not a reason to refuse.
    const { resourceVersion, ...metadata } = obj.metadata;
    // What is written to is the caller's no more; of a status write nothing but status and metadata is taken.
    const next = part === 'status' ? { ...obj, metadata: clone(metadata), status: clone(obj.status) } : clone({ ...obj, metadata });
    return updateObject(session, kind, next, old, {
      validate: false,
      part,
      manager: managerOf(controller, part === 'status' ? part : undefined),
    }) as T;
  };
  return {
    ...reader,
    world,
    config,
    allocator: store.allocations,
    create: (obj) =>
      createObject(now.session, now.session.kindOf(obj), clone(obj), { validate: false, manager: managerOf(controller) }) as typeof obj,
    update: (obj) => write(obj, 'spec'),
    bind: (pod) => now.session.put(now.session.kindOf(pod), clone(pod)) as typeof pod,
    updateStatus: (obj) => write(obj, 'status'),
    remove: (obj, options = {}) => {
      const old = current(obj);
      if (old) deleteObject(now.session, now.session.kindOf(obj), old, options);
    },
    event: (regarding, type, reason, message, source) => recordEvent(now.session, { regarding, type, reason, message, source }),
    after: (ms, key) => store.timers.set({ controller: controller.name, key, at: world.now() + ms }),
    setState: (key, value) => store.state.set(key, value),
  };
}

// Events: one object per distinct occurrence, counted up when it comes again. Mirrors client-go/tools/record.

interface Occurrence {
  readonly regarding: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly source: EventSource;
}

function recordEvent(session: Session, o: Occurrence): void {
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
