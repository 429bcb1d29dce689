// Gives each Pod a node. Mirrors pkg/scheduler: filter, score, bind. Preemption is not simulated: nobody is evicted for a more important Pod.
import { conditionOf, isFinished } from '../../kinds/pod/facts.js';
import { same } from '../../lib/same.js';
import type { Change } from '../../model/change.js';
import type { Controller } from '../../model/controller.js';
import type { Node, Pod } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';
import type { Reader, Writer } from '../../model/store.js';
import { timestamp } from '../../model/world.js';
import { filter, type Refusal } from './filter.js';
import { type NodeInfo, nodeInfos, place } from './node-info.js';
import { best } from './score.js';

const source = { component: 'default-scheduler' };

/** All Pods that wait are looked at together, so that nodes are counted once for a thousand of them. */
const everyone = 'pending';

/** How many Pods fitted nowhere: while there are none, a Pod's end or a node's change wakes nobody. */
const waitingState = 'scheduler/waiting';

export const scheduler: Controller = {
  name: 'scheduler',
  program: 'kube-scheduler',
  // Placing a Pod is the first thing after its creation that takes time: who looks at once sees it Pending, as on a real cluster.
  delay: 1,
  watches: {
    Pod: wokenByPod,
    Node: ({ object, old }, reader) => (someWait(reader) && (!old || nodeChanged(object, old)) ? [everyone] : []),
  },

  reconcile(_key, writer) {
    const pods = writer.list('Pod');
    const pending = pods.filter(isPending).sort(byTurn);
    const nodes = pending.length > 0 ? nodeInfos(writer.list('Node'), pods) : [];
    const unplaced = pending.filter((pod) => !schedule(pod, nodes, writer));
    const waiting = unplaced.length > 0 ? unplaced.length : undefined;
    if (writer.state(waitingState) !== waiting) writer.setState(waitingState, waiting);
  },
};

const someWait = (reader: Reader): boolean => reader.state(waitingState) !== undefined;

function wokenByPod({ type, object, old }: Change, reader: Reader): string[] {
  const pod = object as unknown as Pod;
  if (type !== 'DELETED' && isPending(pod)) {
    // Its own condition is what the scheduler writes itself.
    return type === 'ADDED' || !old || !same(old.spec, object.spec) || !same(old.metadata.labels, object.metadata.labels) ? [everyone] : [];
  }
  if (!someWait(reader) || !pod.spec.nodeName) return [];
  const left = type === 'DELETED' || isFinished(pod);
  const came = old !== undefined && (!old.spec.nodeName || !same(old.metadata.labels, object.metadata.labels));
  return left || came ? [everyone] : [];
}

const nodeChanged = (node: KubeObject, old: KubeObject): boolean =>
  !same(node.spec, old.spec) ||
  !same(node.metadata.labels, old.metadata.labels) ||
  !same(node.status?.allocatable, old.status?.allocatable);

function isPending(pod: Pod): boolean {
  const { nodeName, schedulerName, schedulingGates } = pod.spec;
  if (nodeName || pod.metadata.deletionTimestamp || isFinished(pod)) return false;
  return (schedulerName ?? 'default-scheduler') === 'default-scheduler' && !schedulingGates?.length;
}

/** The important first, then the older. */
function byTurn(a: Pod, b: Pod): number {
  const [x, y] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return (b.spec.priority ?? 0) - (a.spec.priority ?? 0) || (x < y ? -1 : x > y ? 1 : 0);
}

/** False when the Pod fits nowhere. */
function schedule(pod: Pod & KubeObject, nodes: readonly NodeInfo[], writer: Writer): boolean {
  const namespaceLabels = (ns: string) => writer.get('Namespace', '', ns)?.metadata.labels ?? {};
  if (nodes.length === 0) return refuse(pod, 'no nodes available to schedule pods', writer);
  const missing = missingClaim(pod, writer);
  // The plugins after VolumeBinding have not begun: that of claims for devices cannot find its notes, and says only that.
  if (missing) return refuse(pod, `${head(nodes.length)} ${missing}. not found`, writer);
  const { fitting, refusals } = filter(pod, nodes, namespaceLabels);
  if (fitting.length === 0) return refuse(pod, unfitMessage(pod, nodes.length, refusals), writer);
  const chosen = best(pod, fitting, nodes, namespaceLabels, writer.world);
  bind(pod, chosen.node, writer);
  place(chosen, pod);
  return true;
}

/** A Pod waits for the PersistentVolumeClaims that it names. */
function missingClaim(pod: Pod, reader: Reader): string | undefined {
  const { name: owner, namespace = '' } = pod.metadata;
  for (const { name: volume, persistentVolumeClaim, ephemeral } of pod.spec.volumes ?? []) {
    const name = ephemeral ? `${owner}-${volume}` : persistentVolumeClaim?.claimName;
    if (!name || reader.get('PersistentVolumeClaim', namespace, name)) continue;
    return ephemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
      : `persistentvolumeclaim "${name}" not found`;
  }
  return undefined;
}

function bind(pod: Pod & KubeObject, node: Node, writer: Writer): void {
  writer.bind(withCondition({ ...pod, spec: { ...pod.spec, nodeName: node.metadata.name } }, { status: 'True' }, writer));
  const { namespace, name } = pod.metadata;
  writer.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node.metadata.name}`, source);
}

function refuse(pod: Pod & KubeObject, message: string, writer: Writer): false {
  if (conditionOf(pod, 'PodScheduled')?.message === message) return false;
  writer.updateStatus(withCondition(pod, { status: 'False', reason: 'Unschedulable', message }, writer));
  writer.event(pod, 'Warning', 'FailedScheduling', message, source);
  return false;
}

function withCondition(
  pod: Pod & KubeObject,
  said: { status: string; reason?: string; message?: string },
  { world }: Writer,
): Pod & KubeObject {
  const old = conditionOf(pod, 'PodScheduled');
  const lastTransitionTime = old?.status === said.status && old.lastTransitionTime ? old.lastTransitionTime : timestamp(world.now());
  const { generation } = pod.metadata;
  const next = {
    ...(generation && { observedGeneration: generation }),
    // The API prints this time though nothing ever sets it.
    lastProbeTime: null as unknown as string,
    lastTransitionTime,
    ...said,
    type: 'PodScheduled',
  };
  const conditions = pod.status?.conditions ?? [];
  return {
    ...pod,
    status: { ...pod.status, conditions: old ? conditions.map((c) => (c === old ? next : c)) : [...conditions, next] },
  };
}

// What is said of a Pod that fits nowhere. Mirrors FitError of pkg/scheduler/framework/types.go and the messages of the PostFilter plugins.

export function unfitMessage(pod: Pod, nodes: number, refusals: readonly Refusal[]): string {
  return `${head(nodes)} ${histogram(refusals.flatMap((r) => r.reasons))}. no new claims to deallocate, ${preemption(pod, nodes, refusals)}`;
}

const head = (nodes: number): string => `0/${nodes} nodes are available:`;

function preemption(pod: Pod, nodes: number, refusals: readonly Refusal[]): string {
  if (pod.spec.preemptionPolicy === 'Never') return 'preemption: not eligible due to preemptionPolicy=Never.';
  const unhelpful = 'Preemption is not helpful for scheduling';
  const reasons = refusals.map((r) => (r.final ? unhelpful : 'No preemption victims found for incoming pod'));
  return `preemption: ${head(nodes)} ${histogram(reasons)}.`;
}

/** "1 Insufficient cpu, 2 Too many pods" */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, n]) => `${n} ${reason}`)
    .sort()
    .join(', ');
}
