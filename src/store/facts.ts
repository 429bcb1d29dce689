// Two small key-value tables: `meta` (the cluster itself) and `state` (what controllers keep beside the API), as JSON.
// What was read is kept, and shared with all who ask: it must not be written into. What was set reaches SQLite at flush().
import type { Json } from '../model/object.js';
import type { Database } from './database.js';

export class Facts {
  readonly #read = new Map<string, Json | undefined>();
  /** What was set since the last flush; undefined: taken out. */
  readonly #dirty = new Map<string, string | undefined>();

  constructor(
    private readonly db: Database,
    private readonly table: 'meta' | 'state',
  ) {}

  get(key: string): Json | undefined {
    if (this.#read.has(key)) return this.#read.get(key);
    const text = this.#dirty.has(key) ? this.#dirty.get(key) : this.#stored(key);
    const value = text === undefined ? undefined : (JSON.parse(text) as Json);
    this.#read.set(key, value);
    return value;
  }

  #stored(key: string): string | undefined {
    return this.db.get<{ value: string }>(`SELECT value FROM ${this.table} WHERE key = ?`, key)?.value;
  }

  /** To be called when the file may have changed or a transaction was rolled back. */
  forget(): void {
    this.#read.clear();
    this.#dirty.clear();
  }

  /** Undefined takes the fact out. */
  set(key: string, value: Json | undefined): void {
    this.#read.delete(key);
    this.#dirty.set(key, value === undefined ? undefined : JSON.stringify(value));
  }

  flush(): void {
    for (const [key, text] of this.#dirty) {
      if (text === undefined) this.db.run(`DELETE FROM ${this.table} WHERE key = ?`, key);
      else this.db.run(`INSERT INTO ${this.table} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, text);
    }
    this.#dirty.clear();
  }
}
