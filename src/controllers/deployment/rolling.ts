// RollingUpdate: new Pods come as old ones go. Mirrors pkg/controller/deployment/rolling.go.
import { type Rollout } from './rollout.js';
import { availableReplicas, maxUnavailable, newSize, specReplicas } from './sizes.js';
import { isComplete, syncProgress } from './status.js';

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
