// Server-side apply as a pure function: the live object and a configuration give the next object and its managedFields.
// Mirrors sigs.k8s.io/structured-merge-diff/merge/update.go (Apply) and managedfields' lastappliedmanager.go, lastappliedupdater.go.
import { goJSON } from '../../lib/go-format.js';
import { same } from '../../lib/same.js';
import type { ManagedFieldsEntry } from '../../model/generated/api.js';
import type { Kind } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';
import { failure, type StatusError } from '../../model/status.js';
import { timestamp } from '../../model/world.js';
import { compare, fieldsOf } from './compare.js';
import { difference, emptySet, type FieldSet, intersection, isEmpty, paths, pathText, union } from './field-set.js';
import { changesOf, isSameOwner, managedFieldsOf, type Manager, ownable, type Owner, ownersOf, rootSchema } from './managed-fields.js';
import { mergeApplied } from './merge.js';
import { prune } from './prune.js';
import { typeProblems } from './typed.js';

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
  const owners = base ? ownersBefore(kind, live, base, now) : [];
  const mine = owners.find((o) => isSameOwner(o, self));
  const others = owners.filter((o) => o !== mine);
  const said = fieldsOf(applied, schema);
  const set = ownable(said, kind, manager.subresource);

  const merged = mergeApplied(base ?? {}, applied, schema) as KubeObject;
  const owned = others.reduce((all, o) => union(all, o.set), said);
  const pruned = mine ? (prune(merged, mine.set, owned, schema) as KubeObject) : merged;

  const { added, modified, removed } = changesOf(kind, base, pruned);
  const taken = union(added, modified);
  const conflicts = others.map((o): Conflict => ({ ...o, set: intersection(o.set, taken) })).filter((c) => !isEmpty(c.set));
  if (conflicts.length > 0 && !force) refuse(conflicts, base ? configuredBefore(kind, base, manager) : emptySet);

  const left = others.map((o): Owner => ({ ...o, set: difference(difference(o.set, taken), removed) }));
  // Who says what is there already has changed nothing, and has no time.
  const entry: Owner = { ...self, apiVersion: applied.apiVersion, set, time: base && same(base, pruned) ? mine?.time : timestamp(now) };
  // Nobody comes to own the annotation by this.
  const object = renewLastApplied(pruned, applied, manager);
  return { object, managedFields: managedFieldsOf([...left, entry]) };
}

function withoutManagedFields(obj: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = obj.metadata;
  return { ...obj, metadata };
}

/** The owners of the live object's fields; of one that nobody owns anything of, all fields come from before the first apply. */
function ownersBefore(kind: Kind, live: KubeObject, base: KubeObject, now: number): Owner[] {
  const owners = ownersOf(live);
  if (owners.length > 0) return owners;
  const { added, modified } = changesOf(kind, undefined, base);
  const set = ownable(union(added, modified), kind, undefined);
  return [{ manager: 'before-first-apply', operation: 'Update', apiVersion: base.apiVersion, time: timestamp(now), set }];
}

function refuse(conflicts: readonly Conflict[], allowed: FieldSet): void {
  const real = conflicts.map((c) => ({ ...c, set: difference(c.set, allowed) })).filter((c) => !isEmpty(c.set));
  if (real.length > 0) throw conflictError(real);
}

/** kubectl may take over, without a conflict, what it applied on the client's side before and what still is as it was applied. */
function configuredBefore(kind: Kind, live: KubeObject, manager: Manager): FieldSet {
  const text = live.metadata.annotations?.[lastApplied];
  if (manager.name !== 'kubectl' || !text) return emptySet;
  try {
    const configured = JSON.parse(text) as KubeObject;
    if (configured.apiVersion !== live.apiVersion || typeProblems(configured, kind.schema).length > 0) return emptySet;
    const { added, modified, removed } = compare(configured, live, rootSchema(kind));
    return [added, modified, removed].reduce(difference, fieldsOf(configured, rootSchema(kind)));
  } catch {
    return emptySet;
  }
}

/** The annotation of a client-side apply goes with a server-side one by kubectl, so that both can be used in turn. */
function renewLastApplied(object: KubeObject, applied: KubeObject, manager: Manager): KubeObject {
  if (manager.name !== 'kubectl' || !object.metadata.annotations?.[lastApplied]) return object;
  const { annotations: said, managedFields: __, ...metadata } = applied.metadata;
  const { [lastApplied]: _, ...annotations } = said ?? {};
  const text = `${goJSON({ ...applied, metadata: { ...metadata, ...(said && { annotations }) } })}\n`;
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
