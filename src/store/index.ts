// The cluster file as one value: objects, revision and change log, allocations, timers, facts. Knows no kind.
import type { Change } from '../model/change.js';
import type { GroupKind, KubeObject } from '../model/object.js';
import { Allocations } from './allocations.js';
import { checkIndexes } from './check.js';
import { Database } from './database.js';
import { Facts } from './facts.js';
import { Log } from './log.js';
import { Objects, type SelectorOf } from './objects.js';
import { Timers } from './timers.js';
import { Views } from './views.js';

/** Rows by table, in the order of the columns. */
export type Tables = Readonly<Record<string, readonly (readonly unknown[])[]>>;

export class Store {
  readonly objects: Objects;
  readonly allocations: Allocations;
  readonly timers: Timers;
  readonly meta: Facts;
  readonly state: Facts;
  readonly views = new Views();
  readonly #db: Database;
  readonly #log: Log;
  #rev = 0;
  #dataVersion = -1;
  #changes: Change[] = [];
  /** What calls that run together() have changed: most of a long command's changes are forgotten before they need be written. */
  #unlogged: Change[] | undefined;
  readonly #selectorOf: SelectorOf;

  constructor(path: string, selectorOf: SelectorOf) {
    this.#selectorOf = selectorOf;
    this.#db = new Database(path);
    this.objects = new Objects(this.#db, selectorOf);
    this.allocations = new Allocations(this.#db);
    this.timers = new Timers(this.#db);
    this.meta = new Facts(this.#db, 'meta');
    this.state = new Facts(this.#db, 'state');
    this.#log = new Log(this.#db);
  }

  /** resourceVersion of the newest write. */
  get rev(): number {
    return this.#rev;
  }

  /** One write transaction, or a part of the one that runs together(). Nothing of it remains if `work` throws or `commit` is false. */
  write<T>(work: () => T, options = { commit: true }): T {
    return this.#guarded(
      () =>
        this.#db.write(() => {
          this.#refresh();
          const result = work();
          if (options.commit) this.#flush();
          return result;
        }, options),
      options.commit,
    );
  }

  /** The writes of `work` reach the disk at once; each of them still stands or falls by itself, unless `work` throws. */
  together<T>(work: () => T): T {
    const unlogged: Change[] = [];
    this.#unlogged = unlogged;
    try {
      return this.#guarded(
        () =>
          this.#db.write(() => {
            this.#dataVersion = -1;
            const result = work();
            this.#logAll(unlogged);
            return result;
          }),
        true,
      );
    } finally {
      this.#unlogged = undefined;
    }
  }

  /** One consistent view of the file. */
  read<T>(work: () => T): T {
    return this.#db.read(() => {
      this.#refresh();
      return work();
    });
  }

  /** Runs `run`; unless it ends well and `keep` is set, what was cached of the transaction is forgotten. */
  #guarded<T>(run: () => T, keep: boolean): T {
    let done = false;
    try {
      const result = run();
      done = keep;
      return result;
    } finally {
      this.#changes = [];
      if (!done) this.#dataVersion = -1;
    }
  }

  #refresh(): void {
    // In a transaction that has looked already nobody else can have written.
    if (this.#unlogged && this.#dataVersion >= 0) return;
    // SQLite takes its view of the file at the first read: only then is data_version that of the view.
    const row = this.#db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'rev'");
    const version = this.#db.dataVersion();
    if (version === this.#dataVersion) return;
    this.#forget();
    this.#rev = Number(row?.value ?? 0);
    this.#dataVersion = version;
  }

  #forget(): void {
    this.objects.forget();
    this.meta.forget();
    this.state.forget();
    this.timers.forget();
    this.views.forget();
  }

  #flush(): void {
    if (this.#changes.length > 0) {
      this.objects.flush();
      if (this.#unlogged) this.#unlogged.push(...this.#changes);
      else this.#logAll(this.#changes);
      this.meta.set('rev', this.#rev);
    }
    this.meta.flush();
    this.state.flush();
  }

  #logAll(changes: readonly Change[]): void {
    this.#log.append(changes, (object) => this.objects.text(object));
    this.objects.forgetTexts();
  }

  /** Stores an object under the next revision and returns it as stored. */
  put(kind: GroupKind, object: KubeObject): Change {
    const old = this.objects.get(kind, object.metadata.namespace ?? '', object.metadata.name);
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#rev) } };
    this.objects.put(kind, stored);
    return this.#record(
      old ? { rev: this.#rev, type: 'MODIFIED', kind, object: stored, old } : { rev: this.#rev, type: 'ADDED', kind, object: stored },
    );
  }

  /** Takes an object out; it must be there. */
  remove(kind: GroupKind, object: KubeObject): Change {
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#rev) } };
    this.objects.remove(kind, object.metadata.namespace ?? '', object.metadata.name);
    return this.#record({ rev: this.#rev, type: 'DELETED', kind, object: last, old: object });
  }

  #record(change: Change): Change {
    this.#changes.push(change);
    this.views.apply(change);
    return change;
  }

  /** Committed changes after `rev`; undefined when the log no longer reaches back that far. */
  since(rev: number): Change[] | undefined {
    return this.#log.since(rev, this.#rev);
  }

  /** What the running transaction has written so far. */
  pending(): readonly Change[] {
    return this.#changes;
  }

  /** Fills an empty file with rows that were read out of another one, within the running write. */
  restore(tables: Tables): void {
    for (const [table, rows] of Object.entries(tables)) {
      const sql = `INSERT INTO ${table} VALUES (${rows[0]?.map(() => '?').join(', ')})`;
      for (const row of rows) this.#db.run(sql, ...row);
    }
    // What the caches hold is of the empty file.
    this.#forget();
    this.#dataVersion = -1;
  }

  /** What the indexes have wrong, a line each. */
  check(): string[] {
    return checkIndexes(this.#db, this.#selectorOf);
  }

  close(): void {
    this.#db.close();
  }
}
