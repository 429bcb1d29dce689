// The machines themselves, which `kubelab node` switches: off, on, a new one, one less. Everything else follows from it.
import { clone } from '../lib/clone.js';
import { isOff, kubeletOf, machineOf, setFault } from '../model/faults.js';
import type { Node, Pod } from '../model/generated/api.js';
import type { Json, KubeObject } from '../model/object.js';
import { node as nodeKind } from '../kinds/node/index.js';
import { notFound } from '../model/status.js';
import { proxyStateKey } from '../network/proxy/node.js';
import { isRunning, runtimeKey, type RuntimePod, runtimeOf } from '../network/runtime.js';
import type { Session } from './session.js';

/** It cannot be done: the user's mistake. */
export class MachineError extends Error {}

const grace = 50_000;

function nodeNamed(session: Session, name: string): Node & KubeObject {
  const node = session.reader.get('Node', '', name);
  if (!node) throw notFound(nodeKind.names, name);
  return node;
}

const podsOn = (session: Session, node: string): (Pod & KubeObject)[] => session.reader.list('Pod').filter((p) => p.spec.nodeName === node);

/** Switches it off: whatever ran on it is gone, and nobody is told. */
export function stopMachine(session: Session, name: string): void {
  nodeNamed(session, name);
  if (isOff(session.reader, name)) throw new MachineError(`node ${name} is off already`);
  const now = session.world.now();
  setFault(session.kept, machineOf(name), { since: now });
  for (const pod of podsOn(session, name)) {
    const component = runtimeOf(session.reader, pod)?.mirror?.component;
    if (component) setFault(session.kept, component, { since: now });
  }
  session.core.store.timers.setNoLater({ controller: 'node-lifecycle', key: name, at: now + grace });
}

/** Switches it on: it boots, with nothing left of what only memory held. */
export function startMachine(session: Session, name: string): void {
  nodeNamed(session, name);
  if (!isOff(session.reader, name)) throw new MachineError(`node ${name} is on already`);
  session.kept.setState(proxyStateKey(name), undefined);
  for (const pod of podsOn(session, name)) reboot(session, pod);
  // Its services start by themselves, whether or not they ran when it was switched off.
  setFault(session.kept, kubeletOf(name), undefined);
  setFault(session.kept, machineOf(name), { since: session.world.now(), returning: true });
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

export const machineActions = { stop: stopMachine, start: startMachine } as const;
export type MachineAction = keyof typeof machineActions;
