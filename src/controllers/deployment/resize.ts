// A changed spec.replicas, or a paused Deployment: sizes without a rollout. Mirrors sync and scale of pkg/controller/deployment/sync.go.
import { desiredAnnotation } from './revisions.js';
import type { Owned, Rollout } from './rollout.js';
import { availableReplicas, isRolling, maxSurge, proportion, specReplicas } from './sizes.js';
import { syncStatus } from './status.js';

export function resize(rollout: Rollout): void {
  rollout.findNew('existing');
  share(rollout);
  if (rollout.deployment.spec.paused) rollout.cleanUp();
  syncStatus(rollout);
}

const isActive = (rs: Owned): boolean => (rs.spec.replicas ?? 0) > 0;

function share(rollout: Rollout): void {
  const desired = rollout.deployment.spec.replicas ?? 0;
  const only = onlyActive(rollout);
  if (only) {
    if (only.spec.replicas !== desired) rollout.scale(only, desired);
    return;
  }
  if (isSaturated(rollout)) {
    for (const rs of rollout.olds.filter(isActive)) rollout.scale(rs, 0);
  } else if (isRolling(rollout.deployment)) shareOut(rollout);
}

/** The one ReplicaSet that has Pods, or the newest when none has; undefined in the middle of a rollout. */
function onlyActive({ all, newest, olds }: Rollout): Owned | undefined {
  const active = all.filter(isActive);
  if (active.length === 0) return newest ?? olds[olds.length - 1];
  return active.length === 1 ? active[0] : undefined;
}

function isSaturated({ newest, deployment: d }: Rollout): boolean {
  if (!newest) return false;
  const desired = d.spec.replicas ?? 0;
  return (
    Number(newest.metadata.annotations?.[desiredAnnotation]) === desired &&
    newest.spec.replicas === desired &&
    availableReplicas([newest]) === desired
  );
}

/** Every ReplicaSet by its share; what rounding leaves goes to the first: the biggest, of equals the newest (the oldest when shrinking). */
function shareOut(rollout: Rollout): void {
  const { deployment: d } = rollout;
  const desired = d.spec.replicas ?? 0;
  const active = rollout.all.filter(isActive);
  const toAdd = (desired > 0 ? desired + maxSurge(d) : 0) - specReplicas(active);
  const age = toAdd > 0 ? -1 : 1;
  const ordered = active
    .map((rs, i) => ({ rs, i }))
    .sort((a, b) => (b.rs.spec.replicas ?? 0) - (a.rs.spec.replicas ?? 0) || age * (a.i - b.i))
    .map(({ rs }) => rs);
  let added = 0;
  const sizes = ordered.map((rs) => {
    const n = proportion(rs, d, toAdd, added);
    added += n;
    return (rs.spec.replicas ?? 0) + n;
  });
  ordered.forEach((rs, i) => {
    const leftover = i === 0 && toAdd !== 0 ? toAdd - added : 0;
    rollout.scale(rs, Math.max(0, (sizes[i] as number) + leftover));
  });
}
