// Waiting until a deleted object is gone, to make its successor: replace --force and apply --force.
import type { KubeObject } from '../model/object.js';
import type { Client } from './client.js';
import { UsageError } from './errors.js';
import { type ItemQuery, requestFor } from './resources.js';
import { StatusError } from '../model/status.js';

/** kubectl waits a week when it is told to wait for ever. */
export const forEver = 168 * 3_600_000;

export function waitUntilGone(item: Pick<ItemQuery, 'resource' | 'namespace' | 'name'>, client: Client, timeout: number): void {
  const deadline = client.now() + timeout;
  while (exists(item, client)) {
    if (client.now() >= deadline) throw new UsageError('timed out waiting for the condition');
    client.pass(deadline - client.now());
  }
}

function exists(item: Pick<ItemQuery, 'resource' | 'namespace' | 'name'>, client: Client): boolean {
  try {
    client.call<KubeObject>(requestFor(item, 'get'));
    return true;
  } catch (e) {
    if (e instanceof StatusError && e.status.reason === 'NotFound') return false;
    throw e;
  }
}
