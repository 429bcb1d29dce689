// metadata.managedFields: who set which field, kept by every write. Mirrors k8s.io/apimachinery/pkg/util/managedfields and
// sigs.k8s.io/structured-merge-diff/merge/update.go. Different from upstream: fields are tracked in the one served version of each kind,
// and the eleventh manager does not make the oldest ones "ancient-changes".
import type { ManagedFieldsEntry } from '../../model/generated/api.js';
import type { FieldSchema } from '../../lib/field-schema.js';
import type { Kind } from '../../model/kind.js';
import { mergeSchema } from '../../model/merge-schema.js';
import type { Json, KubeObject } from '../../model/object.js';
import { timestamp } from '../../model/world.js';
import { zero } from '../../model/unmarshal.js';
import { compare, type Comparison } from './compare.js';
import { emptied } from './emptied.js';
import { NoKeyError } from './walk.js';
import { difference, emptySet, equalSets, type FieldSet, fromFieldsV1, isEmpty, toFieldsV1, touches, union } from './field-set.js';

export interface Manager {
  readonly name: string;
  readonly subresource?: string | undefined;
}

export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
  readonly time?: string | undefined;
  readonly set: FieldSet;
}

export const rootSchema = (kind: Kind): FieldSchema => ({ value: mergeSchema(kind.schema) });

/** One empty entry is none: so they are taken off. */
function entriesOf(obj: KubeObject | undefined): ManagedFieldsEntry[] {
  const entries = obj?.metadata.managedFields ?? [];
  return entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0 ? [] : entries;
}

export const ownersOf = (obj: KubeObject | undefined): Owner[] => entriesOf(obj).map(ownerOf);

const ownerOf = (e: ManagedFieldsEntry): Owner => ({
  manager: e.manager ?? '',
  operation: e.operation as Owner['operation'],
  apiVersion: e.apiVersion ?? '',
  subresource: e.subresource || undefined,
  time: e.time,
  set: fromFieldsV1(e.fieldsV1),
});

export const isSameOwner = (a: Owner, b: Pick<Owner, 'manager' | 'operation' | 'subresource'>): boolean =>
  a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource;

export const managedFieldsOf = (owners: readonly Owner[]): ManagedFieldsEntry[] =>
  inOrder(owners.filter((o) => !isEmpty(o.set)).map(entryOf));

const entryOf = ({ set, ...owner }: Owner): ManagedFieldsEntry => entryWith(toFieldsV1(set), owner);

const entryWith = (fieldsV1: Fields, { manager, operation, apiVersion, subresource, time }: Omit<Owner, 'set'>): ManagedFieldsEntry => ({
  apiVersion,
  fieldsType: 'FieldsV1',
  fieldsV1: fieldsV1 as never,
  manager,
  operation,
  ...(subresource && { subresource }),
  ...(time && { time }),
});

/** Applied first, then by time, then by name. */
function inOrder(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const order = (e: ManagedFieldsEntry): string => `${e.operation === 'Apply' ? 0 : 1} ${e.time ?? ''} ${e.manager} ${e.subresource ?? ''}`;
  return [...entries].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Metadata that nobody owns: identity, and what only the server sets. apiVersion and kind are nobody's either. */
const unowned = new Set(
  ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'generation', 'managedFields', 'resourceVersion', 'deletionTimestamp'].map(
    (field) => `f:${field}`,
  ),
);

/** A write to the object cannot set its status, one to the status nothing but it and metadata. */
export function ownable(set: FieldSet, kind: Kind, subresource: string | undefined): FieldSet {
  const children = new Map(set.children);
  for (const field of ['f:apiVersion', 'f:kind']) children.delete(field);
  if (subresource === 'status') children.delete('f:spec');
  else if (kind.subresources.includes('status') && !kind.keepsStatus) children.delete('f:status');
  const metadata = children.get('f:metadata');
  const left = [...(metadata?.children ?? [])].filter(([field]) => !unowned.has(field));
  if (left.length > 0) children.set('f:metadata', { member: false, children: new Map(left) });
  else children.delete('f:metadata');
  return { member: false, children };
}

/** The object before its creation: what Go's empty struct of the kind shows. */
const unborn = (kind: Kind, obj: KubeObject): Json => ({ ...(zero(kind.schema) as object), apiVersion: obj.apiVersion, kind: obj.kind });

export const changesOf = (kind: Kind, old: KubeObject | undefined, next: KubeObject): Comparison =>
  compare(old ?? unborn(kind, next), next, rootSchema(kind));

/** undefined when a list has items without a key: such objects have no managed fields. */
function changesIfKeyed(kind: Kind, old: KubeObject | undefined, next: KubeObject): Comparison | undefined {
  try {
    return changesOf(kind, old, next);
  } catch (e) {
    if (e instanceof NoKeyError) return undefined;
    throw e;
  }
}

/** What a controller's objects have in common: ten Pods of one template own the same fields. By what creates them, see shapeOf. */
const ownedByShape = new Map<string, Fields | undefined>();
type Fields = ReturnType<typeof toFieldsV1>;
const mostShapes = 1000;

