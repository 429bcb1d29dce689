// Showing what changes while the cluster's clock goes on: `get --watch`, `events --watch`.
import type { WatchEvents } from '../model/request.js';
import type { Client } from './client.js';
import { notSimulated } from './errors.js';

/** A virtual clock stands still for others: when nothing happened in this much of its time, nothing more will be seen. */
const patience = 3_600_000;

/** What comes back again and again (a container that restarts each hour) would be watched for ever. */
const longest = 86_400_000;

/** `more` asks for what changed since a resourceVersion. With a real clock it ends when the user ends it. */
export function watched(
  client: Client,
  since: string,
  more: (resourceVersion: string) => WatchEvents,
  see: (event: WatchEvents['events'][number]) => void,
): void {
  const start = client.now();
  let resourceVersion = since;
  for (let quiet = 0; client.clock === 'real' || quiet < patience; quiet += client.pass(patience)) {
    if (client.clock === 'virtual' && client.now() - start >= longest)
      throw notSimulated('watching for longer than a day of a virtual clock: changes go on');
    const { events, resourceVersion: now } = more(resourceVersion);
    resourceVersion = now;
    for (const event of events) see(event);
    if (events.length > 0) quiet = 0;
  }
}
