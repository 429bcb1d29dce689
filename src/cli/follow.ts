// Watching one object while the cluster's clock goes on: `rollout status`, `wait`, and what is deleted to make room for its successor. Mirrors client-go/tools/watch (UntilWithSync).
import type { KubeObject } from '../model/object.js';
import type { WatchEvents } from '../model/request.js';
import type { Client } from './client.js';
import { UsageError } from './errors.js';
import { type ItemQuery, liveObject, requestFor } from './resources.js';

/** Without a timeout: how long a virtual clock may run with nothing happening before it is plain that nothing will. */
const patience = 3_600_000;

/** `undefined`: the object is not there, or no more. Returns true when it has seen enough. */
type Watcher = (object: KubeObject | undefined) => boolean;

type Followed = 'done' | 'timeout' | 'nothing more happens';

/** Shows `see` the object as it is and then each change, for `timeout` milliseconds (Infinity: as long as it takes). */
export function follow(client: Client, query: ItemQuery, timeout: number, see: Watcher): Followed {
  const start = client.now();
  // Not the object's own resourceVersion: one that rests was changed before what the server remembers.
  let { resourceVersion } = client.call<WatchEvents>(requestFor(query, 'watch'));
  if (see(liveObject(query, client))) return 'done';
  for (let quiet = 0; quiet < patience || client.clock === 'real' || Number.isFinite(timeout); ) {
    const left = start + timeout - client.now();
    if (left <= 0) return 'timeout';
    quiet += client.pass(Math.min(left, patience));
    const watched = client.call<WatchEvents>(requestFor(query, 'watch', { options: { resourceVersion } }));
    resourceVersion = watched.resourceVersion;
    for (const { type, object } of watched.events) {
      quiet = 0;
      if (see(type === 'DELETED' ? undefined : object)) return 'done';
    }
  }
  return 'nothing more happens';
}

/** kubectl waits a week when it is told to wait for ever. */
export const forEver = 168 * 3_600_000;

/** For replace --force and apply --force. */
export function waitUntilGone(item: Pick<ItemQuery, 'resource' | 'namespace' | 'name'>, client: Client, timeout: number): void {
  const deadline = client.now() + timeout;
  while (liveObject(item, client)) {
    if (client.now() >= deadline) throw new UsageError('timed out waiting for the condition');
    client.pass(deadline - client.now());
  }
}
