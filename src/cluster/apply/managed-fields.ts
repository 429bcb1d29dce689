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
import { difference, equalSets, type FieldSet, fromFieldsV1, isEmpty, toFieldsV1, union, without } from './field-set.js';

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

export function ownersOf(obj: KubeObject | undefined): Owner[] {
  return ((obj?.metadata.managedFields ?? []) as ManagedFieldsEntry[]).map((e) => ({
    manager: e.manager ?? '',
    operation: e.operation as Owner['operation'],
    apiVersion: e.apiVersion ?? '',
    subresource: e.subresource || undefined,
    time: e.time,
    set: fromFieldsV1(e.fieldsV1),
  }));
}

export const isSameOwner = (a: Owner, b: Pick<Owner, 'manager' | 'operation' | 'subresource'>): boolean =>
  a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource;

/** Applied first, then by time, then by name. */
export function managedFieldsOf(owners: readonly Owner[]): ManagedFieldsEntry[] {
  const order = (o: Owner): string => `${o.operation === 'Apply' ? 0 : 1} ${o.time ?? ''} ${o.manager} ${o.subresource ?? ''}`;
  return owners
    .filter((o) => !isEmpty(o.set))
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .map(({ manager, operation, apiVersion, subresource, time, set }) => ({
      apiVersion,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(set) as Json as never,
      manager,
      operation,
      ...(subresource && { subresource }),
      ...(time && { time }),
    }));
}

/** What nobody owns: identity, and what only the server sets. */
const unowned: readonly (readonly string[])[] = [
  ['f:apiVersion'],
  ['f:kind'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'generation',
    'managedFields',
    'resourceVersion',
    'deletionTimestamp',
  ].map((field) => ['f:metadata', `f:${field}`]),
];

/** A write to the object cannot set its status, one to the status nothing but it and metadata. */
export function ownable(set: FieldSet, kind: Kind, subresource: string | undefined): FieldSet {
  const reset =
    subresource === 'status' ? ['f:spec'] : kind.subresources.includes('status') && !kind.keepsStatus ? ['f:status'] : undefined;
  const kept = [...unowned, ...(reset ? [reset] : [])].reduce(without, set);
  const metadata = kept.children.get('f:metadata');
  return metadata
    ? { member: false, children: new Map([...kept.children, ['f:metadata', { ...metadata, member: false }]]) }
    : { ...kept, member: false };
}

/** The object before its creation: what Go's empty struct of the kind shows. */
const unborn = (kind: Kind, obj: KubeObject): Json => ({ ...(zero(kind.schema) as object), apiVersion: obj.apiVersion, kind: obj.kind });

export const changesOf = (kind: Kind, old: KubeObject | undefined, next: KubeObject): Comparison =>
  compare(old ?? unborn(kind, next), next, rootSchema(kind));

/** The managedFields after `manager` wrote `next` over `old` by anything but an apply. */
export function updateManagedFields(
  kind: Kind,
  old: KubeObject | undefined,
  next: KubeObject,
  manager: Manager,
  now: number,
): ManagedFieldsEntry[] {
  const { added, modified, removed } = changesOf(kind, old, next);
  const before = ownersOf(old);
  const taken = union(added, modified);
  const self = { manager: manager.name, operation: 'Update', subresource: manager.subresource } as const;
  const others = before.map((o) => (isSameOwner(o, self) ? o : { ...o, set: difference(difference(o.set, taken), removed) }));
  const mine = others.find((o) => isSameOwner(o, self));
  const gained = ownable(taken, kind, manager.subresource);
  const set = union(difference(mine?.set ?? { member: false, children: new Map() }, removed), gained);
  if (isEmpty(gained) && (!mine || equalSets(mine.set, set))) return managedFieldsOf(others);
  const entry: Owner = { ...self, apiVersion: next.apiVersion, set, time: isEmpty(gained) ? mine?.time : timestamp(now) };
  return managedFieldsOf([...others.filter((o) => o !== mine), entry]);
}