/** All that the fields of a new object follow from, but for its one owner; metadata that nobody owns does not count. */
function shapeOf(kind: Kind, { metadata, ...rest }: KubeObject, subresource: string | undefined): string {
  let text = `${kind.schema} ${subresource ?? ''} ${shape(rest)}`;
  for (const field in metadata) {
    if (unowned.has(`f:${field}`)) continue;
    const value = metadata[field as keyof typeof metadata];
    text += `${field}\0${field === 'ownerReferences' && metadata.ownerReferences?.length === 1 ? 'one' : shape(value)}\0`;
  }
  return text;
}

/** `fieldsV1` of an object of the same shape, with this one's owner. */
function withOwner(fieldsV1: Fields, { ownerReferences }: KubeObject['metadata']): Fields {
  const metadata = fieldsV1['f:metadata'];
  if (!metadata || ownerReferences?.length !== 1) return fieldsV1;
  const owner = { '.': {}, [`k:${JSON.stringify({ uid: ownerReferences[0]?.uid })}`]: {} };
  return { ...fieldsV1, 'f:metadata': { ...metadata, 'f:ownerReferences': owner } };
}

/** Strings count only as empty or not, except in lists, where they tell the items apart. */
function shape(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '' : 's';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  let text = '{';
  for (const key in value) text += `${key}\0${shape((value as Record<string, unknown>)[key])}\0`;
  return text;
}

const noEmpties: ReadonlySet<string> = new Set();

/** The managedFields of an object that `manager` creates. */
export function managedFieldsOfNew(
  kind: Kind,
  next: KubeObject,
  manager: Manager,
  now: number,
  empties: ReadonlySet<string> = noEmpties,
): ManagedFieldsEntry[] {
  const shape = shapeOf(kind, next, manager.subresource) + [...empties].join(' ');
  if (!ownedByShape.has(shape)) {
    if (ownedByShape.size === mostShapes) ownedByShape.clear();
    const changes = changesIfKeyed(kind, undefined, next);
    const taken = changes && union(union(changes.added, changes.modified), emptied(kind, empties));
    const set = taken ? ownable(taken, kind, manager.subresource) : emptySet;
    ownedByShape.set(shape, isEmpty(set) ? undefined : toFieldsV1(set));
  }
  const fieldsV1 = ownedByShape.get(shape);
  if (!fieldsV1) return [];
  const owner = { manager: manager.name, operation: 'Update', apiVersion: next.apiVersion, subresource: manager.subresource } as const;
  return [entryWith(withOwner(fieldsV1, next.metadata), { ...owner, time: timestamp(now) })];
}

/** The managedFields after `manager` wrote `next` over `old` by anything but an apply. */
export function updateManagedFields(
  kind: Kind,
  old: KubeObject,
  next: KubeObject,
  manager: Manager,
  now: number,
  empties?: ReadonlySet<string>,
): ManagedFieldsEntry[] {
  const before = entriesOf(next);
  const changes = changesIfKeyed(kind, old, next);
  // Nobody is told of again who is not told of: an object loses its owners for good.
  if (!changes || before.length === 0) return [];
  const { added, modified, removed } = changes;
  const taken = union(union(added, modified), emptied(kind, empties));
  const self = { manager: manager.name, operation: 'Update', subresource: manager.subresource } as const;
  // Most writes touch the fields of one owner only: the others' entries stay as they are, unread.
  // What the write itself says of them counts: that is how clients move fields from one manager to another.
  const entries = before.filter((e) => !isSameEntry(e, self));
  const untouched = entries.filter((e) => !touches(e.fieldsV1, taken) && !touches(e.fieldsV1, removed));
  const others = entries
    .filter((e) => !untouched.includes(e))
    .map(ownerOf)
    .map((o) => ({ ...o, set: difference(difference(o.set, taken), removed) }));
  const own = before.find((e) => isSameEntry(e, self));
  const mine = own && ownerOf(own);
  const gained = ownable(taken, kind, manager.subresource);
  const set = union(difference(mine?.set ?? emptySet, removed), gained);
  const rest = [...untouched, ...others.filter((o) => !isEmpty(o.set)).map(entryOf)];
  if (isEmpty(gained) && !mine) return inOrder(rest);
  if (isEmpty(gained) && own && mine && equalSets(mine.set, set)) return inOrder([...rest, own]);
  if (isEmpty(set)) return inOrder(rest);
  const entry: Owner = { ...self, apiVersion: next.apiVersion, set, time: isEmpty(gained) ? mine?.time : timestamp(now) };
  return inOrder([...rest, entryOf(entry)]);
}

const isSameEntry = (e: ManagedFieldsEntry, o: Pick<Owner, 'manager' | 'operation' | 'subresource'>): boolean =>
  (e.manager ?? '') === o.manager && e.operation === o.operation && (e.subresource || undefined) === o.subresource;
