// Server-side apply as a pure function: the live object and a configuration give the next object and its managedFields.
// Mirrors sigs.k8s.io/structured-merge-diff/merge/update.go (Apply) and managedfields' lastappliedmanager.go, lastappliedupdater.go.
import { goJSON } from '../../lib/go-format.js';
import type { ManagedFieldsEntry } from '../../model/generated/api.js';
import type { Kind } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';
import { failure, type StatusError } from '../../model/status.js';
import { timestamp } from '../../model/world.js';
import { fieldsOf } from './compare.js';
import { difference, emptySet, equalSets, type FieldSet, intersection, isEmpty, paths, pathText, union } from './field-set.js';
import { changesOf, isSameOwner, managedFieldsOf, type Manager, ownable, type Owner, ownersOf, rootSchema } from './managed-fields.js';
import { mergeApplied, removeFields } from './merge.js';

interface ApplyRequest {
  readonly kind: Kind;
  /** Absent: the configuration creates the object. */
  readonly live: KubeObject | undefined;
  readonly applied: KubeObject;
  readonly manager: Manager;
  readonly force: boolean;
  readonly now: number;
}

interface ApplyResult {
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

// Fields that somebody else set to another value. Mirrors k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go.

/** An owner, with the fields of its set that are in dispute. */
type Conflict = Owner;

function conflictError(conflicts: readonly Conflict[]): StatusError {
  const all = conflicts.flatMap((c) => paths(c.set).map((path) => ({ who: managerText(c), field: pathText(path) })));
  const causes = all.map(({ who, field }) => ({ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field }));
  const [first] = all;
  const managers = [...new Set(all.map((c) => c.who))].sort();
  const lists = managers.map((who) =>
    [`conflicts with ${who}:`, ...all.filter((c) => c.who === who).map((c) => `- ${c.field}`)].join('\n'),
  );
  const message =
    all.length === 1 && first
      ? `Apply failed with 1 conflict: conflict with ${first.who}: ${first.field}`
      : `Apply failed with ${all.length} conflicts: ${lists.join('\n')}`;
  return failure(409, 'Conflict', message, { causes });
}

function managerText({ manager, subresource, operation, apiVersion }: Owner): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
