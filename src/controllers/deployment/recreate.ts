// Recreate: all old Pods go before the first new one comes. Mirrors pkg/controller/deployment/recreate.go.
import type { Pod } from '../../model/generated/api.js';
import { isFinished } from '../pods.js';
import type { Rollout } from './rollout.js';
import { statusReplicas } from './sizes.js';
import { isComplete, syncProgress } from './status.js';

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
