// --prune: objects that were applied once and that the manifests do not have any more. Mirrors k8s.io/kubectl/pkg/cmd/apply/prune.go and
// pkg/util/prune/prune.go.
import type { KubeObject } from '../../../model/object.js';
import type { APIResource } from '../../../model/request.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { lastApplied } from '../../last-applied.js';
import { listObjects } from '../../resources.js';

/** Where to look without --prune-allowlist. */
const defaultAllowlist = [
  'core/v1/ConfigMap',
  'core/v1/Endpoints',
  'core/v1/Namespace',
  'core/v1/PersistentVolumeClaim',
  'core/v1/PersistentVolume',
  'core/v1/Pod',
  'core/v1/ReplicationController',
  'core/v1/Secret',
  'core/v1/Service',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
];

export interface PruneQuestion {
  readonly allowlist: readonly string[];
  readonly selector: string;
  /** What the manifests have, as it is on the server. */
  readonly kept: readonly KubeObject[];
}

export interface Pruned {
  readonly resource: APIResource;
  readonly object: KubeObject;
}

/** In the namespaces that the manifests touch, and of the kinds that have none. */
export function findPruned({ allowlist, selector, kept }: PruneQuestion, client: Client): Pruned[] {
  const resources = (allowlist.length > 0 ? allowlist : defaultAllowlist).flatMap((kind) => resourceOf(kind, client, allowlist.length > 0));
  const namespaces = [...new Set(kept.flatMap((o) => o.metadata.namespace ?? []))].sort();
  const uids = new Set(kept.map((o) => o.metadata.uid));
  const places = [
    ...namespaces.flatMap((namespace) => resources.filter((r) => r.namespaced).map((resource) => ({ resource, namespace }))),
    ...resources.filter((r) => !r.namespaced).map((resource) => ({ resource })),
  ];
  return places.flatMap((place) =>
    listObjects({ ...place, ...(selector !== '' && { labelSelector: selector }) }, client)
      .items.filter((object) => lastApplied(object) !== undefined && !uids.has(object.metadata.uid))
      .map((object) => ({ resource: place.resource, object })),
  );
}

/** Kinds of the default list may be absent; those that were asked for may not. */
function resourceOf(text: string, client: Client, asked: boolean): APIResource[] {
  const [group, version, kind, ...more] = text.split('/');
  if (group === undefined || version === undefined || kind === undefined || more.length > 0)
    throw new UsageError(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
  const apiVersion = group === 'core' || group === '' ? version : `${group}/${version}`;
  const resource = client.mapper.ofKind({ apiVersion, kind });
  if (resource) return [resource];
  if (asked) throw new UsageError(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
  return [];
}
