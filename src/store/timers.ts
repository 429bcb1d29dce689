// What takes time, as rows: wake a controller with a key at a moment of the cluster's clock.
import type { Database } from './database.js';

export interface Timer {
  readonly controller: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export class Timers {
  constructor(private readonly db: Database) {}

  set(timer: Timer): void {
    this.db.run(
      'INSERT INTO timer VALUES (?, ?, ?) ON CONFLICT (controller, key) DO UPDATE SET at = excluded.at',
      timer.controller,
      timer.key,
      timer.at,
    );
  }

  /** Wakes at `at` or before: a timer that is earlier stays. */
  setNoLater(timer: Timer): void {
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
    this.db.run('DELETE FROM timer WHERE controller = ? AND key = ?', timer.controller, timer.key);
    return timer;
  }

  next(): Timer | undefined {
    return this.db.get<Timer>('SELECT controller, key, at FROM timer ORDER BY at, controller, key LIMIT 1');
  }
}
