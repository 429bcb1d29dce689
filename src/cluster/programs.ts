// The programs that controllers are parts of (Controller.program): who runs, and what those that come back look at anew.
import type { Controller } from '../model/controller.js';
import { faultsOf, isDown, isOff, setFault } from '../model/faults.js';
import { groupKindFor } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import type { Reader } from '../model/store.js';
import { nodeIP } from '../network/net.js';
import { controlPlaneNode } from '../programs/static-pods.js';
import type { Session } from './session.js';

/** Stops with its program. Each node has a kubelet of its own: its controllers look at the node's faults themselves. */
const ofControlPlane = ({ program }: Pick<Controller, 'program'>): boolean => program !== 'own' && program !== 'kubelet';

/** How managedFields names who writes. */
export const managerName = ({ program }: Pick<Controller, 'program'>): string => (program === 'own' ? 'kube-controller-manager' : program);

/** Is somebody there who answers requests? */
export const answers = (reader: Reader): boolean => !isDown(reader, 'kube-apiserver') && !isDown(reader, 'etcd');

/** What kubectl says when there is nobody. */
export function serverProblem(reader: Reader): string {
  const address = `${nodeIP(reader.get('Node', '', controlPlaneNode))}:6443`;
  return isOff(reader, controlPlaneNode)
    ? `Unable to connect to the server: dial tcp ${address}: connect: no route to host`
    : `The connection to the server ${address} was refused - did you specify the right host or port?`;
}

export const runs = (reader: Reader, controller: Controller): boolean =>
  !ofControlPlane(controller) || (answers(reader) && !isDown(reader, controller.program));

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
    requeue(session, (controller) => ofControlPlane(controller) && (everyone || controller.program === program));
  } else if (what === 'machine' || what === 'kubelet' || what === 'containerd') {
    requeue(
      session,
      ({ program }) => program === 'kubelet',
      (object) => nodeOf(object) === node,
    );
    requeue(
      session,
      ({ name }) => name === 'node-lifecycle',
      (object) => nodeOf(object) === node,
    );
  }
}

const nodeOf = (object: KubeObject): string | undefined => (object.kind === 'Node' ? object.metadata.name : object.spec?.nodeName);

/**
 * Shows controllers every object that they watch, as a program that starts lists what it then watches: all controllers that `chosen`
 * takes, and of their objects those that `shown` takes.
 */
export function requeue(
  session: Session,
  chosen: (controller: Controller) => boolean,
  shown: (object: KubeObject) => boolean = () => true,
): void {
  const { core } = session;
  core.controllers.forEach((controller, i) => {
    if (!chosen(controller)) return;
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
