// The ReplicaSets of a Deployment, seen from the client. Mirrors k8s.io/kubectl/pkg/util/deployment/deployment.go.
import type { Deployment, ReplicaSet } from '../../model/generated/api.js';
import type { Api } from '../../model/request.js';
import { owned } from './describe-pieces.js';
import { byAge, sameTemplate } from './template.js';

export interface ReplicaSets {
  /** The one of the present template. */
  readonly newest: ReplicaSet | undefined;
  /** All others, oldest first. */
  readonly olds: readonly ReplicaSet[];
}

export function ownReplicaSets(d: Deployment, api: Api): ReplicaSets {
  const sets = owned<ReplicaSet>(api, { group: 'apps', resource: 'replicasets' }, d, d.spec.selector).sort(byAge);
  const newest = sets.find((rs) => sameTemplate(rs.spec.template, d.spec.template));
  return { newest, olds: sets.filter((rs) => rs !== newest) };
}
