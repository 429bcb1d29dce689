// Events are forgotten an hour after they last happened. Mirrors the lease that kube-apiserver (--event-ttl) gives them in etcd.
import { fnv32a } from '../lib/fnv.js';
import type { Controller } from '../model/controller.js';
import type { Event } from '../model/generated/api.js';
import type { Writer } from '../model/store.js';

const ttl = 3_600_000;

/** Set while a sweep is planned. */
const planned = 'event-ttl';

export const eventTTL: Controller = {
  name: 'event-ttl',
  program: 'own',
  watches: { Event: (_change, reader) => (reader.state(planned) === undefined ? ['sweep'] : []) },
  reconcile: sweep,
};

function sweep(key: string, writer: Writer): void {
  const now = writer.world.now();
  let next = Number.POSITIVE_INFINITY;
  for (const event of writer.list('Event')) {
    const end = expiry(event);
    if (end > now) next = Math.min(next, end);
    else {
      writer.setState(sameEventKey(event), undefined);
      writer.remove(event);
    }
  }
  const goesOn = Number.isFinite(next);
  if (goesOn) writer.after(next - now, key);
  if (goesOn !== (writer.state(planned) !== undefined)) writer.setState(planned, goesOn ? true : undefined);
}

const expiry = (e: Event): number => Date.parse(e.lastTimestamp ?? e.eventTime ?? e.metadata.creationTimestamp ?? '') + ttl;

/** What makes two occurrences the same Event: the same object, the same words. */
type Sameness = Pick<Event, 'type' | 'reason' | 'message' | 'involvedObject' | 'source'>;

/** State key under which the name of the Event that says this is kept: 64 bits in hexadecimal. */
export function sameEventKey(e: Sameness): string {
  const text = [e.involvedObject.uid, e.type, e.reason, e.message, e.source?.component, e.involvedObject.fieldPath].join('\0');
  return `event/${[fnv32a(text), fnv32a(text, 0x050c5d1f)].map((n) => n.toString(16).padStart(8, '0')).join('')}`;
}
