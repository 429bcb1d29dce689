// Rows made by the server: meta.k8s.io/v1 Table. Mirrors pkg/printers/internalversion and apiserver's TableConvertor.
import type { Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import type { Table } from '../model/request.js';
import type { Session } from './session.js';

export function table(session: Session, kind: Kind, objects: readonly KubeObject[]): Table {
  const at = { now: session.world.now() };
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: String(session.core.store.rev) },
    columnDefinitions: kind.columns.map(({ name, type, priority }) => ({ name, type, priority })),
    rows: objects.map((object) => ({ cells: kind.columns.map((c) => c.cell(object, at)), object })),
  };
}
