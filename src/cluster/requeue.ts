// Shows controllers every object that they watch, as a program that starts lists what it then watches.
import { groupKind, type KubeObject } from '../model/object.js';
import type { Session } from './session.js';

/** All controllers whose name `chosen` takes, and of their objects those that `shown` takes. */
export function requeue(
  session: Session,
  chosen: (controller: string) => boolean,
  shown: (object: KubeObject) => boolean = () => true,
): void {
  const { core } = session;
  core.controllers.forEach((controller, i) => {
    if (!chosen(controller.name)) return;
    for (const kind of core.kinds.values()) {
      const name = groupKind(kind.names.group, kind.names.kind);
      const keys = controller.watches[name];
      if (!keys) continue;
      for (const object of core.reader.list(name).filter(shown))
        for (const key of keys({ rev: core.store.rev, type: 'ADDED', kind: name, object }, core.reader)) session.queue(i, key);
    }
    for (const key of controller.leftovers?.(core.reader) ?? []) session.queue(i, key);
  });
}
