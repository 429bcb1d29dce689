// Deleting: grace periods, finalizers and propagation. Mirrors k8s.io/apiserver/pkg/registry/rest/delete.go and
// registry/generic/registry/store.go (Delete); dependents are the garbage collector's work.
import { clone } from '../lib/clone.js';
import { same } from '../lib/same.js';
import type { Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import { conflict, forbidden } from '../model/status.js';
import type { RemoveOptions } from '../model/store.js';
import { timestamp } from '../model/world.js';
import type { Session } from './session.js';

export interface DeleteOptions extends RemoveOptions {
  readonly preconditions?: { uid?: string; resourceVersion?: string };
}

export const finalizersOf = (kind: Kind, obj: KubeObject): readonly string[] => kind.finalizers?.(obj) ?? obj.metadata.finalizers ?? [];

/** Returns the object that remains (with a deletionTimestamp), or undefined when it is gone. */
export function deleteObject(session: Session, kind: Kind, obj: KubeObject, options: DeleteOptions): KubeObject | undefined {
  checkPreconditions(kind, obj, options);
  const grace = kind.gracePeriod?.(obj, options.gracePeriodSeconds) ?? 0;
  const finalizers = withPropagation(obj.metadata.finalizers ?? [], options.propagation);
  const next = kind.terminate?.(clone(obj)) ?? clone(obj);
  if (finalizers.length > 0) next.metadata.finalizers = finalizers;
  if (grace === 0 && finalizersOf(kind, next).length === 0) {
    session.take(kind, obj);
    return undefined;
  }
  // A second DELETE may shorten the grace that runs, never lengthen it.
  if (obj.metadata.deletionTimestamp && (obj.metadata.deletionGracePeriodSeconds ?? 0) <= grace)
    return same(next, obj) ? obj : session.put(kind, next);
  next.metadata.deletionTimestamp = timestamp(session.world.now() + grace * 1000);
  next.metadata.deletionGracePeriodSeconds = grace;
  if (kind.hasGeneration && !obj.metadata.deletionTimestamp) next.metadata.generation = (obj.metadata.generation ?? 0) + 1;
  return session.put(kind, next);
}

export function checkDeletable(kind: Kind, obj: KubeObject): void {
  const why = kind.immortal?.(obj);
  if (why !== undefined) throw forbidden(kind.names, obj.metadata.name, why);
}

function checkPreconditions(kind: Kind, obj: KubeObject, { preconditions }: DeleteOptions): void {
  for (const [field, word] of [
    ['uid', 'UID'],
    ['resourceVersion', 'ResourceVersion'],
  ] as const) {
    const wanted = preconditions?.[field];
    if (wanted && wanted !== obj.metadata[field]) {
      throw conflict(
        kind.names,
        obj.metadata.name,
        `Precondition failed: ${word} in precondition: ${wanted}, ${word} in object meta: ${obj.metadata[field]}`,
      );
    }
  }
}

/** The finalizers by which the garbage collector is told how dependents fare. */
function withPropagation(finalizers: readonly string[], propagation: RemoveOptions['propagation']): string[] {
  const rest = finalizers.filter((f) => f !== 'foregroundDeletion' && f !== 'orphan');
  if (propagation === 'Foreground') return [...rest, 'foregroundDeletion'];
  if (propagation === 'Orphan') return [...rest, 'orphan'];
  return propagation === undefined ? [...finalizers] : rest;
}
