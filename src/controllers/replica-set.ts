// Keeps as many Pods as a ReplicaSet asks for, and counts them. Mirrors pkg/controller/replicaset.
import { isReady } from '../kinds/pod/facts.js';
import { same } from '../lib/same.js';
import type { Controller } from '../model/controller.js';
import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../model/generated/api.js';
import { keyOf, type KubeObject, splitKey } from '../model/object.js';
import { fromLabelSelector } from '../model/selector.js';
import type { Reader, Writer } from '../model/store.js';
import { timestamp } from '../model/world.js';
import { forgetFailures, retryLater } from './backoff.js';
import { claim, controllerOf, wakesOwner } from './ownership.js';
import { awaitAvailability, byDeletionOrder, createPod, deletePod, isActive, isAvailable, podFromTemplate } from './pods.js';

type Owned = ReplicaSet & KubeObject;

const source = { component: 'replicaset-controller' };

/** Pods made or deleted at one go. */
const burst = 500;

export const replicaSet: Controller = {
  name: 'replica-set',
  program: 'kube-controller-manager',
  watches: {
    'ReplicaSet.apps': ({ object }) => [keyOf(object)],
    Pod: wakesOwner('ReplicaSet.apps'),
  },

  reconcile(key, writer) {
    const { namespace, name } = splitKey(key);
    const rs = writer.get('ReplicaSet.apps', namespace, name);
    if (!rs) return forgetFailures(writer, `replica-set/${key}`);
    const pods = claim(writer, rs, 'Pod', fromLabelSelector(rs.spec.selector));
    const terminating = pods.filter((p) => p.metadata.deletionTimestamp).length;
    const result = rs.metadata.deletionTimestamp ? { pods: pods.filter(isActive) } : scale(writer, rs, pods.filter(isActive));
    if (result.failure) retryLater(writer, `replica-set/${key}`, key);
    else forgetFailures(writer, `replica-set/${key}`);
    const status = statusOf(rs, result.pods, terminating, result.failure, writer.world.now());
    if (!same(status, rs.status)) writer.updateStatus({ ...rs, status });
    awaitAvailability(writer, result.pods, rs.spec.minReadySeconds ?? 0, key);
  },
};

interface Scaled {
  /** Those that were there before: what was just made or deleted is seen when it changes. */
  readonly pods: readonly Pod[];
  readonly failure?: { readonly reason: 'FailedCreate' | 'FailedDelete'; readonly message: string };
}

function scale(writer: Writer, rs: Owned, pods: readonly (Pod & KubeObject)[]): Scaled {
  const missing = (rs.spec.replicas ?? 0) - pods.length;
  if (missing > 0) return { pods, ...createPods(writer, rs, Math.min(missing, burst)) };
  if (missing < 0) deletePods(writer, rs, pods, Math.min(-missing, burst));
  return { pods };
}

/** Stops at the first refusal: the next would be refused too. */
function createPods(writer: Writer, rs: Owned, n: number): Pick<Scaled, 'failure'> {
  for (let i = 0; i < n; i++) {
    const made = createPod(writer, podFromTemplate(rs.spec.template ?? {}, rs), rs, source);
    if (made === 'namespace ends') return {};
    if (made !== 'made') return { failure: { reason: 'FailedCreate', message: made.refused } };
  }
  return {};
}

function deletePods(writer: Writer, rs: Owned, pods: readonly Pod[], n: number): void {
  const order = n < pods.length ? byDeletionOrder(pods, related(writer, rs, pods), writer.world.now()) : pods;
  for (const pod of order.slice(0, n)) deletePod(writer, pod as Pod & KubeObject, rs, source);
}

/** The Pods of every ReplicaSet of the same owner. */
function related(reader: Reader, rs: Owned, own: readonly Pod[]): Pod[] {
  const owner = controllerOf(rs);
  if (!owner) return [...own];
  return reader
    .ownedBy(owner.uid)
    .filter((o) => o.kind === 'ReplicaSet')
    .flatMap((sibling) => reader.ownedBy(sibling.metadata.uid as string))
    .filter((o) => o.kind === 'Pod')
    .map((o) => o as unknown as Pod)
    .filter(isActive);
}

function statusOf(rs: Owned, pods: readonly Pod[], terminating: number, failure: Scaled['failure'], now: number): ReplicaSetStatus {
  const own = rs.spec.template?.metadata?.labels ?? {};
  const labelled = pods.filter((p) => Object.entries(own).every(([k, v]) => p.metadata.labels?.[k] === v)).length;
  const ready = pods.filter(isReady);
  const available = ready.filter((p) => isAvailable(p, rs.spec.minReadySeconds ?? 0, now)).length;
  const conditions = failureConditions(rs.status?.conditions ?? [], failure, now);
  return {
    replicas: pods.length,
    ...(labelled > 0 && { fullyLabeledReplicas: labelled }),
    ...(ready.length > 0 && { readyReplicas: ready.length }),
    ...(available > 0 && { availableReplicas: available }),
    terminatingReplicas: terminating,
    ...(rs.metadata.generation && { observedGeneration: rs.metadata.generation }),
    ...(conditions.length > 0 && { conditions }),
  };
}

function failureConditions(conditions: readonly ReplicaSetCondition[], failure: Scaled['failure'], now: number): ReplicaSetCondition[] {
  const rest = conditions.filter((c) => c.type !== 'ReplicaFailure');
  if (!failure) return rest;
  if (rest.length < conditions.length) return [...conditions];
  const { reason, message } = failure;
  return [...rest, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: timestamp(now), reason, message }];
}
