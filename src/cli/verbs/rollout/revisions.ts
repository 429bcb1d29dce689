// The revisions of a Deployment or DaemonSet, seen from the client. Mirrors pkg/polymorphichelpers/history.go.
import { writePodTemplate } from '../../../kinds/describe/pod-template.js';
import { owned, ownReplicaSets } from '../../../kinds/workload/replica-sets.js';
import { PrefixWriter } from '../../../lib/prefix-writer.js';
import type { ControllerRevision, DaemonSet, Deployment, PodTemplateSpec } from '../../../model/generated/api.js';
import type { KubeObject } from '../../../model/object.js';
import type { Client } from '../../client.js';
import type { Target } from '../../resources.js';
import { groupKindName } from './target.js';

export interface Revision {
  readonly number: number;
  readonly cause: string;
  readonly template: PodTemplateSpec;
  /** The ReplicaSet or ControllerRevision that keeps it. */
  readonly keeper: KubeObject;
}

const causeAnnotation = 'kubernetes.io/change-cause';
const revisionAnnotation = 'deployment.kubernetes.io/revision';

/** Oldest first; undefined for kinds without a history. */
export function revisionsOf(target: Target, client: Client): Revision[] | undefined {
  const kind = groupKindName(target);
  const list =
    kind === 'Deployment.apps'
      ? ofDeployment(target.object as Deployment, client)
      : kind === 'DaemonSet.apps'
        ? ofDaemonSet(target.object as DaemonSet, client)
        : undefined;
  return list?.sort((a, b) => a.number - b.number);
}

function ofDeployment(d: Deployment, client: Client): Revision[] {
  const { olds, newest } = ownReplicaSets(d, client.api);
  return [...olds, ...(newest ? [newest] : [])].map((rs) => ({
    number: Number(rs.metadata.annotations?.[revisionAnnotation] ?? 0),
    cause: rs.metadata.annotations?.[causeAnnotation] ?? '',
    template: rs.spec.template ?? {},
    keeper: rs as KubeObject,
  }));
}

function ofDaemonSet(ds: DaemonSet, client: Client): Revision[] {
  const revisions = owned<ControllerRevision>(client.api, { group: 'apps', resource: 'controllerrevisions' }, ds, ds.spec.selector);
  return revisions.map((r) => {
    const { $patch: _, ...template } = r.data?.spec?.template ?? {};
    return { number: r.revision, cause: r.metadata.annotations?.[causeAnnotation] ?? '', template, keeper: r as KubeObject };
  });
}

/** "Pod Template:" and what follows, with its tabs as they are; the cause is shown as an annotation. */
export function templateText({ template, cause }: Pick<Revision, 'template' | 'cause'>): string {
  const metadata = { ...template.metadata, ...(cause && { annotations: { ...template.metadata?.annotations, [causeAnnotation]: cause } }) };
  const w = new PrefixWriter();
  writePodTemplate(w, { ...template, metadata });
  return w.unaligned();
}
