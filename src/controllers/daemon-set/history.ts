// A DaemonSet's past templates, kept as ControllerRevisions. Mirrors constructHistory and cleanupHistory of pkg/controller/daemon/update.go.
import { same } from '../../lib/same.js';
import type { ControllerRevision, DaemonSet, Pod } from '../../model/generated/api.js';
import type { Json, KubeObject } from '../../model/object.js';
import { fromLabelSelector } from '../../model/selector.js';
import type { Writer } from '../../model/store.js';
import { claim, controllerReference } from '../ownership.js';
import { templateHash } from '../template-hash.js';
import { hashLabel } from './pod.js';

type Owner = DaemonSet & KubeObject;
type Revision = ControllerRevision & KubeObject;

export interface Current {
  readonly hash: string;
  readonly revision: Revision;
  readonly olds: readonly Revision[];
}

/** The revision of the present template, made when missing, and always the highest. */
export function currentRevision(writer: Writer, ds: Owner): Current {
  const all = claim(writer, ds, 'ControllerRevision.apps', fromLabelSelector(ds.spec.selector));
  const data = snapshot(ds);
  const found = all.filter((r) => same(r.data, data)).sort((a, b) => b.revision - a.revision)[0];
  const olds = all.filter((r) => r !== found);
  const next = Math.max(0, ...olds.map((r) => r.revision)) + 1;
  const revision = !found ? create(writer, ds, data, next) : found.revision < next ? writer.update({ ...found, revision: next }) : found;
  return { hash: revision.metadata.labels?.[hashLabel] ?? '', revision, olds };
}

/** A strategic merge patch that puts this template back. */
const snapshot = (ds: Owner): Json => ({
  spec: { template: { ...(ds.spec.template as unknown as { [k: string]: Json }), $patch: 'replace' } },
});

function create(writer: Writer, ds: Owner, data: Json, revision: number): Revision {
  for (let collisions = ds.status?.collisionCount; ; collisions = (collisions ?? 0) + 1) {
    const hash = templateHash(ds.spec.template, collisions);
    const name = `${ds.metadata.name}-${hash}`;
    if (writer.get('ControllerRevision.apps', ds.metadata.namespace as string, name)) continue;
    return writer.create<Revision>({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name,
        namespace: ds.metadata.namespace as string,
        labels: { ...ds.spec.template.metadata?.labels, [hashLabel]: hash },
        ...(ds.metadata.annotations && { annotations: { ...ds.metadata.annotations } }),
        ownerReferences: [controllerReference(ds)],
      },
      data,
      revision,
    });
  }
}

/** Deletes the oldest beyond revisionHistoryLimit that no Pod was made from. */
export function pruneRevisions(writer: Writer, ds: Owner, { hash, olds }: Current, pods: readonly Pod[]): void {
  const live = new Set([hash, ...pods.map((p) => p.metadata.labels?.[hashLabel])]);
  const idle = olds.filter((r) => !live.has(r.metadata.labels?.[hashLabel]));
  const surplus = idle.length - (ds.spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return;
  for (const r of [...idle].sort((a, b) => a.revision - b.revision).slice(0, surplus)) writer.remove(r);
}
