// Columns that most kinds have. Mirrors pkg/printers/internalversion/printers.go.
import { ageOf } from '../lib/duration.js';
import type { Column } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';

type Cell<T> = Column<T>['cell'];

/** A column of text that is always shown. */
export const textColumn = <T>(name: string, cell: Cell<T>): Column<T> => ({ name, type: 'string', priority: 0, cell });

/** A column of text that `-o wide` adds. */
export const wideColumn = <T>(name: string, cell: Cell<T>): Column<T> => ({ name, type: 'string', priority: 1, cell });

/** A column of a number that is always shown. */
export const count = <T>(name: string, of: (obj: T) => number | undefined): Column<T> => ({
  name,
  type: 'integer',
  priority: 0,
  cell: (o) => of(o) ?? 0,
});

export const nameColumn: Column<KubeObject> = textColumn('Name', (o) => o.metadata.name);

export const ageColumn: Column<KubeObject> = textColumn('Age', (o, { now }) => ageOf(o.metadata.creationTimestamp, now));

/** At most three items, then how many more; "" when there are none. */
export function atMostThree(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(',');
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}
