// The Writer that a controller acts with: the same create, update and delete as a client's, without validation of what templates made.
import { clone } from '../lib/clone.js';
import type { Controller } from '../model/controller.js';
import { groupKindOf, type KubeObject } from '../model/object.js';
import { notFound } from '../model/status.js';
import type { Writer } from '../model/store.js';
import type { Manager } from './apply/managed-fields.js';
import { createObject } from './create.js';
import { deleteObject } from './delete.js';
import { recordEvent } from './events.js';
import { managerName } from './programs.js';
import type { Session } from './session.js';
import { updateObject } from './update.js';

const managerOf = (controller: Pick<Controller, 'name'>, subresource?: string): Manager => ({
  name: managerName(controller.name),
  subresource,
});

/** `now.session` is the call that the writer writes in: a writer may be kept from call to call. */
export function writerFor(now: { readonly session: Session }, controller: Pick<Controller, 'name'>): Writer {
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
