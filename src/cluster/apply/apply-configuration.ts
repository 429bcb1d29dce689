// Server-side apply as a pure function: the live object and a configuration give the next object and its managedFields.
// Mirrors sigs.k8s.io/structured-merge-diff/merge/update.go (Apply) and managedfields' lastappliedmanager.go, lastappliedupdater.go.
import type { ManagedFieldsEntry } from '../../model/generated/api.js';
import { goJSON } from '../../lib/go-format.js';
import type { Kind } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';
import { timestamp } from '../../model/world.js';
import { fieldsOf } from './compare.js';
import { type Conflict, conflictError } from './conflicts.js';
import { difference, emptySet, equalSets, type FieldSet, intersection, isEmpty, union } from './field-set.js';
import { changesOf, isSameOwner, type Manager, managedFieldsOf, type Owner, ownable, ownersOf, rootSchema } from './managed-fields.js';
import { mergeApplied, removeFields } from './merge.js';

export interface ApplyRequest {
  readonly kind: Kind;
  /** Absent: the configuration creates the object. */
  readonly live: KubeObject | undefined;
  readonly applied: KubeObject;
  readonly manager: Manager;
  readonly force: boolean;
  readonly now: number;
}

export interface ApplyResult {
  readonly object: KubeObject;
  readonly managedFields: ManagedFieldsEntry[];
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Throws the conflict, unless `force` takes the fields. */
export function applyTo({ kind, live, applied, manager, force, now }: ApplyRequest): ApplyResult {
  const schema = rootSchema(kind);
  const base = live && withoutManagedFields(live);
  const self = { manager: manager.name, operation: 'Apply', subresource: manager.subresource } as const;
  const owners = ownersOf(live);
  const mine = owners.find((o) => isSameOwner(o, self));
  const others = owners.filter((o) => o !== mine);
  const set = ownable(fieldsOf(applied, schema), kind, manager.subresource);

  const merged = mergeApplied(base ?? {}, applied, schema) as KubeObject;
  const dropped = difference(mine?.set ?? emptySet, set);
  const kept = others.reduce((all, o) => union(all, o.set), set);
  const pruned = isEmpty(dropped) ? merged : (removeFields(merged, dropped, kept, schema) as KubeObject);

  const { added, modified, removed } = changesOf(kind, base, pruned);
  const taken = union(added, modified);
  const conflicts = others.map((o): Conflict => ({ ...o, set: intersection(o.set, taken) })).filter((c) => !isEmpty(c.set));
  const real = conflicts.filter((c) => !isEmpty(difference(c.set, configuredBefore(kind, live, manager))));
  if (real.length > 0 && !force) throw conflictError(real);

  const left = others.map((o): Owner => ({ ...o, set: difference(difference(o.set, taken), removed) }));
  const unchanged = mine && equalSets(mine.set, set) && isEmpty(taken) && isEmpty(removed);
  const entry: Owner = { ...self, apiVersion: applied.apiVersion, set, time: unchanged ? mine.time : timestamp(now) };
  // Nobody comes to own the annotation by this.
  const object = renewLastApplied(base, pruned, applied, manager);
  return { object, managedFields: managedFieldsOf([...left, entry]) };
}

function withoutManagedFields(obj: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = obj.metadata;
  return { ...obj, metadata };
}

/** kubectl may take over what it applied on the client's side before, without a conflict. */
function configuredBefore(kind: Kind, live: KubeObject | undefined, manager: Manager): FieldSet {
  const text = live?.metadata.annotations?.[lastApplied];
  if (manager.name !== 'kubectl' || text === undefined) return emptySet;
  try {
    return fieldsOf(JSON.parse(text), rootSchema(kind));
  } catch {
    return emptySet;
  }
}

/** The annotation of a client-side apply goes with a server-side one by kubectl, so that both can be used in turn. */
function renewLastApplied(live: KubeObject | undefined, object: KubeObject, applied: KubeObject, manager: Manager): KubeObject {
  if (manager.name !== 'kubectl' || live?.metadata.annotations?.[lastApplied] === undefined) return object;
  const { [lastApplied]: _, ...annotations } = applied.metadata.annotations ?? {};
  const { managedFields: __, ...metadata } = applied.metadata;
  const text = `${goJSON({ ...applied, metadata: { ...metadata, annotations } })}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [lastApplied]: text } } };
}
