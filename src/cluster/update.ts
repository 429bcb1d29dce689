// Updating an object or its status; an update that changes nothing is none.
// Mirrors k8s.io/apiserver/pkg/registry/rest/update.go and registry/generic/registry/store.go (Update).

import type { Kind } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';
import { type FieldError, showingEmptyMaps } from '../model/field-error.js';
import { conflict, failure, invalid } from '../model/status.js';
import { clone } from '../lib/clone.js';
import { same } from '../lib/same.js';
import type { ManagedFieldsEntry } from '../model/generated/api.js';
import { type Manager, updateManagedFields } from './apply/managed-fields.js';
import { finalizersOf } from './delete.js';
import type { Session } from './session.js';
import { validateMetadataUpdate } from './metadata.js';

export interface UpdateOptions {
  readonly validate: boolean;
  /** Where the request had maps and lists without entries. */
  readonly empties?: ReadonlySet<string>;
  /** Which part a write may change, "spec", "status" or one of the kind's `parts`: the rest is kept as it was. */
  readonly part: string;
  /** Who writes; or, for an apply, what metadata.managedFields becomes. */
  readonly manager?: Manager;
  readonly managedFields?: ManagedFieldsEntry[];
}

/** `obj` is the caller's to give away. Returns the object as stored, or `old` itself when nothing changed. */
export function updateObject(session: Session, kind: Kind, obj: KubeObject, old: KubeObject, options: UpdateOptions): KubeObject {
  const asked = obj.metadata.resourceVersion;
  if (asked && !/^\d+$/.test(asked)) throw failure(500, '', `strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`);
  if (asked && Number(asked) !== 0 && asked !== old.metadata.resourceVersion) {
    throw conflict(
      kind.names,
      obj.metadata.name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
  const part = kind.parts?.[options.part];
  const ofSpec = options.part !== 'status';
  const next = ofSpec
    ? withSpec(kind, old, part ? part.take(obj, old) : obj)
    : options.validate
      ? withClientStatus(kind, old, defaulted(kind, old, obj))
      : withStatus(old, obj);
  if (ofSpec) kind.defaults?.(next);
  const managed =
    options.managedFields ??
    (options.manager && updateManagedFields(kind, old, next, options.manager, session.world.now(), options.empties));
  if (ofSpec) {
    kind.admit?.(next, old, session);
    kind.prepareUpdate?.(next, old, session);
  }
  if (options.validate) validate(session, kind, next, old, options);
  next.metadata.resourceVersion = old.metadata.resourceVersion as string;
  const content = kind.content ?? allBut;
  const emptied = kind.countsEmpties && [...(options.empties ?? [])].some((path) => path.startsWith('spec.'));
  if (kind.hasGeneration && ofSpec && (emptied || !same(content(next), content(old))))
    next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  if (same(next, old) && !options.managedFields && !options.empties?.size) return old;
  if (managed) next.metadata.managedFields = managed;
  if (managed?.length === 0) delete next.metadata.managedFields;
  if (same(withoutTimes(next), withoutTimes(old))) return old;
  if (next.metadata.deletionTimestamp && finalizersOf(kind, next).length === 0 && !next.metadata.deletionGracePeriodSeconds) {
    session.take(kind, next);
    return next;
  }
  return session.put(kind, next);
}

/** When somebody last wrote their fields is no change by itself. */
function withoutTimes(object: KubeObject): KubeObject {
  const { managedFields, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, ...(managedFields && { managedFields: managedFields.map(({ time, ...entry }) => entry) }) },
  };
}

function validate(session: Session, kind: Kind, next: KubeObject, old: KubeObject, options: UpdateOptions): void {
  const errors = [...validateMetadataUpdate(next, old), ...validatePart(session, kind, next, old, options.part)];
  if (errors.length > 0) throw invalid(kind.names, next.metadata.name, showingEmptyMaps(errors, options.empties));
  for (const w of kind.warnings?.(next, old) ?? []) session.warnings.add(w);
  kind.forbid?.(next, old, session);
}

function validatePart(session: Session, kind: Kind, next: KubeObject, old: KubeObject, part: string): FieldError[] {
  if (part === 'status') return kind.validateStatusUpdate?.(next, old) ?? [];
  return kind.parts?.[part]?.validate(next, old) ?? kind.validateUpdate?.(next, old, session) ?? [];
}

/** The part that a request's subresource writes. */
export function partOf(kind: Kind, subresource: string | undefined): string {
  if (!subresource) return 'spec';
  if (subresource === 'status' || kind.parts?.[subresource]) return subresource;
  throw failure(501, 'NotImplemented', `updating ${kind.names.plural}/${subresource} is not simulated`);
}

/** The new spec and metadata with the old status and what only the server sets. */
function withSpec(kind: Kind, old: KubeObject, obj: KubeObject): KubeObject {
  const next: KubeObject = { ...obj, metadata: clientMetadata(obj, old) };
  if (kind.subresources.includes('status') && !kind.keepsStatus) {
    if (old.status === undefined) delete next.status;
    else next.status = old.status;
  }
  return next;
}

function clientMetadata(obj: KubeObject, old: KubeObject): KubeObject['metadata'] {
  // Who leaves its uid out means the object that is there; another one is refused.
  const uid = obj.metadata.uid || old.metadata.uid;
  const metadata = { ...obj.metadata, ...serverMetadata(old), ...(uid && { uid }) };
  for (const field of ['generation', 'selfLink'] as const) {
    if (old.metadata[field] === undefined) delete metadata[field];
  }
  // Clients that do not send managedFields leave them alone; those that do may move fields to other managers, or clear them with an empty list.
  if (old.metadata.managedFields) metadata.managedFields ??= old.metadata.managedFields;
  return metadata;
}

function serverMetadata(old: KubeObject): Partial<KubeObject['metadata']> {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, namespace, generateName } = old.metadata;
  return Object.fromEntries(
    Object.entries({ uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, namespace, generateName }).filter(
      ([, v]) => v !== undefined,
    ),
  );
}

/** A client's status is defaulted too (a load balancer's ipMode), on a copy: the spec is shared with the old object. */
function defaulted(kind: Kind, old: KubeObject, obj: KubeObject): KubeObject {
  if (!kind.defaults) return obj;
  const whole = clone({ ...old, status: obj.status });
  kind.defaults(whole);
  return { ...obj, status: whole.status };
}

/** A client that writes a status writes metadata with it, but for what its kind keeps. */
function withClientStatus(kind: Kind, old: KubeObject, obj: KubeObject): KubeObject {
  const next = { ...old, metadata: clientMetadata(obj, old), status: obj.status };
  kind.prepareStatusUpdate?.(next, old);
  return next;
}

/** Controllers' status writes leave everything else alone but annotations, in which they note what belongs to the status (a Deployment's revision). */
const withStatus = (old: KubeObject, obj: KubeObject): KubeObject => ({
  ...old,
  metadata: {
    ...old.metadata,
    ...(obj.metadata.annotations && { annotations: obj.metadata.annotations }),
    ...(obj.metadata.managedFields && { managedFields: obj.metadata.managedFields }),
  },
  status: obj.status,
});

function allBut(obj: KubeObject): unknown {
  const { metadata, status, ...rest } = obj;
  return rest;
}
