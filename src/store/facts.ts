// Two small key-value tables: `meta` (the cluster itself) and `state` (what controllers keep beside the API), as JSON.
// What was read is kept, and shared with all who ask: it must not be written into.
import type { Json } from '../model/object.js';
import type { Database } from './database.js';

export class Facts {
  readonly #read = new Map<string, Json | undefined>();

  constructor(
    private readonly db: Database,
    private readonly table: 'meta' | 'state',
  ) {}

  get(key: string): Json | undefined {
    if (this.#read.has(key)) return this.#read.get(key);
    const row = this.db.get<{ value: string }>(`SELECT value FROM ${this.table} WHERE key = ?`, key);
    const value = row && (JSON.parse(row.value) as Json);
    this.#read.set(key, value);
    return value;
  }

  /** To be called when the file may have changed or a transaction was rolled back. */
  forget(): void {
    this.#read.clear();
  }

  set(key: string, value: Json | undefined): void {
    this.#read.delete(key);
    if (value === undefined) this.db.run(`DELETE FROM ${this.table} WHERE key = ?`, key);
    else
      this.db.run(
        `INSERT INTO ${this.table} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        key,
        JSON.stringify(value),
      );
  }
}
