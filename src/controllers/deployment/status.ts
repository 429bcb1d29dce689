// What a Deployment says of its rollout. Mirrors calculateStatus and syncRolloutStatus of pkg/controller/deployment (sync.go, progress.go).
import { same } from '../../lib/same.js';
import type { Deployment, DeploymentCondition, DeploymentStatus } from '../../model/generated/api.js';
import { keyOf } from '../../model/object.js';
import { conditionOf, conditions, replaceCondition, withCondition } from './conditions.js';
import type { Rollout } from './rollout.js';
import { availableReplicas, maxUnavailable, readyReplicas, specReplicas, statusReplicas } from './sizes.js';

/** Numbers and availability, but not progress: for what is paused or being resized. */
export function syncStatus(rollout: Rollout): void {
  write(rollout, counted(rollout));
}

/** Numbers, availability and progress. */
export function syncProgress(rollout: Rollout): void {
  const { deployment: d } = rollout;
  const status = counted(rollout);
  let list = status.conditions ?? [];
  if (!rollout.hasDeadline) list = list.filter((c) => c.type !== 'Progressing');
  else if (!isSettled(d, status)) list = progressed(rollout, status, list);
  list = withFailures(rollout, list);
  if (!write(rollout, withConditions(status, list))) awaitDeadline(rollout);
}

function counted({ deployment: d, all, newest, now }: Rollout): DeploymentStatus {
  const available = availableReplicas(all);
  const unavailable = Math.max(0, specReplicas(all) - available);
  const replicas = statusReplicas(all);
  const updated = newest ? statusReplicas([newest]) : 0;
  const ready = readyReplicas(all);
  const enough = available >= (d.spec.replicas ?? 0) - maxUnavailable(d);
  return {
    ...(d.metadata.generation && { observedGeneration: d.metadata.generation }),
    ...(replicas > 0 && { replicas }),
    ...(updated > 0 && { updatedReplicas: updated }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(unavailable > 0 && { unavailableReplicas: unavailable }),
    ...terminatingOf(all),
    ...(d.status?.collisionCount !== undefined && { collisionCount: d.status.collisionCount }),
    conditions: withCondition(d.status?.conditions ?? [], enough ? conditions.available : conditions.unavailable, now),
  };
}

/** Unknown until every ReplicaSet has counted. */
function terminatingOf(all: Rollout['all']): Pick<DeploymentStatus, 'terminatingReplicas'> {
  if (all.some((rs) => rs.status?.terminatingReplicas === undefined)) return {};
  return { terminatingReplicas: all.reduce((n, rs) => n + (rs.status.terminatingReplicas ?? 0), 0) };
}

/** Rolled out before, and nothing new since. */
const isSettled = (d: Deployment, status: DeploymentStatus): boolean =>
  status.replicas === status.updatedReplicas && conditionOf(d, 'Progressing')?.reason === 'NewReplicaSetAvailable';

export const isComplete = ({ spec, metadata }: Deployment, status: DeploymentStatus | undefined): boolean =>
  (status?.updatedReplicas ?? 0) === spec.replicas &&
  (status?.replicas ?? 0) === spec.replicas &&
  (status?.availableReplicas ?? 0) === spec.replicas &&
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);

function progressed(rollout: Rollout, status: DeploymentStatus, list: readonly DeploymentCondition[]): DeploymentCondition[] {
  const { deployment: d, newest, now } = rollout;
  const set = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${d.metadata.name}"`;
  if (isComplete(d, status)) return withCondition(list, conditions.complete(set), now);
  if (isProgressing(d.status ?? {}, status)) return replaceCondition(list, conditions.progressing(set), now);
  if (isTimedOut(d, list, now)) return withCondition(list, conditions.timedOut(set), now);
  return [...list];
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (s: DeploymentStatus): number => (s.replicas ?? 0) - (s.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(d: Deployment, list: readonly DeploymentCondition[], now: number): boolean {
  const condition = list.find((c) => c.type === 'Progressing');
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false;
  if (condition.reason === 'ProgressDeadlineExceeded') return true;
  return deadline(d, condition) < now;
}

const deadline = (d: Deployment, { lastUpdateTime }: DeploymentCondition): number =>
  Date.parse(lastUpdateTime ?? '') + (d.spec.progressDeadlineSeconds ?? 0) * 1000;

/** What keeps a ReplicaSet from making Pods is the Deployment's trouble too; the newest one's counts most. */
function withFailures({ all, newest }: Rollout, list: readonly DeploymentCondition[]): DeploymentCondition[] {
  const rest = list.filter((c) => c.type !== 'ReplicaFailure');
  const failureOf = (rs: Rollout['newest']) => rs?.status?.conditions?.find((c) => c.type === 'ReplicaFailure');
  const failure = failureOf(newest) ?? all.map(failureOf).find((c) => c);
  if (!failure) return rest;
  const known = list.find((c) => c.type === 'ReplicaFailure');
  if (known?.status === failure.status && known?.reason === failure.reason) return [...list];
  return [...rest, { ...failure, ...(failure.lastTransitionTime && { lastUpdateTime: failure.lastTransitionTime }) }];
}

function withConditions({ conditions: _, ...status }: DeploymentStatus, list: readonly DeploymentCondition[]): DeploymentStatus {
  return list.length > 0 ? { ...status, conditions: [...list] } : status;
}

/** False when there was nothing to write. */
function write(rollout: Rollout, status: DeploymentStatus): boolean {
  if (same(status, rollout.deployment.status)) return false;
  rollout.deployment = rollout.writer.updateStatus({ ...rollout.deployment, status });
  return true;
}

/** Time alone makes a rollout late. */
function awaitDeadline({ deployment: d, hasDeadline, writer, now }: Rollout): void {
  const condition = conditionOf(d, 'Progressing');
  if (!hasDeadline || !condition || isComplete(d, d.status) || condition.reason === 'ProgressDeadlineExceeded') return;
  writer.after(Math.max(0, deadline(d, condition) - now) + 1000, keyOf(d));
}
