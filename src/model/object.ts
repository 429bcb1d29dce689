// The words for objects: plain JSON with Kubernetes' metadata. Mirrors k8s.io/apimachinery/pkg/apis/meta/v1/types.go.
import type { ObjectMeta as MetaFields } from './generated/api.js';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** metav1.ObjectMeta of an object that has a name. */
export type ObjectMeta = MetaFields & { name: string };

/**
 * Any object of the API, as it is stored and printed: plain JSON, never a class.
 * Objects read from the store are shared: never write into one, copy it first (`structuredClone` or spread).
 */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  // biome-ignore lint/suspicious/noExplicitAny: the fields of an unknown kind
  [field: string]: any;
}

/** "Service" for the core group, else "Deployment.apps": how store, controllers and kinds name a kind. */
export type GroupKind = string;

/** "apps/v1" -> "apps", "v1" -> "". */
export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/** The reverse, with the version. */
export const apiVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? version : `${group}/${version}`;

export const groupKind = (group: string, kind: string): GroupKind => (group === '' ? kind : `${kind}.${group}`);

export const groupKindOf = (obj: { apiVersion: string; kind: string }): GroupKind => groupKind(groupOf(obj.apiVersion), obj.kind);

/** "namespace/name", or "name" for cluster-scoped objects: the key controllers queue. Mirrors cache.MetaNamespaceKeyFunc. */
export const keyOf = (obj: { metadata: { name: string; namespace?: string } }): string =>
  obj.metadata.namespace ? `${obj.metadata.namespace}/${obj.metadata.name}` : obj.metadata.name;

/** The reverse of keyOf. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
