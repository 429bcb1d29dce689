// Creating an object: names and metadata, defaults, admission, preparation, validation, storing.
// Mirrors k8s.io/apiserver/pkg/registry/rest/create.go and registry/generic/registry/store.go (Create).
import { showingEmptyMaps } from '../model/field-error.js';
import type { ManagedFieldsEntry } from '../model/generated/api.js';
import { groupKindFor, type Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import { alreadyExists, failure, invalid, notFound, qualified } from '../model/status.js';
import { randomSuffix, timestamp } from '../model/world.js';
import { type Manager, managedFieldsOfNew } from './apply/managed-fields.js';
import { emptyStatus } from './decode.js';
import { validateNewMetadata } from './metadata.js';
import type { Session } from './session.js';

export interface CreateOptions {
  /** Off for controllers: what they make comes from templates that were validated. */
  readonly validate: boolean;
  /** Where the request had maps without entries, for messages. */
  readonly empties?: ReadonlySet<string>;
  /** Who writes; or, for an apply, what metadata.managedFields becomes. */
  readonly manager?: Manager;
  readonly managedFields?: ManagedFieldsEntry[];
}

/** `obj` is the caller's to give away: it is written into. Returns the object as stored. */
export function createObject(session: Session, kind: Kind, obj: KubeObject, options: CreateOptions): KubeObject {
  checkNamespace(session, kind, obj);
  const name = stamp(session, kind, obj);
  if (!kind.keepsStatus) dropStatus(kind, obj);
  kind.defaults?.(obj);
  const managed =
    options.managedFields ?? (options.manager && managedFieldsOfNew(kind, obj, options.manager, session.world.now(), options.empties));
  if (managed && managed.length > 0) obj.metadata.managedFields = managed;
  else delete obj.metadata.managedFields;
  kind.admit?.(obj, undefined, session);
  obj.metadata.name = name;
  kind.prepareCreate?.(obj, session);
  if (options.validate) {
    const errors = [...validateNewMetadata(kind, obj), ...(kind.validateCreate?.(obj, session) ?? [])];
    if (errors.length > 0) throw invalid(kind.names, obj.metadata.name, showingEmptyMaps(errors, options.empties));
    for (const w of kind.warnings?.(obj, undefined) ?? []) session.warnings.add(w);
    kind.forbid?.(obj, undefined, session);
  }
  if (session.reader.get(groupKindFor(kind), obj.metadata.namespace ?? '', obj.metadata.name)) {
    throw alreadyExists(kind.names, obj.metadata.name);
  }
  return session.put(kind, obj);
}

/** Namespaces must exist to be written into, and take nothing new while they end. Mirrors plugin/pkg/admission/namespace/lifecycle. */
function checkNamespace(session: Session, kind: Kind, obj: KubeObject): void {
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

/** The metadata that only the server sets. Returns the object's name: one made from generateName is not known to admission yet. */
function stamp(session: Session, kind: Kind, obj: KubeObject): string {
  const { world } = session;
  const m = obj.metadata;
  const name = !m.name && m.generateName ? `${m.generateName.slice(0, 58)}${randomSuffix(world)}` : m.name;
  m.uid = world.uid();
  m.creationTimestamp = timestamp(world.now());
  delete m.deletionTimestamp;
  delete m.deletionGracePeriodSeconds;
  delete m.resourceVersion;
  delete m.selfLink;
  if (kind.hasGeneration) m.generation = 1;
  return name;
}

/** A client cannot choose a status; kinds that always show one (Service: loadBalancer) fill it in prepareCreate or defaults. */
function dropStatus(kind: Kind, obj: KubeObject): void {
  if (kind.subresources.includes('status')) obj.status = emptyStatus(kind) ?? {};
}
