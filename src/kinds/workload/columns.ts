// Columns that ReplicaSets, Deployments and DaemonSets share. Mirrors pkg/printers/internalversion/printers.go.
import type { LabelSelector, PodTemplateSpec } from '../../model/generated/api.js';
import type { Column } from '../../model/kind.js';
import type { KubeObject } from '../../model/object.js';
import { formatSelector } from '../labels.js';

type Workload = KubeObject & { spec: { selector: LabelSelector; template?: PodTemplateSpec } };

/** A column of a number that is always shown. */
export const count = <T>(name: string, of: (obj: T) => number | undefined): Column<T> => ({
  name,
  type: 'integer',
  priority: 0,
  cell: (o) => of(o) ?? 0,
});

const containersOf = (o: Workload) => o.spec.template?.spec?.containers ?? [];

/** What `-o wide` adds. */
export const wideColumns: readonly Column<Workload>[] = [
  {
    name: 'Containers',
    type: 'string',
    priority: 1,
    cell: (o) =>
      containersOf(o)
        .map((c) => c.name)
        .join(','),
  },
  {
    name: 'Images',
    type: 'string',
    priority: 1,
    cell: (o) =>
      containersOf(o)
        .map((c) => c.image ?? '')
        .join(','),
  },
  { name: 'Selector', type: 'string', priority: 1, cell: (o) => formatSelector(o.spec.selector) },
];

/** "disk=ssd,zone=a" or "<none>". Mirrors labels.FormatLabels. */
export function nodeSelectorText(map: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(map ?? {}).map(([k, v]) => `${k}=${v}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}
