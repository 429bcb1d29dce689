// Conditions of a Deployment and their words. Mirrors the reasons of pkg/controller/deployment/util/deployment_util.go.
import type { Deployment, DeploymentCondition } from '../../model/generated/api.js';
import { timestamp } from '../../model/world.js';

export type Said = Pick<DeploymentCondition, 'type' | 'status' | 'reason' | 'message'>;

const progressing = (status: 'True' | 'False' | 'Unknown', reason: string, message: string): Said => ({
  type: 'Progressing',
  status,
  reason,
  message,
});

/** `set` is 'ReplicaSet "x"', or 'Deployment "x"' while there is none. */
export const conditions = {
  found: (rs: string) => progressing('True', 'FoundNewReplicaSet', `Found new replica set "${rs}"`),
  created: (rs: string) => progressing('True', 'NewReplicaSetCreated', `Created new replica set "${rs}"`),
  notCreated: (message: string) => progressing('False', 'ReplicaSetCreateError', message),
  paused: progressing('Unknown', 'DeploymentPaused', 'Deployment is paused'),
  resumed: progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed'),
  complete: (set: string) => progressing('True', 'NewReplicaSetAvailable', `${set} has successfully progressed.`),
  progressing: (set: string) => progressing('True', 'ReplicaSetUpdated', `${set} is progressing.`),
  timedOut: (set: string) => progressing('False', 'ProgressDeadlineExceeded', `${set} has timed out progressing.`),
  available: { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' },
  unavailable: {
    type: 'Available',
    status: 'False',
    reason: 'MinimumReplicasUnavailable',
    message: 'Deployment does not have minimum availability.',
  },
} as const;

export const conditionOf = (d: Deployment, type: string): DeploymentCondition | undefined =>
  d.status?.conditions?.find((c) => c.type === type);

/** Puts `said` last, unless its status and reason are known already; the time of transition changes with the status. */
export function withCondition(list: readonly DeploymentCondition[], said: Said, now: number): DeploymentCondition[] {
  const current = list.find((c) => c.type === said.type);
  if (current?.status === said.status && current.reason === said.reason) return [...list];
  return replaceCondition(list, said, now);
}

/** As withCondition, but the time of the update moves even when nothing else does. */
export function replaceCondition(list: readonly DeploymentCondition[], said: Said, now: number): DeploymentCondition[] {
  const current = list.find((c) => c.type === said.type);
  const lastTransitionTime = current?.status === said.status && current.lastTransitionTime ? current.lastTransitionTime : timestamp(now);
  return [...list.filter((c) => c.type !== said.type), { ...said, lastTransitionTime, lastUpdateTime: timestamp(now) }];
}
