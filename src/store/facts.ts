// Two small key-value tables: `meta` (the cluster itself) and `state` (what controllers keep beside the API), as JSON.
import type { Json } from '../model/object.js';
import type { Database } from './database.js';

export class Facts {
  constructor(
    private readonly db: Database,
    private readonly table: 'meta' | 'state',
  ) {}

  get(key: string): Json | undefined {
    const row = this.db.get<{ value: string }>(`SELECT value FROM ${this.table} WHERE key = ?`, key);
    return row && (JSON.parse(row.value) as Json);
  }

  set(key: string, value: Json | undefined): void {
    if (value === undefined) this.db.run(`DELETE FROM ${this.table} WHERE key = ?`, key);
    else
      this.db.run(
        `INSERT INTO ${this.table} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        key,
        JSON.stringify(value),
      );
  }
}
