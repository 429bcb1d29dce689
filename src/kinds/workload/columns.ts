// Columns that ReplicaSets, Deployments and DaemonSets share. Mirrors pkg/printers/internalversion/printers.go.
import type { Container, LabelSelector, PodTemplateSpec } from '../../model/generated/api.js';
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
