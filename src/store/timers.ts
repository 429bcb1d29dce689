// What takes time, as rows: wake a controller with a key at a moment of the cluster's clock.
import type { Database } from './database.js';

export interface Timer {
  readonly controller: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export class Timers {
  /** The earliest one, while it is known: every command asks for it several times. */
  #next: { readonly timer: Timer | undefined } | undefined;

  constructor(private readonly db: Database) {}

  /** To be called when the file may have changed or a transaction was rolled back. */
  forget(): void {
    this.#next = undefined;
  }

  set(timer: Timer): void {
    this.#next = undefined;
    this.db.run(
      'INSERT INTO timer VALUES (?, ?, ?) ON CONFLICT (controller, key) DO UPDATE SET at = excluded.at',
      timer.controller,
      timer.key,
      timer.at,
    );
  }

  /** Wakes at `at` or before: a timer that is earlier stays. */
  setNoLater(timer: Timer): void {
    const known = this.#next?.timer;
    if (!known || known.at >= timer.at) this.#next = undefined;
    this.db.run(
      'INSERT INTO timer VALUES (?, ?, ?) ON CONFLICT (controller, key) DO UPDATE SET at = min(at, excluded.at)',
      timer.controller,
      timer.key,
      timer.at,
    );
  }

  /** The earliest timer that is due at `now`, taken out; ties go by name, so that a cluster replays exactly. */
  take(now: number): Timer | undefined {
    const timer = this.next();
    if (!timer || timer.at > now) return undefined;
    this.#next = undefined;
    this.db.run('DELETE FROM timer WHERE controller = ? AND key = ?', timer.controller, timer.key);
    return timer;
  }

  next(): Timer | undefined {
    this.#next ??= { timer: this.db.get<Timer>('SELECT controller, key, at FROM timer ORDER BY at, controller, key LIMIT 1') };
    return this.#next.timer;
  }
}
