// Namespaces must exist to be written into, and take nothing new while they end.
// Mirrors plugin/pkg/admission/namespace/lifecycle in k8s.io/apiserver.
import type { Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import { failure, forbidden, notFound, qualified } from '../model/status.js';
import type { Session } from './session.js';

export function checkNamespace(session: Session, kind: Kind, obj: KubeObject): void {
  if (!kind.names.namespaced) {
    delete obj.metadata.namespace;
    return;
  }
  const name = obj.metadata.namespace ?? '';
  const namespace = session.reader.get('Namespace', '', name);
  if (!namespace) throw notFound({ group: '', plural: 'namespaces' }, name);
  if (!namespace.metadata.deletionTimestamp) return;
  const what = obj.metadata.name || obj.metadata.generateName || 'unknown';
  throw failure(
    403,
    'Forbidden',
    `${qualified(kind.names)} "${what}" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
    {
      name: what,
      ...(kind.names.group && { group: kind.names.group }),
      kind: kind.names.plural,
      causes: [{ reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' }],
    },
  );
}

const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Some namespaces may never go. */
export function checkDeletable(kind: Kind, obj: KubeObject): void {
  if (kind.names.kind === 'Namespace' && immortal.has(obj.metadata.name)) {
    throw forbidden({ group: '', plural: 'namespaces' }, obj.metadata.name, 'this namespace may not be deleted');
  }
}
