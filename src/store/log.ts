// The newest changes in order of their revision: what a watch or an undo reads. Older ones are forgotten, as etcd compacts.
import type { Change } from '../model/change.js';
import type { KubeObject } from '../model/object.js';
import type { Database } from './database.js';

/** How many changes are kept. */
const depth = 1000;

interface Row {
  rev: number;
  type: Change['type'];
  kind: string;
  body: string;
  old: string | null;
}

export class Log {
  constructor(private readonly db: Database) {}

  /** `text` gives an object as JSON. */
  append(changes: readonly Change[], text: (object: KubeObject) => string): void {
    for (const c of changes.slice(-depth)) {
      this.db.run('INSERT INTO log VALUES (?, ?, ?, ?, ?)', c.rev, c.type, c.kind, text(c.object), c.old ? text(c.old) : null);
    }
    const last = changes.at(-1);
    if (last) this.db.run('DELETE FROM log WHERE rev <= ?', last.rev - depth);
  }

  /** Changes after `rev`, or undefined when some of them are forgotten. `newest` is the store's revision. */
  since(rev: number, newest: number): Change[] | undefined {
    const oldest = this.db.get<{ rev: number | null }>('SELECT min(rev) AS rev FROM log')?.rev ?? newest + 1;
    if (rev < newest && rev + 1 < oldest) return undefined;
    return this.db.all<Row>('SELECT * FROM log WHERE rev > ? ORDER BY rev', rev).map((row) => ({
      rev: row.rev,
      type: row.type,
      kind: row.kind,
      object: JSON.parse(row.body) as KubeObject,
      ...(row.old !== null && { old: JSON.parse(row.old) as KubeObject }),
    }));
  }
}
