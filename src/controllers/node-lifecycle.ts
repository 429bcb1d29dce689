// Watches over Nodes: one whose kubelet has gone silent becomes Unknown and its Pods unready; what is wrong with a Node is said in taints, so that
// new Pods go elsewhere and old ones leave in time. Mirrors pkg/controller/nodelifecycle.
import { same } from '../lib/same.js';
import type { Controller } from '../model/controller.js';
import { silentSince } from '../model/faults.js';
import type { Node, NodeCondition, Taint } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import type { Writer } from '../model/store.js';
import { podsOn } from '../network/net.js';
import { timestamp } from '../model/world.js';

/** How long a kubelet may be silent, in milliseconds: --node-monitor-grace-period. */
export const monitorGrace = 50_000;
const source = { component: 'node-controller' };

const prefix = 'node.kubernetes.io/';
const notReady = `${prefix}not-ready`;
const unreachable = `${prefix}unreachable`;

/** Condition and status -> the taint's key. */
const byCondition: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: `${prefix}memory-pressure` },
  DiskPressure: { True: `${prefix}disk-pressure` },
  NetworkUnavailable: { True: `${prefix}network-unavailable` },
  PIDPressure: { True: `${prefix}pid-pressure` },
};
const cordoned = `${prefix}unschedulable`;
const ours = new Set([cordoned, ...Object.values(byCondition).flatMap((keys) => Object.values(keys))]);

export const nodeLifecycle: Controller = {
  name: 'node-lifecycle',
  program: 'kube-controller-manager',
  watches: {
    Node: ({ type, object, old }, reader) => {
      if (type === 'DELETED') return [];
      // Whether anyone is evicted depends on whether all are ill.
      if (old && readiness(object as Node) !== readiness(old as unknown as Node)) return reader.list('Node').map((n) => n.metadata.name);
      const changed = !same(object.spec, old?.spec) || !same(object.status?.conditions, old?.status?.conditions);
      return changed ? [object.metadata.name] : [];
    },
  },

  reconcile(name, writer) {
    const node = writer.get('Node', '', name);
    if (!node) return;
    taint(listen(node, writer), writer);
  },
};

const readiness = (node: Node): string | undefined => node.status?.conditions?.find((c) => c.type === 'Ready')?.status;

type Seen = Node & KubeObject;

/** The Node, with Unknown for what its kubelet has not said for too long. */
function listen(node: Seen, writer: Writer): Seen {
  const since = silentSince(writer, node.metadata.name);
  if (since === undefined || readiness(node) === 'Unknown') return node;
  const left = since + monitorGrace - writer.world.now();
  if (left > 0) {
    writer.after(left, node.metadata.name);
    return node;
  }
  const wasReady = readiness(node) === 'True';
  const silent = writer.updateStatus({ ...node, status: { ...node.status, conditions: unknown(node, timestamp(writer.world.now())) } });
  if (wasReady) {
    writer.event(silent, 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`, source);
    unreadyPods(node.metadata.name, writer);
  }
  return silent;
}

const fromKubelet = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

function unknown(node: Node, now: string): NodeCondition[] {
  return (node.status?.conditions ?? []).map((c) => {
    if (!fromKubelet.includes(c.type) || c.status === 'Unknown') return c;
    return {
      ...c,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime: now,
    };
  });
}

/** Nobody knows any more whether they are. */
function unreadyPods(node: string, writer: Writer): void {
  const now = timestamp(writer.world.now());
  for (const pod of podsOn(writer, node)) {
    const ready = pod.status?.conditions?.find((c) => c.type === 'Ready');
    if (!ready || ready.status === 'False') continue;
    const conditions = (pod.status?.conditions ?? []).map((c) => (c === ready ? { ...c, status: 'False', lastTransitionTime: now } : c));
    writer.updateStatus({ ...pod, status: { ...pod.status, conditions } });
    writer.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready', source);
  }
}

function taint(node: Seen, writer: Writer): void {
  const taints = node.spec?.taints ?? [];
  const wanted = [...faults(node).map((key) => ({ key, effect: 'NoSchedule' })), ...evicting(node, writer)];
  const has = (list: readonly { key: string; effect: string }[], t: { key: string; effect: string }): boolean =>
    list.some((w) => w.key === t.key && w.effect === t.effect);
  const kept = taints.filter((t) => !isOurs(t) || has(wanted, t));
  const missing = wanted.filter((t) => !has(kept, t));
  if (kept.length === taints.length && missing.length === 0) return;
  const timeAdded = timestamp(writer.world.now());
  const next = [...kept, ...missing.map((t): Taint => ({ ...t, timeAdded }))];
  const { taints: _, ...spec } = node.spec ?? {};
  writer.update({ ...node, spec: { ...spec, ...(next.length > 0 && { taints: next }) } });
}

const isOurs = ({ key, effect }: Taint): boolean =>
  effect === 'NoSchedule' ? ours.has(key) : effect === 'NoExecute' && (key === notReady || key === unreachable);

function faults(node: Node): string[] {
  const keys = (node.status?.conditions ?? []).flatMap((c) => byCondition[c.type]?.[c.status] ?? []);
  return node.spec?.unschedulable ? [...keys, cordoned] : keys;
}

/** The taint that makes Pods leave; none when no node at all is well: it is then rather the network that is ill. */
function evicting(node: Node, writer: Writer): { key: string; effect: string }[] {
  const key = byCondition.Ready?.[readiness(node) ?? ''];
  if (!key || !writer.list('Node').some((n) => readiness(n) === 'True')) return [];
  return [{ key, effect: 'NoExecute' }];
}
