// What each node's kubelet posts of its node: whether Pods can run there. Mirrors pkg/kubelet/nodestatus/setters.go and pkg/kubelet/runtime.go.
import { same } from '../lib/same.js';
import type { Controller } from '../model/controller.js';
import { containerdOf, downSince, isDown, silentSince } from '../model/faults.js';
import type { Node, NodeCondition } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import type { Writer } from '../model/store.js';
import { timestamp } from '../model/world.js';
import { hasNetworkConfig } from '../programs/node-files.js';
import { networkPluginStarted } from './network-plugin.js';

/** How long the container runtime may say nothing, in milliseconds. */
const patience = 30_000;

export const nodeStatus: Controller = {
  name: 'node-status',
  program: 'kubelet',
  // What else changes the answer wakes it by name.
  watches: {
    Node: ({ type, object, old }) => (type === 'ADDED' && !old ? [object.metadata.name] : []),
    Pod: networkPluginStarted,
  },

  reconcile(name, writer) {
    const node = writer.get('Node', '', name);
    if (!node || silentSince(writer, name) !== undefined) return;
    const wait = runtimeWait(writer, name);
    if (wait > 0) writer.after(wait, name);
    post(node, writer);
  },
};

function runtimeWait(writer: Writer, node: string): number {
  const since = downSince(writer, containerdOf(node));
  return since === undefined ? 0 : Math.max(0, since + patience - writer.world.now());
}

export const networkProblem =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

/** Why the node takes no Pods; empty when it does. */
function problems(writer: Writer, node: string): string {
  if (isDown(writer, containerdOf(node)) && runtimeWait(writer, node) === 0) return 'container runtime is down';
  return hasNetworkConfig(writer, node) ? '' : networkProblem;
}

type Said = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

/** What is posted of a node that is well. */
export const healthy: readonly Said[] = [
  { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
];

/** What its Ready becomes when it takes no Pods. */
export const notReady = (why: string) => ({ status: 'False', reason: 'KubeletNotReady', message: why });

function post(node: Node & KubeObject, writer: Writer): void {
  const said = problems(writer, node.metadata.name);
  const now = timestamp(writer.world.now());
  const wanted = said === '' ? healthy : healthy.map((c) => (c.type === 'Ready' ? { ...c, ...notReady(said) } : c));
  const old = node.status?.conditions ?? [];
  const next = wanted.map((c): NodeCondition => {
    const before = old.find((o) => o.type === c.type);
    if (before && same({ ...before, ...c }, before)) return before;
    return { ...c, lastHeartbeatTime: now, lastTransitionTime: before?.status === c.status ? (before.lastTransitionTime ?? now) : now };
  });
  const others = old.filter((o) => !wanted.some((c) => c.type === o.type));
  const conditions = [...others, ...next];
  if (same(conditions, old)) return;
  writer.updateStatus({ ...node, status: { ...node.status, conditions } });
  const was = old.find((c) => c.type === 'Ready')?.status;
  if (was === 'True' && said === '') return;
  if (was !== 'True' && said !== '' && was !== undefined && was !== 'Unknown') return;
  const word = said === '' ? 'NodeReady' : 'NodeNotReady';
  writer.event(node, 'Normal', word, `Node ${node.metadata.name} status is now: ${word}`, {
    component: 'kubelet',
    host: node.metadata.name,
  });
}
