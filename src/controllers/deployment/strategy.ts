// How the ReplicaSets of a Deployment come to their sizes: rolling, all at once, or without a rollout.
// Mirrors rolling.go, recreate.go and sync.go (sync, scale) of pkg/controller/deployment.
import { isFinished } from '../../kinds/pod/facts.js';
import type { Pod } from '../../model/generated/api.js';
import { desiredAnnotation } from './revisions.js';
import type { Owned, Rollout } from './rollout.js';
import { availableReplicas, isRolling, maxSurge, maxUnavailable, newSize, proportion, specReplicas, statusReplicas } from './sizes.js';
import { isComplete, syncProgress, syncStatus } from './status.js';

/** RollingUpdate: new Pods come as old ones go. */
export function rollOut(rollout: Rollout): void {
  if (!rollout.findNew('made if missing')) return;
  if (!growNew(rollout) && !shrinkOld(rollout) && isComplete(rollout.deployment, rollout.deployment.status)) rollout.cleanUp();
  syncProgress(rollout);
}

function growNew(rollout: Rollout): boolean {
  const { newest, deployment: d, all } = rollout;
  if (!newest) return false;
  const size = newest.spec.replicas ?? 0;
  const desired = d.spec.replicas ?? 0;
  if (size === desired) return false;
  return rollout.scale(newest, size > desired ? desired : newSize(d, all, size));
}

function shrinkOld(rollout: Rollout): boolean {
  const { newest, deployment: d, all } = rollout;
  if (specReplicas(rollout.olds) === 0) return false;
  const minimum = (d.spec.replicas ?? 0) - maxUnavailable(d);
  const starting = newest ? specReplicas([newest]) - availableReplicas([newest]) : 0;
  const most = specReplicas(all) - minimum - starting;
  if (most <= 0) return false;
  const unhealthy = dropUnhealthy(rollout, most);
  return dropHealthy(rollout, minimum) || unhealthy;
}

/** Old Pods that do not work are no loss. */
function dropUnhealthy(rollout: Rollout, most: number): boolean {
  let left = most;
  for (const rs of rollout.olds) {
    const size = rs.spec.replicas ?? 0;
    const broken = size - (rs.status?.availableReplicas ?? 0);
    const n = Math.min(left, broken);
    if (n > 0 && rollout.scale(rs, size - n)) left -= n;
  }
  return left < most;
}

function dropHealthy(rollout: Rollout, minimum: number): boolean {
  const surplus = availableReplicas(rollout.all) - minimum;
  let left = surplus;
  for (const rs of rollout.olds) {
    const size = rs.spec.replicas ?? 0;
    const n = Math.min(left, size);
    if (n > 0 && rollout.scale(rs, size - n)) left -= n;
  }
  return left < surplus;
}

/** Recreate: all old Pods go before the first new one comes. */
export function rollOutAtOnce(rollout: Rollout): void {
  rollout.findNew('existing');
  const active = rollout.olds.filter((rs) => (rs.spec.replicas ?? 0) > 0);
  if (active.map((rs) => rollout.scale(rs, 0)).some(Boolean) || oldPodsRun(rollout)) return syncProgress(rollout);
  if (!rollout.newest && !rollout.findNew('made if missing')) return;
  if (rollout.newest) rollout.scale(rollout.newest, rollout.deployment.spec.replicas ?? 0);
  if (isComplete(rollout.deployment, rollout.deployment.status)) rollout.cleanUp();
  syncProgress(rollout);
}

/** Terminating Pods run still. */
const oldPodsRun = ({ olds, writer }: Rollout): boolean =>
  statusReplicas(olds) > 0 ||
  olds.some((rs) => writer.ownedBy(rs.metadata.uid as string).some((o) => o.kind === 'Pod' && !isFinished(o as unknown as Pod)));

/** A changed spec.replicas, or a paused Deployment: sizes without a rollout. */
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
