// Removes Pods from nodes whose NoExecute taints they do not put up with, at once or after tolerationSeconds. Mirrors pkg/controller/tainteviction.
import { same } from '../lib/same.js';
import type { Change } from '../model/change.js';
import type { Controller } from '../model/controller.js';
import type { Pod, Taint } from '../model/generated/api.js';
import { keyOf, type KubeObject, splitKey } from '../model/object.js';
import type { Reader, Writer } from '../model/store.js';
import { timestamp } from '../model/world.js';
import { podsOn } from '../network/net.js';
import { tolerates } from './scheduler/tolerations.js';

const source = { component: 'taint-eviction-controller' };
const stateOf = (pod: KubeObject): string => `taint-eviction/${pod.metadata.uid}`;

export const taintEviction: Controller = {
  name: 'taint-eviction',
  program: 'kube-controller-manager',
  watches: { Node: podsOfNode, Pod: wokenByPod },

  reconcile(key, writer) {
    const { namespace, name } = splitKey(key);
    const pod = writer.get('Pod', namespace, name);
    if (!pod || pod.metadata.deletionTimestamp) return;
    const wait = patience(pod, noExecute(writer, pod.spec.nodeName));
    const deadline = writer.state(stateOf(pod));
    if (wait === Number.POSITIVE_INFINITY) {
      if (deadline === undefined) return;
      writer.setState(stateOf(pod), undefined);
      writer.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`, source);
      return;
    }
    const now = writer.world.now();
    const end = typeof deadline === 'number' ? Math.min(deadline, now + wait) : now + wait;
    if (end <= now) return evict(writer, pod, key);
    if (end !== deadline) writer.setState(stateOf(pod), end);
    writer.after(end - now, key);
  },
};

const noExecute = (reader: Reader, node: string | undefined): Taint[] =>
  (node ? (reader.get('Node', '', node)?.spec?.taints ?? []) : []).filter((t) => t.effect === 'NoExecute');

function podsOfNode({ type, object, old }: Change, reader: Reader): string[] {
  if (type === 'DELETED' || same(object.spec?.taints, old?.spec?.taints)) return [];
  return podsOn(reader, object.metadata.name).map(keyOf);
}

/** A Pod that comes to a node, or learns to tolerate more. */
function wokenByPod({ type, object, old }: Change, reader: Reader): string[] {
  if (type === 'DELETED' || !object.spec.nodeName || (old && same(object.spec, old.spec))) return [];
  return noExecute(reader, object.spec.nodeName).length > 0 ? [keyOf(object)] : [];
}

/** Milliseconds that the Pod may stay: 0 when it tolerates one of them not at all. */
function patience(pod: Pod, taints: readonly Taint[]): number {
  const waits = taints.map((taint) => {
    const matching = (pod.spec.tolerations ?? []).filter((t) => tolerates(t, taint));
    if (matching.length === 0) return 0;
    return Math.min(
      ...matching.map((t) => (t.tolerationSeconds === undefined ? Number.POSITIVE_INFINITY : Math.max(0, t.tolerationSeconds) * 1000)),
    );
  });
  return Math.min(Number.POSITIVE_INFINITY, ...waits);
}

function evict(writer: Writer, pod: Pod & KubeObject, key: string): void {
  writer.setState(stateOf(pod), undefined);
  writer.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`, source);
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastProbeTime: null as unknown as string,
    lastTransitionTime: timestamp(writer.world.now()),
    ...(pod.metadata.generation && { observedGeneration: pod.metadata.generation }),
  };
  const conditions = [...(pod.status?.conditions ?? []).filter((c) => c.type !== condition.type), condition];
  writer.remove(writer.updateStatus({ ...pod, status: { ...pod.status, conditions } }));
}
