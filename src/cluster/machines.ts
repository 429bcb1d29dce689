// The machines themselves, which `kubelab node` switches: off, on, a new one, one less. Everything else follows from it.
import { clone } from '../lib/clone.js';
import { isDNS1123Subdomain } from '../lib/names.js';
import { containerdOf, isOff, kubeletOf, machineOf, setFault } from '../model/faults.js';
import type { Node, Pod } from '../model/generated/api.js';
import type { Json, KubeObject } from '../model/object.js';
import { monitorGrace, nodeLifecycle } from '../controllers/node-lifecycle.js';
import { networkProblem, nodeStatus, notReady } from '../controllers/node-status.js';
import { nodeIPs, podsOn } from '../network/net.js';
import { proxyStateKey } from '../network/proxy/node.js';
import { isRunning, runtimeKey, type RuntimePod, runtimeOf } from '../network/runtime.js';
import { connectionsKey } from '../programs/connections.js';
import { nodeFilesKey, withoutNetworkConfig } from '../programs/node-files.js';
import { controlPlaneNode } from '../programs/static-pods.js';
import { complete } from './bootstrap/index.js';
import { node as newNode, nodeIP as addressOf, nodeLease, nodeName, podCIDRs } from './bootstrap/nodes.js';
import { type MachineAction, MachineError } from './machine-error.js';
import { answers } from './programs.js';
import { nodeNamed } from './read.js';
import type { Session } from './session.js';
import { writerFor } from './writer.js';

/** Switches it off: whatever ran on it is gone, and nobody is told. */
function stopMachine(session: Session, name: string): void {
  nodeNamed(session, name);
  if (isOff(session.reader, name)) throw new MachineError(`node ${name} is off already`);
  const now = session.world.now();
  setFault(session.kept, machineOf(name), { since: now });
  for (const pod of podsOn(session.reader, name)) {
    const component = runtimeOf(session.reader, pod)?.mirror?.component;
    if (component) setFault(session.kept, component, { since: now });
  }
  session.core.store.timers.setNoLater({ controller: 'node-lifecycle', key: name, at: now + monitorGrace });
}

/** Switches it on: it boots, with nothing left of what only memory held. */
function startMachine(session: Session, name: string): void {
  nodeNamed(session, name);
  if (!isOff(session.reader, name)) throw new MachineError(`node ${name} is on already`);
  for (const key of [proxyStateKey(name), connectionsKey(name)]) session.kept.setState(key, undefined);
  for (const pod of podsOn(session.reader, name)) reboot(session, pod);
  if (answers(session.reader)) reportBoot(session, nodeNamed(session, name));
  // Its services start by themselves, whether or not they ran when it was switched off.
  setFault(session.kept, kubeletOf(name), undefined);
  setFault(session.kept, machineOf(name), { since: session.world.now(), returning: true });
}

/** The kubelet finds that the kernel is another one than before. */
function reportBoot(session: Session, node: Node & KubeObject): void {
  const { nodeInfo } = node.status ?? {};
  if (!nodeInfo) return;
  const bootID = session.world.uid();
  const writer = writerFor({ session }, nodeStatus);
  writer.updateStatus({ ...node, status: { ...node.status, nodeInfo: { ...nodeInfo, bootID } } });
  const source = { component: 'kubelet', host: node.metadata.name };
  writer.event(node, 'Normal', 'Starting', 'Starting kubelet.', source);
  writer.event(node, 'Warning', 'Rebooted', `Node ${node.metadata.name} has been rebooted, boot id: ${bootID}`, source);
}

/** What the runtime finds of a Pod after the machine's start: dead containers, and no network. */
function reboot(session: Session, pod: Pod): void {
  const kept = runtimeOf(session.reader, pod);
  if (!kept || kept.done) return;
  const runtime: RuntimePod = clone(kept);
  const now = session.world.now();
  for (const container of Object.values(runtime.containers)) {
    if (!isRunning(container) || !container.attempt) continue;
    container.attempt.exit = { at: now, code: 255, reason: 'Unknown' };
    container.attempt.sockets = [];
    delete container.attempt.wake;
    container.ready = false;
    container.started = false;
    container.probes = {};
  }
  runtime.rebooted = true;
  session.kept.setState(runtimeKey(pod.metadata.namespace ?? '', pod.metadata.name), runtime as unknown as Json);
}

/** A new machine joins, with the first address and Pod range that are free; without a network for Pods until kindnet has come to it. */
function addMachine(session: Session, asked: string): string {
  if (!answers(session.reader)) throw new MachineError('the API server does not run: no node can join');
  const nodes = session.reader.list('Node');
  const taken = new Set(nodes.flatMap((n) => [...nodeIPs(n), ...(n.spec?.podCIDRs ?? []), n.metadata.name]));
  let index = 1;
  while (
    taken.has(addressOf(index)) ||
    podCIDRs(session.config, index).some((c) => taken.has(c)) ||
    (asked === '' && taken.has(nodeName(index)))
  )
    index++;
  const name = asked || nodeName(index);
  const wrong = isDNS1123Subdomain(name);
  if (wrong.length > 0) throw new MachineError(`invalid node name ${JSON.stringify(name)}: ${wrong[0]}`);
  if (taken.has(name)) throw new MachineError(`there is a node ${name} already`);
  session.kept.setState(nodeFilesKey(name), withoutNetworkConfig(session.config));
  setFault(session.kept, machineOf(name), undefined);
  const fresh = newNode(session.world, session.config, index, name);
  const conditions = (fresh.status?.conditions ?? []).map((c) => (c.type === 'Ready' ? { ...c, ...notReady(networkProblem) } : c));
  const writer = writerFor({ session }, nodeStatus);
  const made = writer.create(complete({ ...fresh, status: { ...fresh.status, conditions } }));
  writer.create(complete(nodeLease(session.world, made)));
  const source = { component: 'kubelet', host: name };
  writer.event(made, 'Normal', 'Starting', 'Starting kubelet.', source);
  writer.event(made, 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`, {
    component: 'node-controller',
  });
  return name;
}

/** Takes it away for good: the Node is deleted, the machine is gone. */
function removeMachine(session: Session, name: string): void {
  const node = nodeNamed(session, name);
  if (name === controlPlaneNode) throw new MachineError(`node ${name} holds the API server and etcd: without it there is no cluster`);
  if (!answers(session.reader)) throw new MachineError('the API server does not run: the Node cannot be deleted');
  // Its Pods are there until they are cleaned up, and answer no more than the machine does.
  setFault(session.kept, kubeletOf(name), undefined);
  setFault(session.kept, containerdOf(name), undefined);
  setFault(session.kept, machineOf(name), { since: session.world.now() });
  for (const key of [nodeFilesKey(name), proxyStateKey(name), connectionsKey(name)]) session.kept.setState(key, undefined);
  writerFor({ session }, nodeLifecycle).remove(node);
}

const actions: Readonly<Record<MachineAction, (session: Session, name: string) => string>> = {
  add: addMachine,
  remove: named(removeMachine),
  start: named(startMachine),
  stop: named(stopMachine),
};

/** Returns the name of the node that was switched. */
export function switchMachine(session: Session, action: MachineAction, name: string): string {
  return actions[action](session, name);
}

function named(action: (session: Session, name: string) => void): (session: Session, name: string) => string {
  return (session, name) => {
    action(session, name);
    return name;
  };
}
