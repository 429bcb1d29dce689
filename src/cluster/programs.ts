// Which program of a real cluster each controller is a part of: it acts while that program runs, and sees everything anew when it comes back.
// Controllers that are named nowhere here run always, or look after their program themselves (each node's kubelet, kube-proxy, CoreDNS).
import { groupKindFor } from '../model/kind.js';
import { faultsOf, isDown, isOff, setFault } from '../model/faults.js';
import { type KubeObject } from '../model/object.js';
import type { Reader } from '../model/store.js';
import { nodeIP } from '../network/net.js';
import { controlPlaneNode } from '../programs/static-pods.js';
import type { Session } from './session.js';

const parts: Readonly<Record<string, readonly string[]>> = {
  'kube-apiserver': ['ip-address'],
  'kube-controller-manager': [
    'namespace',
    'service-account',
    'root-ca',
    'garbage-collector',
    'node-lifecycle',
    'pod-garbage-collector',
    'deployment',
    'daemon-set',
    'replica-set',
    'taint-eviction',
    'endpoint-slice',
    'endpoints',
    'endpoint-slice-mirroring',
    'service-cidr',
  ],
  'kube-scheduler': ['scheduler'],
};

/** Controllers that are parts of each node's kubelet. */
const ofKubelets: readonly string[] = ['kubelet', 'static-pods', 'node-status'];

const programOf: ReadonlyMap<string, string> = new Map(
  Object.entries(parts).flatMap(([p, all]) => all.map((c): [string, string] => [c, p])),
);

/** How managedFields names who writes. */
export const managerName = (controller: string): string =>
  ofKubelets.includes(controller) ? 'kubelet' : (programOf.get(controller) ?? 'kube-controller-manager');

/** Is somebody there who answers requests? */
export const answers = (reader: Reader): boolean => !isDown(reader, 'kube-apiserver') && !isDown(reader, 'etcd');

/** What kubectl says when there is nobody. */
export function serverProblem(reader: Reader): string {
  const address = `${nodeIP(reader.get('Node', '', controlPlaneNode))}:6443`;
  return isOff(reader, controlPlaneNode)
    ? `Unable to connect to the server: dial tcp ${address}: connect: no route to host`
    : `The connection to the server ${address} was refused - did you specify the right host or port?`;
}

export function runs(reader: Reader, controller: string): boolean {
  const program = programOf.get(controller);
  return program === undefined || (answers(reader) && !isDown(reader, program));
}

/** Programs that have come back list what they watch. */
export function welcome(session: Session): void {
  const faults = faultsOf(session.reader);
  for (const [program, { returning }] of Object.entries(faults)) if (returning) welcomeOne(session, program);
}

function welcomeOne(session: Session, program: string): void {
  setFault(session.kept, program, undefined);
  const [what, node] = program.split('/');
  if (node === undefined) {
    const everyone = program === 'kube-apiserver' || program === 'etcd';
    requeue(session, (controller) => programOf.has(controller) && (everyone || programOf.get(controller) === program));
  } else if (what === 'machine' || what === 'kubelet' || what === 'containerd') {
    requeue(
      session,
      (controller) => ofKubelets.includes(controller),
      (object) => nodeOf(object) === node,
    );
    requeue(
      session,
      (controller) => controller === 'node-lifecycle',
      (object) => nodeOf(object) === node,
    );
  }
}

const nodeOf = (object: KubeObject): string | undefined => (object.kind === 'Node' ? object.metadata.name : object.spec?.nodeName);

/**
 * Shows controllers every object that they watch, as a program that starts lists what it then watches: all controllers whose name `chosen`
 * takes, and of their objects those that `shown` takes.
 */
export function requeue(
  session: Session,
  chosen: (controller: string) => boolean,
  shown: (object: KubeObject) => boolean = () => true,
): void {
  const { core } = session;
  core.controllers.forEach((controller, i) => {
    if (!chosen(controller.name)) return;
    for (const kind of core.kinds.values()) {
      const name = groupKindFor(kind);
      const keys = controller.watches[name];
      if (!keys) continue;
      for (const object of core.reader.list(name).filter(shown))
        for (const key of keys({ rev: core.store.rev, type: 'ADDED', kind: name, object }, core.reader)) session.queue(i, key);
    }
    for (const key of controller.leftovers?.(core.reader) ?? []) session.queue(i, key);
  });
}
