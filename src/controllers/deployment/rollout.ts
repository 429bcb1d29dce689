// One reconciliation of a Deployment: the object and its ReplicaSets as they are written on the way.
// Mirrors getNewReplicaSet and scaleReplicaSet of pkg/controller/deployment/sync.go.
import { byAge, hashLabel, sameTemplate } from '../../kinds/workload/replica-sets.js';
import { clone } from '../../lib/clone.js';
import { same } from '../../lib/same.js';
import type { Deployment, ReplicaSet } from '../../model/generated/api.js';
import { keyOf, type KubeObject } from '../../model/object.js';
import { StatusError } from '../../model/status.js';
import type { Writer } from '../../model/store.js';
import { forgetFailures, retryLater } from '../backoff.js';
import { controllerReference } from '../ownership.js';
import { isNamespaceEnding } from '../pods.js';
import { templateHash } from '../template-hash.js';
import { maxRevision, newSetAnnotations, revisionAnnotation, sizeAnnotations } from './revisions.js';
import { maxSurge, newSize, specReplicas } from './sizes.js';
import { conditionOf, conditions, type Said, withCondition } from './conditions.js';

export type Owner = Deployment & KubeObject;
export type Owned = ReplicaSet & KubeObject;

const source = { component: 'deployment-controller' };

/** progressDeadlineSeconds and revisionHistoryLimit of this size mean none. */
const unlimited = 2147483647;

export class Rollout {
  /** The ReplicaSet of the current template. */
  newest: Owned | undefined;
  /** All others, oldest first. */
  olds: Owned[];

  constructor(
    readonly writer: Writer,
    public deployment: Owner,
    owned: readonly Owned[],
  ) {
    this.olds = [...owned].sort(byAge);
  }

  get all(): Owned[] {
    return this.newest ? [...this.olds, this.newest] : this.olds;
  }

  get now(): number {
    return this.writer.world.now();
  }

  /** Progress is watched only with a deadline. */
  get hasDeadline(): boolean {
    const seconds = this.deployment.spec.progressDeadlineSeconds;
    return seconds !== undefined && seconds !== unlimited;
  }

  /** Sets `newest`; false when it could not be made, or was only brought up to date, and this turn should end. */
  findNew(which: 'existing' | 'made if missing'): boolean {
    const { spec } = this.deployment;
    const found = this.olds.find((rs) => sameTemplate(rs.spec.template, spec.template));
    if (!found) return which === 'existing' || this.#makeNew();
    this.olds = this.olds.filter((rs) => rs !== found);
    this.newest = this.#refresh(found);
    const unsaid = this.hasDeadline && !conditionOf(this.deployment, 'Progressing');
    this.#note(this.newest.metadata.annotations?.[revisionAnnotation] ?? '', unsaid ? conditions.found(found.metadata.name) : undefined);
    return true;
  }

