// Who owns what: controller references, adoption and release; and finalizers, by which controllers hold objects back.
// Mirrors pkg/controller/controller_ref_manager.go.
import type { Change } from '../model/change.js';
import type { OwnerReference } from '../model/generated/api.js';
import type { Known } from '../model/known.js';
import { type GroupKind, groupKindOf, keyOf, type KubeObject } from '../model/object.js';
import { fromLabelSelector, matches, type Requirement } from '../model/selector.js';
import type { Reader, Writer } from '../model/store.js';

/** The reference by which `owner` says that it manages an object. */
export const controllerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid as string,
  controller: true,
  blockOwnerDeletion: true,
});

export const controllerOf = (obj: KubeObject): OwnerReference | undefined => obj.metadata.ownerReferences?.find((o) => o.controller);

/** "namespace/name" of the controller of `obj`, when it is one of `kind` ("ReplicaSet"). */
export function controllerKey(obj: KubeObject, kind: string): string[] {
  const owner = controllerOf(obj);
  return owner?.kind === kind ? [`${obj.metadata.namespace}/${owner.name}`] : [];
}

/** What a controller of `kind` ("ReplicaSet.apps") watches on the objects that it owns: whose they are and were, and who may adopt an orphan. */
export const wakesOwner =
  (kind: GroupKind) =>
  ({ object, old }: Change, reader: Reader): string[] => {
    const name = kind.split('.')[0] as string;
    return [...controllerKey(object, name), ...(old ? controllerKey(old, name) : []), ...adopters(kind, object, reader)];
  };

function adopters(kind: GroupKind, { metadata }: KubeObject, reader: Reader): string[] {
  if (metadata.ownerReferences?.some((o) => o.controller) || metadata.deletionTimestamp || !metadata.labels) return [];
  return reader
    .list(kind, { namespace: metadata.namespace as string })
    .filter((o) => matches(fromLabelSelector(o.spec.selector), metadata.labels))
    .map(keyOf);
}

/**
 * The objects of `kind` that belong to `owner`: its own, and those that nobody has and its selector matches, which are adopted.
 * Its own that do not match any more are let go.
 */
export function claim<K extends string>(writer: Writer, owner: KubeObject, kind: K, selector: readonly Requirement[]): Known<K>[] {
  const uid = owner.metadata.uid as string;
  const namespace = owner.metadata.namespace as string;
  const claimed: KubeObject[] = [];
  for (const obj of candidates(writer, owner, kind, selector)) {
    const controller = controllerOf(obj);
    if (controller && controller.uid !== uid) continue;
    const matching = matches(selector, obj.metadata.labels);
    if (controller) {
      if (matching) claimed.push(obj);
      else if (!owner.metadata.deletionTimestamp) release(writer, obj, uid);
    } else if (matching && obj.metadata.namespace === namespace && !owner.metadata.deletionTimestamp && !obj.metadata.deletionTimestamp) {
      claimed.push(adopt(writer, obj, owner));
    }
  }
  return claimed as Known<K>[];
}

/** What matches, and what is owned without matching. */
function candidates(reader: Reader, owner: KubeObject, kind: string, selector: readonly Requirement[]): KubeObject[] {
  const matching: KubeObject[] = reader.list(kind, { namespace: owner.metadata.namespace as string, labels: selector });
  const seen = new Set(matching.map((o) => o.metadata.uid));
  const strays = reader.ownedBy(owner.metadata.uid as string).filter((o) => groupKindOf(o) === kind && !seen.has(o.metadata.uid));
  return strays.length === 0 ? matching : [...matching, ...strays];
}

const adopt = (writer: Writer, obj: KubeObject, owner: KubeObject): KubeObject =>
  writer.update({
    ...obj,
    metadata: { ...obj.metadata, ownerReferences: [...(obj.metadata.ownerReferences ?? []), controllerReference(owner)] },
  });

/** Takes the reference to `uid` out of `obj`. */
export function release(writer: Writer, obj: KubeObject, uid: string): KubeObject {
  const { ownerReferences, ...metadata } = obj.metadata;
  const rest = (ownerReferences ?? []).filter((o) => o.uid !== uid);
  return writer.update({ ...obj, metadata: { ...metadata, ...(rest.length > 0 && { ownerReferences: rest }) } });
}

/** Writes nothing when `obj` has it already. */
export function addFinalizer<T extends KubeObject>(writer: Writer, obj: T, finalizer: string): T {
  const { finalizers = [] } = obj.metadata;
  if (finalizers.includes(finalizer)) return obj;
  return writer.update({ ...obj, metadata: { ...obj.metadata, finalizers: [...finalizers, finalizer] } });
}

export function removeFinalizer<T extends KubeObject>(writer: Writer, obj: T, finalizer: string): T {
  const { finalizers = [], ...metadata } = obj.metadata;
  const left = finalizers.filter((f) => f !== finalizer);
  return writer.update({ ...obj, metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) } });
}
