// Sends what a verb changed in a live object as a JSON merge patch, as label and annotate do.
import { createMergePatch } from '../lib/merge-patch.js';
import type { Json, KubeObject } from '../model/object.js';
import type { Client } from './client.js';
import { requestFor, type Target } from './resources.js';
import type { DryRun } from './write-flags.js';

export interface Sending {
  readonly client: Client;
  readonly dryRun: DryRun;
  readonly fieldManager: string;
}

/** The object as the server has it then. A changed resourceVersion is a precondition. */
export function mergePatchTo(target: Target, changed: KubeObject, { client, dryRun, fieldManager }: Sending): KubeObject {
  const body = createMergePatch(target.object, changed) as Json;
  const options = { patchType: 'merge' as const, fieldManager, ...(dryRun === 'server' && { dryRun: true }) };
  return client.call<KubeObject>(requestFor(target, 'patch', { body, options }));
}
