// Who owns which number or address. Mirrors pkg/registry/core/service/{ipallocator,portallocator} in what it promises, not in its bitmaps.
import type { Allocator, Claim } from '../model/store.js';
import type { Database } from './database.js';

export class Allocations implements Allocator {
  constructor(private readonly db: Database) {}

  owner(pool: string, value: string): string | undefined {
    return this.db.get<{ owner: string }>('SELECT owner FROM alloc WHERE pool = ? AND value = ?', pool, value)?.owner;
  }

  claim(pool: string, value: string, owner: string): boolean {
    const taken = this.owner(pool, value);
    if (taken !== undefined) return taken === owner;
    this.db.run('INSERT INTO alloc VALUES (?, ?, ?)', pool, value, owner);
    return true;
  }

  release(pool: string, value: string): void {
    this.db.run('DELETE FROM alloc WHERE pool = ? AND value = ?', pool, value);
  }

  /** Every allocation, for the invariant check. */
  all(): Claim[] {
    return this.db.all('SELECT pool, value, owner FROM alloc ORDER BY pool, value');
  }
}
