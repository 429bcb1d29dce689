// Notes that a Deployment was paused or resumed, so that the wait does not count against its deadline. Mirrors checkPausedConditions.
import { conditionOf, conditions, withCondition } from './conditions.js';
import type { Rollout } from './rollout.js';

export function notePause(rollout: Rollout): void {
  const { deployment: d, writer, now, hasDeadline } = rollout;
  const current = conditionOf(d, 'Progressing');
  if (!hasDeadline || current?.reason === 'ProgressDeadlineExceeded') return;
  const noted = current?.reason === 'DeploymentPaused';
  if (noted === Boolean(d.spec.paused)) return;
  const said = d.spec.paused ? conditions.paused : conditions.resumed;
  rollout.deployment = writer.updateStatus({
    ...d,
    status: { ...d.status, conditions: withCondition(d.status?.conditions ?? [], said, now) },
  });
}
