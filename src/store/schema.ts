// The tables of a cluster file, and how older files become newer ones.
// Design C of the measured ones: integer ids, interned label pairs, WITHOUT ROWID postings, selector anchors.

/** migrations[n] takes a file from version n to n + 1; PRAGMA user_version holds the version. Never edit one that was released. */
export const migrations: readonly string[] = [
  `
  -- One fact per row about the cluster itself: config, revision, chance, clock.
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  -- A kind in a namespace ('' = cluster-scoped).
  CREATE TABLE scope (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, ns TEXT NOT NULL, UNIQUE (kind, ns));
  CREATE TABLE obj (id INTEGER PRIMARY KEY, scope INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (scope, name));
  -- Interned label pairs.
  CREATE TABLE kv (id INTEGER PRIMARY KEY, k TEXT NOT NULL, v TEXT NOT NULL, UNIQUE (k, v));
  -- Which objects carry a label pair.
  CREATE TABLE post (scope INTEGER NOT NULL, kv INTEGER NOT NULL, obj INTEGER NOT NULL, PRIMARY KEY (scope, kv, obj)) WITHOUT ROWID;
  -- Which objects select by a pair: one pair (the anchor) of each map selector.
  CREATE TABLE sel (scope INTEGER NOT NULL, kv INTEGER NOT NULL, obj INTEGER NOT NULL, PRIMARY KEY (scope, kv, obj)) WITHOUT ROWID;
  -- Dependents by their owner's uid.
  CREATE TABLE owned (uid TEXT NOT NULL, obj INTEGER NOT NULL, PRIMARY KEY (uid, obj)) WITHOUT ROWID;
  -- The newest changes, for watches; older ones are gone (410 Expired).
  CREATE TABLE log (rev INTEGER PRIMARY KEY, type TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, old TEXT);
  -- Numbers and addresses that only one owner may have.
  CREATE TABLE alloc (pool TEXT NOT NULL, value TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (pool, value)) WITHOUT ROWID;
  -- What takes time: wake a controller with a key.
  CREATE TABLE timer (controller TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (controller, key)) WITHOUT ROWID;
  CREATE INDEX timer_at ON timer (at);
  -- Facts beside the API that controllers keep.
  CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  `,
];
