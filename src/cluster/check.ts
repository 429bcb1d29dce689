// The invariants of a cluster file: indexes agree with the objects, allocations with those who hold them, and every controller, woken with
// every object, finds nothing to do. What `kubelab cluster check` says.
import { groupKindFor, type Kind } from '../model/kind.js';
import { keyOf, type KubeObject } from '../model/object.js';
import { type Core, Session } from './session.js';
import { catchUp, settle } from './settle.js';

/** One line for each thing that is wrong. Nothing is written. */
export function checkCluster(core: Core): string[] {
  const { store } = core;
  return [...store.read(() => store.check()), ...store.write(() => [...unsettled(core), ...misallocated(core)], { commit: false })];
}

/** Recomputes all that controllers keep (endpoints, replicas, statuses) and names what would change. */
function unsettled(core: Core): string[] {
  core.world.begin();
  const session = new Session(core, { dryRun: true });
  catchUp(session, core.world.now());
  const before = core.store.pending().length;
  for (const [kind, object] of everything(core)) session.wake({ rev: core.store.rev, type: 'ADDED', kind: groupKindFor(kind), object });
  settle(session);
  const changes = core.store.pending().slice(before);
  return changes
    .filter((c) => c.kind !== 'Event')
    .map((c) => `${c.kind} ${keyOf(c.object)}: its controller would write it anew (${c.type})`);
}

/** Every object's claims are allocated to it, and nothing else is allocated. */
function misallocated(core: Core): string[] {
  const claims = new Map<string, string>();
  const wrong: string[] = [];
  for (const [kind, object] of everything(core)) {
    for (const { pool, value, owner } of kind.claims?.(object) ?? []) {
      const other = claims.get(`${pool} ${value}`);
      if (other !== undefined && other !== owner) wrong.push(`${pool} ${value} is claimed by ${other} and ${owner}`);
      claims.set(`${pool} ${value}`, owner);
    }
  }
  for (const { pool, value, owner } of core.store.allocations.all()) {
    const claimed = claims.get(`${pool} ${value}`);
    if (claimed !== owner) wrong.push(`${pool} ${value} is allocated to ${owner}, but claimed by ${claimed ?? 'nobody'}`);
    claims.delete(`${pool} ${value}`);
  }
  return [...wrong, ...[...claims].map(([what, owner]) => `${what} is claimed by ${owner}, but not allocated`)];
}

const everything = (core: Core): [Kind, KubeObject][] =>
  [...core.kinds].flatMap(([name, kind]) => core.reader.list(name).map((object): [Kind, KubeObject] => [kind, object]));
