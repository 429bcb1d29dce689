// The annotations in which a Deployment's history is kept. Mirrors pkg/controller/deployment/util (SetNewReplicaSetAnnotations).
import type { ReplicaSet } from '../../model/generated/api.js';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

export type Annotations = Readonly<Record<string, string>>;

const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
]);

/** Characters of revision-history; older revisions fall out. */
const longestHistory = 2000;

const revisionOf = (rs: ReplicaSet): number => Number(rs.metadata.annotations?.[revisionAnnotation] ?? 0) || 0;

export const maxRevision = (sets: readonly ReplicaSet[]): number => sets.reduce((max, rs) => Math.max(max, revisionOf(rs)), 0);

/** What a Deployment's annotations make of its newest ReplicaSet's. */
export function newSetAnnotations(own: Annotations, deployment: Annotations, revision: number): Annotations {
  const next: Record<string, string> = { ...own };
  for (const [k, v] of Object.entries(deployment)) if (!notCopied.has(k)) next[k] = v;
  const old = own[revisionAnnotation];
  if ((Number(old) || 0) >= revision) return next;
  next[revisionAnnotation] = String(revision);
  if (old !== undefined) next[historyAnnotation] = withHistory(own[historyAnnotation], old);
  return next;
}

/** A template that is rolled back to takes a new number and remembers the old ones. */
function withHistory(history: string | undefined, revision: string): string {
  const all = [...(history ? history.split(',') : []), revision];
  while (all.length > 1 && all.join(',').length > longestHistory) all.shift();
  return all.join(',');
}

export const sizeAnnotations = (desired: number, max: number): Annotations => ({
  [desiredAnnotation]: String(desired),
  [maxAnnotation]: String(max),
});
