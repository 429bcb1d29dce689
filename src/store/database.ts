// One SQLite file: opening, migrations, transactions, and prepared statements kept by their text.
import { chmodSync, existsSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { migrations } from './schema.js';

/** How long a command waits for another one's transaction, in milliseconds. */
const patience = 120_000;

/** The launcher knows where the native addon lies and hands it over: saves a directory walk of 5 ms. */
const nativeBinding = (globalThis as { kubelabAddon?: () => object }).kubelabAddon;

export class Database {
  readonly #db: BetterSqlite3.Database;
  readonly #statements = new Map<string, BetterSqlite3.Statement<unknown[]>>();

  /** `path` may be ":memory:". Throws when the file is no database or was made by a newer kubelab. */
  constructor(path: string) {
    const fresh = path !== ':memory:' && !existsSync(path);
    const options = { timeout: patience, ...(nativeBinding && { nativeBinding: nativeBinding() as unknown as string }) };
    this.#db = new BetterSqlite3(path, options);
    if (fresh) chmodSync(path, 0o600);
    this.#db.pragma('synchronous = FULL');
    if (this.#version() !== migrations.length) this.#migrate(path);
  }

  #version(): number {
    return this.#db.pragma('user_version', { simple: true }) as number;
  }

  #migrate(path: string): void {
    this.write(() => {
      const version = this.#version();
      if (version > migrations.length)
        throw new Error(`${path} was written by a newer kubelab (file version ${version}, known ${migrations.length})`);
      if (version === 0 && this.#db.prepare('SELECT 1 FROM sqlite_master').get()) throw new Error('it is the database of another program');
      for (const sql of migrations.slice(version)) this.#db.exec(sql);
      this.#db.pragma(`user_version = ${migrations.length}`);
    });
  }

  #statement(sql: string): BetterSqlite3.Statement<unknown[]> {
    let s = this.#statements.get(sql);
    if (!s) {
      s = this.#db.prepare(sql);
      this.#statements.set(sql, s);
    }
    return s;
  }

  get<Row>(sql: string, ...params: unknown[]): Row | undefined {
    return this.#statement(sql).get(...params) as Row | undefined;
  }

  all<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.#statement(sql).all(...params) as Row[];
  }

  /** The row id of an INSERT. */
  run(sql: string, ...params: unknown[]): number {
    return Number(this.#statement(sql).run(...params).lastInsertRowid);
  }

  /** Moves when another process has committed since the last look. */
  dataVersion(): number {
    return this.#db.pragma('data_version', { simple: true }) as number;
  }

  /** One write transaction, or a part of the one that runs; whatever `work` throws takes it back, and so does `commit: false`. */
  write<T>(work: () => T, { commit } = { commit: true }): T {
    return this.#db.inTransaction ? this.#savepoint(work, commit) : this.#transaction('BEGIN IMMEDIATE', work, commit);
  }

  /** One consistent view for several reads. */
  read<T>(work: () => T): T {
    return this.#db.inTransaction ? work() : this.#transaction('BEGIN', work, true);
  }

  #transaction<T>(begin: string, work: () => T, commit: boolean): T {
    this.#statement(begin).run();
    try {
      const result = work();
      if (commit) this.#statement('COMMIT').run();
      return result;
    } finally {
      if (this.#db.inTransaction) this.#statement('ROLLBACK').run();
    }
  }

  #savepoint<T>(work: () => T, commit: boolean): T {
    this.#statement('SAVEPOINT part').run();
    let keep = false;
    try {
      const result = work();
      keep = commit;
      return result;
    } finally {
      if (!keep) this.#statement('ROLLBACK TO part').run();
      this.#statement('RELEASE part').run();
    }
  }

  close(): void {
    this.#db.close();
  }
}