  #refresh(rs: Owned): Owned {
    const annotations = newSetAnnotations(
      rs.metadata.annotations ?? {},
      this.deployment.metadata.annotations ?? {},
      maxRevision(this.olds) + 1,
    );
    const wanted = this.deployment.spec.minReadySeconds ?? 0;
    if (same(annotations, rs.metadata.annotations) && (rs.spec.minReadySeconds ?? 0) === wanted) return rs;
    const { minReadySeconds, ...spec } = rs.spec;
    return this.writer.update({
      ...rs,
      metadata: { ...rs.metadata, annotations: { ...annotations } },
      spec: { ...spec, ...(wanted > 0 && { minReadySeconds: wanted }) },
    });
  }

  /** The state key of the failed attempts to make a ReplicaSet. */
  get #failures(): string {
    return `deployment/${keyOf(this.deployment)}`;
  }

  #makeNew(): boolean {
    const { deployment: d, writer } = this;
    const rs = this.#draft();
    try {
      this.newest = writer.create(rs);
    } catch (e) {
      if (!(e instanceof StatusError)) throw e;
      return this.#creationFailed(rs.metadata.name, e);
    }
    forgetFailures(writer, this.#failures);
    const size = rs.spec.replicas ?? 0;
    if (size > 0) writer.event(d, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${rs.metadata.name} from 0 to ${size}`, source);
    this.#note(rs.metadata.annotations?.[revisionAnnotation] ?? '', this.hasDeadline ? conditions.created(rs.metadata.name) : undefined);
    return true;
  }

  #draft(): Owned {
    const { deployment: d } = this;
    const replicas = d.spec.replicas ?? 0;
    const hash = templateHash(d.spec.template, d.status?.collisionCount);
    const template = clone(d.spec.template);
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [hashLabel]: hash } };
    const annotations = {
      ...newSetAnnotations({}, d.metadata.annotations ?? {}, maxRevision(this.olds) + 1),
      ...sizeAnnotations(replicas, replicas + maxSurge(d)),
    };
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${d.metadata.name}-${hash}`,
        namespace: d.metadata.namespace as string,
        labels: { ...template.metadata.labels },
        annotations,
        ownerReferences: [controllerReference(d)],
      },
      spec: {
        ...(d.spec.minReadySeconds && { minReadySeconds: d.spec.minReadySeconds }),
        replicas: newSize(d, this.olds, 0),
        selector: { ...d.spec.selector, matchLabels: { ...d.spec.selector.matchLabels, [hashLabel]: hash } },
        template,
      },
      status: { replicas: 0 },
    };
  }

  #creationFailed(name: string, e: StatusError): false {
    const { deployment: d, writer } = this;
    if (isNamespaceEnding(e)) return false;
    if (e.status.reason === 'AlreadyExists') {
      // Another's ReplicaSet has the name: count, and so hash, differently.
      this.deployment = writer.updateStatus({ ...d, status: { ...d.status, collisionCount: (d.status?.collisionCount ?? 0) + 1 } });
      return false;
    }
    const message = `Failed to create new replica set "${name}": ${e.message}`;
    if (this.hasDeadline) this.#note(undefined, conditions.notCreated(message));
    writer.event(d, 'Warning', 'ReplicaSetCreateError', message, source);
    retryLater(writer, this.#failures, keyOf(d));
    return false;
  }

  /** One write for both, through the status, so that the generation does not count the annotation. */
  #note(revision: string | undefined, said: Said | undefined): void {
    const { metadata, status } = this.deployment;
    const noted = revision === undefined || metadata.annotations?.[revisionAnnotation] === revision;
    if (noted && !said) return;
    this.deployment = this.writer.updateStatus({
      ...this.deployment,
      ...(!noted && { metadata: { ...metadata, annotations: { ...metadata.annotations, [revisionAnnotation]: revision } } }),
      ...(said && { status: { ...status, conditions: withCondition(status?.conditions ?? [], said, this.now) } }),
    });
  }

  /** Gives `rs` its size and notes what the whole is meant to be; true when the size changed. */
  scale(rs: Owned, replicas: number): boolean {
    const { deployment: d, writer } = this;
    const before = rs.spec.replicas ?? 0;
    const desired = d.spec.replicas ?? 0;
    const notes = sizeAnnotations(desired, desired + maxSurge(d));
    const noted = Object.entries(notes).every(([k, v]) => rs.metadata.annotations?.[k] === v);
    if (before === replicas && noted) return false;
    const next = writer.update({
      ...rs,
      metadata: { ...rs.metadata, annotations: { ...rs.metadata.annotations, ...notes } },
      spec: { ...rs.spec, replicas },
    });
    this.#replace(rs, next);
    if (before === replicas) return false;
    const direction = before < replicas ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${rs.metadata.name} from ${before} to ${replicas}`;
    writer.event(d, 'Normal', 'ScalingReplicaSet', message, source);
    return true;
  }

  #replace(rs: Owned, next: Owned): void {
    if (this.newest === rs) this.newest = next;
    else this.olds = this.olds.map((o) => (o === rs ? next : o));
  }

  /** Deletes the oldest empty ReplicaSets beyond revisionHistoryLimit. */
  cleanUp(): void {
    const limit = this.deployment.spec.revisionHistoryLimit ?? unlimited;
    if (limit === unlimited) return;
    const alive = this.olds.filter((rs) => !rs.metadata.deletionTimestamp);
    const surplus = alive.length - limit;
    if (surplus <= 0) return;
    const byRevision = alive.sort(
      (a, b) => Number(a.metadata.annotations?.[revisionAnnotation]) - Number(b.metadata.annotations?.[revisionAnnotation]),
    );
    for (const rs of byRevision.slice(0, surplus)) {
      const busy = (rs.status?.replicas ?? 0) > 0 || specReplicas([rs]) > 0;
      if (!busy && (rs.metadata.generation ?? 0) <= (rs.status?.observedGeneration ?? 0)) this.writer.remove(rs);
    }
  }
}
