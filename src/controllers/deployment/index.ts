// Rolls a Deployment's template out through ReplicaSets. Mirrors pkg/controller/deployment.
import type { Change } from '../../model/change.js';
import type { Controller } from '../../model/controller.js';
import { keyOf, splitKey } from '../../model/object.js';
import { fromLabelSelector } from '../../model/selector.js';
import type { Reader } from '../../model/store.js';
import { forgetFailures } from '../backoff.js';
import { claim, controllerKey, controllerOf, wakesOwner } from '../ownership.js';
import { desiredAnnotation } from './revisions.js';
import { Rollout } from './rollout.js';
import { conditionOf, conditions, withCondition } from './conditions.js';
import { syncStatus } from './status.js';
import { resize, rollOut, rollOutAtOnce } from './strategy.js';

export const deployment: Controller = {
  name: 'deployment',
  program: 'kube-controller-manager',
  watches: {
    'Deployment.apps': ({ object }) => [keyOf(object)],
    'ReplicaSet.apps': wakesOwner('Deployment.apps'),
    Pod: waitingForTheEnd,
  },

  reconcile(key, writer) {
    const { namespace, name } = splitKey(key);
    const found = writer.get('Deployment.apps', namespace, name);
    if (!found) return forgetFailures(writer, `deployment/${key}`);
    const owned = claim(writer, found, 'ReplicaSet.apps', fromLabelSelector(found.spec.selector));
    const rollout = new Rollout(writer, found, owned);
    if (found.metadata.deletionTimestamp) {
      rollout.findNew('existing');
      return syncStatus(rollout);
    }
    notePause(rollout);
    if (found.spec.paused || isResized(rollout)) return resize(rollout);
    if (found.spec.strategy?.type === 'Recreate') rollOutAtOnce(rollout);
    else rollOut(rollout);
  },
};

/** Recreate goes on once the last Pod is gone. */
function* waitingForTheEnd({ type, object }: Change, reader: Reader): Iterable<string> {
  const owner = type === 'DELETED' ? controllerOf(object) : undefined;
  if (owner?.kind !== 'ReplicaSet') return;
  const rs = reader.get('ReplicaSet.apps', object.metadata.namespace as string, owner.name);
  for (const key of rs ? controllerKey(rs, 'Deployment') : []) {
    const { namespace, name } = splitKey(key);
    if (reader.get('Deployment.apps', namespace, name)?.spec.strategy?.type === 'Recreate') yield key;
  }
}

/** Whether spec.replicas was changed since the ReplicaSets were last sized. */
const isResized = ({ all, deployment: d }: Rollout): boolean =>
  all.some((rs) => {
    if ((rs.spec.replicas ?? 0) === 0) return false;
    const desired = Number(rs.metadata.annotations?.[desiredAnnotation]);
    return !Number.isNaN(desired) && desired !== d.spec.replicas;
  });

/** Notes that a Deployment was paused or resumed, so that the wait does not count against its deadline. Mirrors checkPausedConditions. */
function notePause(rollout: Rollout): void {
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
