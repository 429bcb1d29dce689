// Columns that most kinds have. Mirrors pkg/printers/internalversion/printers.go.
import { humanDuration } from '../lib/duration.js';
import type { Column } from '../model/kind.js';
import type { KubeObject } from '../model/object.js';

export const nameColumn: Column<KubeObject> = { name: 'Name', type: 'string', priority: 0, cell: (o) => o.metadata.name };

export const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  priority: 0,
  cell: (o, { now }) => (o.metadata.creationTimestamp ? humanDuration(now - Date.parse(o.metadata.creationTimestamp)) : '<unknown>'),
};

/** A column of text that is always shown. */
export const textColumn = <T>(name: string, cell: (obj: T) => string): Column<T> => ({ name, type: 'string', priority: 0, cell });

/** At most three items, then how many more; "" when there are none. */
export function atMostThree(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(',');
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}
