// Facets that ReplicaSets, Deployments and DaemonSets share as values: columns, and the scale subresource.
// Mirrors pkg/printers/internalversion/printers.go and pkg/registry/apps/*/storage (ScaleREST).
import type { Container, Deployment, LabelSelector, PodTemplateSpec, ReplicaSet } from '../../model/generated/api.js';
import type { Column } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';
import { wideColumn } from '../columns.js';
import { formatSelector } from '../labels.js';

type Workload = KubeObject & { spec: { selector: LabelSelector; template?: PodTemplateSpec } };

const joined = (o: Workload, part: (c: Container) => string | undefined): string =>
  (o.spec.template?.spec?.containers ?? []).map(part).join(',');

/** What `-o wide` adds. */
export const wideColumns: readonly Column<Workload>[] = [
  wideColumn('Containers', (o) => joined(o, (c) => c.name)),
  wideColumn('Images', (o) => joined(o, (c) => c.image)),
  wideColumn('Selector', (o) => formatSelector(o.spec.selector)),
];

/** The scale subresource of a ReplicaSet or a Deployment. */
export const scale = {
  replicas: (o: Replicated) => o.spec.replicas ?? 0,
  withReplicas: <T extends Replicated>(o: T, n: number): T => ({ ...o, spec: { ...o.spec, replicas: n } }),
  statusReplicas: (o: Replicated) => o.status?.replicas ?? 0,
  selector: (o: Replicated) => formatSelector(o.spec.selector),
};

type Replicated = Deployment | ReplicaSet;
