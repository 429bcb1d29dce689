// Runs the controllers that a write or a due timer woke, until nothing changes. Controllers take turns in their list's order, each with all
// its keys: ten Pods are scheduled, then started, then counted once, instead of ten times one after the other.
import type { Controller } from '../model/controller.js';
import { runs, welcome } from './programs.js';
import type { Writer } from '../model/store.js';
import type { Core, Session } from './session.js';
import { writerFor } from './writer.js';

/** Rounds after which controllers must be fighting each other. */
const tooMany = 2000;

/** Timers that one call catches up on (a cluster left alone for weeks); what is later runs late. */
const mostTimers = 20_000;

/** Keys after which a command has much to do. */
const much = 100;

/** What the launcher does for such a command; nobody is asked where there is none. */
const { kubelabPatience } = globalThis as { kubelabPatience?: () => void };
let reconciled = 0;

export function settle(session: Session): void {
  const { controllers } = session.core;
  const at = actingIn(session);
  for (let round = 0; ; round++) {
    welcome(session);
    const busy = session.queues.findIndex((q) => q.size > 0);
    if (busy < 0) return;
    if (round === tooMany)
      throw new Error(
        `controllers do not settle: ${controllers[busy]?.name} still has ${[...(session.queues[busy] as Set<string>)].join(', ')}`,
      );
    controllers.forEach((controller, i) => drain(session, controller, session.queues[i] as Set<string>, at));
  }
}

interface Acting {
  session: Session;
  readonly writers: Map<Controller, Writer>;
}

/** Writers are kept: a command may settle hundreds of times. */
const acting = new WeakMap<Core, Acting>();

function actingIn(session: Session): Acting {
  const at = acting.get(session.core) ?? { session, writers: new Map<Controller, Writer>() };
  at.session = session;
  acting.set(session.core, at);
  return at;
}

function drain(session: Session, controller: Controller, queue: Set<string>, at: Acting): void {
  if (queue.size === 0) return;
  // Nobody is there to act; it will see everything when its program comes back.
  if (!runs(session.reader, controller)) return queue.clear();
  const writer = at.writers.get(controller) ?? writerFor(at, controller);
  at.writers.set(controller, writer);
  // A key added while draining is taken in the same turn; a key is out of the queue before it is worked on, so it can come back.
  for (const key of queue) {
    queue.delete(key);
    controller.reconcile(key, writer);
    if (++reconciled === much) kubelabPatience?.();
  }
}

/** Runs what is due up to `until` (milliseconds), each timer at its own moment, then leaves the clock at `until`. */
export function catchUp(session: Session, until: number): void {
  const { timers } = session.core.store;
  settle(session);
  for (let n = 0; n < mostTimers; n++) {
    const timer = timers.take(until);
    if (!timer) break;
    if (timer.at > session.world.now()) session.world.setNow(timer.at);
    const i = session.core.controllers.findIndex((c) => c.name === timer.controller);
    session.queues[i]?.add(timer.key);
    // Timers of one moment are worked on together.
    if (timers.next()?.at !== timer.at) settle(session);
  }
  settle(session);
  if (until > session.world.now()) session.world.setNow(until);
}
