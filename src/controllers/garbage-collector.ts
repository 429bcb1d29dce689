// Deletes what has lost its owners, and carries out foreground and orphaning deletion. Mirrors pkg/controller/garbagecollector.
import { kinds } from '../kinds/index.js';
import type { Change } from '../model/change.js';
import type { Controller } from '../model/controller.js';
import type { OwnerReference } from '../model/generated/api.js';
import { type GroupKind, groupKind, groupKindOf, groupOf, type KubeObject } from '../model/object.js';
import type { Reader, Writer } from '../model/store.js';
import { same } from '../lib/same.js';
import { release, removeFinalizer } from './ownership.js';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/** "gone/<uid>": an owner is no more. "look/<kind>/<namespace>/<name>": an object to look at. */
const goneKey = (uid: string): string => `gone/${uid}`;
const lookKey = (kind: GroupKind, namespace: string, name: string): string => `look/${kind}/${namespace}/${name}`;
const lookAt = (obj: KubeObject): string => lookKey(groupKindOf(obj), obj.metadata.namespace ?? '', obj.metadata.name);

export const garbageCollector: Controller = {
  name: 'garbage-collector',
  program: 'kube-controller-manager',
  watches: Object.fromEntries([...kinds.keys()].map((kind) => [kind, wokenBy])),

  reconcile(key, writer) {
    const [what, ...rest] = key.split('/') as [string, ...string[]];
    if (what === 'gone') {
      for (const dependent of writer.ownedBy(rest[0] as string)) collect(writer, dependent);
      return;
    }
    const [kind, namespace, name] = rest as [string, string, string];
    const obj = writer.get(kind, namespace, name);
    if (obj) look(writer, obj);
  },
};

function* wokenBy({ type, object, old }: Change): Iterable<string> {
  const { metadata } = object;
  const owners = metadata.ownerReferences ?? [];
  if (type === 'DELETED') {
    if (metadata.uid) yield goneKey(metadata.uid);
    for (const o of owners) yield lookKey(groupKind(groupOf(o.apiVersion), o.kind), scopeOf(o, object), o.name);
  } else if (isEnding(object)) yield lookAt(object);
  else if (owners.length > 0 && !same(owners, old?.metadata.ownerReferences)) yield lookAt(object);
}

const kindOf = (o: OwnerReference) => kinds.get(groupKind(groupOf(o.apiVersion), o.kind));

/** Owners live in the same namespace, or in none. */
const scopeOf = (o: OwnerReference, dependent: KubeObject): string =>
  kindOf(o)?.names.namespaced === false ? '' : (dependent.metadata.namespace ?? '');

const has = (obj: KubeObject, finalizer: string): boolean => obj.metadata.finalizers?.includes(finalizer) ?? false;
const isEnding = (obj: KubeObject): boolean => Boolean(obj.metadata.deletionTimestamp) && (has(obj, foreground) || has(obj, orphan));

function look(writer: Writer, obj: KubeObject): void {
  if (!obj.metadata.deletionTimestamp) collect(writer, obj);
  else if (has(obj, orphan)) orphanDependents(writer, obj);
  else if (has(obj, foreground)) awaitDependents(writer, obj);
}

function orphanDependents(writer: Writer, owner: KubeObject): void {
  const uid = owner.metadata.uid as string;
  for (const dependent of writer.ownedBy(uid)) release(writer, dependent, uid);
  removeFinalizer(writer, owner, orphan);
}

/** The owner goes last. */
function awaitDependents(writer: Writer, owner: KubeObject): void {
  const uid = owner.metadata.uid as string;
  const blocks = (o: KubeObject): boolean => o.metadata.ownerReferences?.some((r) => r.uid === uid && r.blockOwnerDeletion) ?? false;
  for (const dependent of writer.ownedBy(uid).filter(blocks)) collect(writer, dependent);
  if (!writer.ownedBy(uid).some(blocks)) removeFinalizer(writer, owner, foreground);
}

/** Deletes `obj` when none of its owners is left that would keep it. */
function collect(writer: Writer, obj: KubeObject): void {
  const references = obj.metadata.ownerReferences ?? [];
  if (references.length === 0 || obj.metadata.deletionTimestamp) return;
  const fates = references.map((o) => fateOf(writer, o, obj));
  if (fates.includes('solid')) {
    if (fates.every((f) => f === 'solid')) return;
    const kept = references.filter((_, i) => fates[i] === 'solid');
    writer.update({ ...obj, metadata: { ...obj.metadata, ownerReferences: kept } });
    return;
  }
  const waiting = fates.includes('waiting') && writer.ownedBy(obj.metadata.uid as string).length > 0;
  const own = has(obj, orphan) ? 'Orphan' : has(obj, foreground) ? 'Foreground' : 'Background';
  writer.remove(obj, { propagation: waiting ? 'Foreground' : own });
}

/** An owner cannot be looked for, and keeps what it owns, when its kind is not known or it would have to be in the namespace of what has none. */
function fateOf(reader: Reader, o: OwnerReference, dependent: KubeObject): 'solid' | 'gone' | 'waiting' {
  const kind = kindOf(o);
  if (!kind || (kind.names.namespaced && !dependent.metadata.namespace)) return 'solid';
  const owner = reader.get(groupKind(groupOf(o.apiVersion), o.kind), scopeOf(o, dependent), o.name);
  if (owner?.metadata.uid !== o.uid) return 'gone';
  return owner.metadata.deletionTimestamp && has(owner, foreground) ? 'waiting' : 'solid';
}
