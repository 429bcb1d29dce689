// Objects by kind, namespace and name, by label and by owner; writes gather in an overlay and reach SQLite at flush().
import { byText } from '../lib/go-format.js';
import type { Known } from '../model/known.js';
import type { GroupKind, KubeObject } from '../model/object.js';
import { fromMap, type Labels, matches, type Requirement } from '../model/selector.js';
import type { ListOptions } from '../model/store.js';
import type { Database } from './database.js';
import { Overlay } from './overlay.js';

interface Row {
  id: number;
  name: string;
  body: string;
}

interface Scope {
  /** Row id; undefined while the file knows no object of this scope. */
  id: number | undefined;
  readonly kind: GroupKind;
  readonly ns: string;
  overlay: Overlay;
  /** What is known of the file's rows, by name; undefined: there is none. */
  readonly stored: Map<string, Stored | undefined>;
  /** The file had no object of this scope: `stored` knows all that were written since. */
  readonly whole: boolean;
}

/** Of a Row. The text of what is known already need not be read. */
const columnsOf = ({ whole }: Scope): string => `o.id, o.name, ${whole ? "''" : 'o.body'} AS body`;

interface Stored {
  /** Row id. */
  readonly id: number;
  readonly object: KubeObject;
}

/** The map selector of an object (Service.spec.selector), undefined when it has none or an empty one. */
export type SelectorOf = (kind: GroupKind, object: KubeObject) => Labels | undefined;

const byName = (a: KubeObject, b: KubeObject): number =>
  byText(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || byText(a.metadata.name, b.metadata.name);

export class Objects {
  readonly #db: Database;
  readonly #scopes = new Map<GroupKind, Map<string, Scope>>();
  /** Row ids of label pairs; undefined: the file has none. */
  readonly #pairs = new Map<string, number | undefined>();
  readonly #ownedDirty = new Map<string, Set<KubeObject>>();
  /** What flush() wrote, until the change log has it too. */
  readonly #texts = new Map<KubeObject, string>();
  #dirty = false;
  readonly #selectorOf: SelectorOf;

  constructor(db: Database, selectorOf: SelectorOf) {
    this.#db = db;
    this.#selectorOf = selectorOf;
  }

  /** Forgets what was read and written since the last flush; to be called when the file may have changed or a transaction was rolled back. */
  forget(): void {
    this.#scopes.clear();
    this.#pairs.clear();
    this.#ownedDirty.clear();
    this.#texts.clear();
    this.#dirty = false;
  }

  #scope(kind: GroupKind, ns: string): Scope {
    let byNamespace = this.#scopes.get(kind);
    if (!byNamespace) {
      byNamespace = new Map();
      this.#scopes.set(kind, byNamespace);
      for (const row of this.#db.all<{ id: number; ns: string }>('SELECT id, ns FROM scope WHERE kind = ?', kind)) {
        byNamespace.set(row.ns, { id: row.id, kind, ns: row.ns, overlay: new Overlay(), stored: new Map(), whole: false });
      }
    }
    let scope = byNamespace.get(ns);
    if (!scope) {
      scope = { id: undefined, kind, ns, overlay: new Overlay(), stored: new Map(), whole: true };
      byNamespace.set(ns, scope);
    }
    return scope;
  }

  #scopesOf(kind: GroupKind, ns: string | undefined): Scope[] {
    const one = this.#scope(kind, ns ?? '');
    return ns === undefined ? [...(this.#scopes.get(kind)?.values() ?? [])] : [one];
  }

  #parse(scope: Scope, row: Row): KubeObject {
    let stored = scope.stored.get(row.name);
    if (!stored) {
      stored = { id: row.id, object: JSON.parse(row.body) as KubeObject };
      scope.stored.set(row.name, stored);
    }
    return stored.object;
  }

  /** The file's row of that name. */
  #stored(scope: Scope, name: string): Stored | undefined {
    if (scope.id === undefined) return undefined;
    if (!scope.whole && !scope.stored.has(name)) {
      const row = this.#db.get<Row>('SELECT id, name, body FROM obj WHERE scope = ? AND name = ?', scope.id, name);
      if (row) this.#parse(scope, row);
      else scope.stored.set(name, undefined);
    }
    return scope.stored.get(name);
  }

  get<K extends string>(kind: K, ns: string, name: string): Known<K> | undefined {
    const scope = this.#scope(kind, ns);
    if (scope.overlay.entries.has(name)) return scope.overlay.entries.get(name) as Known<K> | undefined;
    return this.#stored(scope, name)?.object as Known<K> | undefined;
  }

  list<K extends string>(kind: K, options: ListOptions = {}): Known<K>[] {
    const wanted = options.labels ?? [];
    const found = this.#scopesOf(kind, options.namespace).flatMap((scope) => this.#listScope(scope, wanted));
    return found.sort(byName) as Known<K>[];
  }

  #listScope(scope: Scope, labels: readonly Requirement[]): KubeObject[] {
    // One `key in (value)` requirement finds the candidates by index; the others are checked on each.
    const probe = labels.find((r) => r.operator === 'In' && r.values.length === 1);
    const found: KubeObject[] = [];
    for (const row of this.#rows(scope, probe)) {
      if (scope.overlay.entries.has(row.name)) continue;
      const object = this.#parse(scope, row);
      if (matches(labels, object.metadata.labels)) found.push(object);
    }
    const names = probe ? scope.overlay.labelled(probe.key, probe.values[0] as string) : scope.overlay.entries.keys();
    for (const name of names) {
      const object = scope.overlay.entries.get(name);
      if (object && matches(labels, object.metadata.labels)) found.push(object);
    }
    return found;
  }

  #rows(scope: Scope, probe: Requirement | undefined): Row[] {
    if (scope.id === undefined) return [];
    const columns = columnsOf(scope);
    if (!probe) return this.#db.all<Row>(`SELECT ${columns} FROM obj o WHERE o.scope = ?`, scope.id);
    const kv = this.#pair(probe.key, probe.values[0] as string);
    if (kv === undefined) return [];
    return this.#db.all<Row>(`SELECT ${columns} FROM post p JOIN obj o ON o.id = p.obj WHERE p.scope = ? AND p.kv = ?`, scope.id, kv);
  }

  selecting<K extends string>(kind: K, ns: string, labels: Labels | undefined): Known<K>[] {
    const pairs = Object.entries(labels ?? {});
    if (pairs.length === 0) return [];
    const scope = this.#scope(kind, ns);
    const found: KubeObject[] = [];
    const consider = (object: KubeObject | undefined): void => {
      const selector = object && this.#selectorOf(kind, object);
      if (object && selector && matches(fromMap(selector), labels)) found.push(object);
    };
    for (const [k, v] of scope.id === undefined ? [] : pairs) {
      const kv = this.#pair(k, v);
      if (kv === undefined) continue;
      const rows = this.#db.all<Row>(
        `SELECT ${columnsOf(scope)} FROM sel s JOIN obj o ON o.id = s.obj WHERE s.scope = ? AND s.kv = ?`,
        scope.id,
        kv,
      );
      for (const row of rows) if (!scope.overlay.entries.has(row.name)) consider(this.#parse(scope, row));
    }
    for (const name of scope.overlay.selecting()) consider(scope.overlay.entries.get(name));
    return found.sort(byName) as Known<K>[];
  }

  /** Objects with an ownerReference to `uid`, of any kind. */
  ownedBy(uid: string): KubeObject[] {
    const rows = this.#db.all<{ kind: string; ns: string; name: string }>(
      'SELECT s.kind, s.ns, o.name FROM owned w JOIN obj o ON o.id = w.obj JOIN scope s ON s.id = o.scope WHERE w.uid = ?',
      uid,
    );
    const found = new Set<KubeObject>();
    for (const row of rows) {
      const object = this.get(row.kind, row.ns, row.name);
      if (object && owners(object).includes(uid)) found.add(object);
    }
    for (const object of this.#ownedDirty.get(uid) ?? []) found.add(object);
    return [...found].sort(byName);
  }

  /** Stores `object` as it is. */
  put(kind: GroupKind, object: KubeObject): void {
    const name = object.metadata.name;
    const scope = this.#scope(kind, object.metadata.namespace ?? '');
    this.#dropOwned(scope.overlay.entries.get(name));
    scope.overlay.put(name, object, this.#selectorOf(kind, object));
    for (const uid of owners(object)) {
      const set = this.#ownedDirty.get(uid);
      if (set) set.add(object);
      else this.#ownedDirty.set(uid, new Set([object]));
    }
    this.#dirty = true;
  }

  remove(kind: GroupKind, ns: string, name: string): void {
    const scope = this.#scope(kind, ns);
    this.#dropOwned(scope.overlay.entries.get(name));
    scope.overlay.put(name, undefined, undefined);
    this.#dirty = true;
  }

  #dropOwned(object: KubeObject | undefined): void {
    if (object) for (const uid of owners(object)) this.#ownedDirty.get(uid)?.delete(object);
  }

  /** An object as JSON: as flush() wrote it. */
  text(object: KubeObject): string {
    return this.#texts.get(object) ?? JSON.stringify(object);
  }

  forgetTexts(): void {
    this.#texts.clear();
  }

  /** Writes the overlay to the file; the objects stay known. */
  flush(): void {
    if (!this.#dirty) return;
    for (const byNamespace of this.#scopes.values()) for (const scope of byNamespace.values()) this.#flushScope(scope);
    this.#ownedDirty.clear();
    this.#dirty = false;
  }

  #flushScope(scope: Scope): void {
    if (scope.overlay.entries.size === 0) return;
    scope.id ??= this.#db.run('INSERT INTO scope (kind, ns) VALUES (?, ?)', scope.kind, scope.ns);
    for (const [name, object] of scope.overlay.entries) {
      const before = this.#stored(scope, name);
      if (object) {
        const id = this.#write(scope.id, before?.id, object);
        this.#index(scope, id, before?.object, object);
        scope.stored.set(name, { id, object });
      } else if (before) {
        this.#db.run('DELETE FROM obj WHERE id = ?', before.id);
        this.#index(scope, before.id, before.object, undefined);
        scope.stored.set(name, undefined);
      }
    }
    scope.overlay = new Overlay();
  }

  /** The row's id; `id` is that of the row to overwrite. */
  #write(scope: number, id: number | undefined, object: KubeObject): number {
    const body = JSON.stringify(object);
    this.#texts.set(object, body);
    if (id === undefined) return this.#db.run('INSERT INTO obj (scope, name, body) VALUES (?, ?, ?)', scope, object.metadata.name, body);
    this.#db.run('UPDATE obj SET body = ? WHERE id = ?', body, id);
    return id;
  }

  /** Moves an object's postings, ownership and selector from `before` to `after`. */
  #index(scope: Scope, id: number, before: KubeObject | undefined, after: KubeObject | undefined): void {
    const was = before?.metadata.labels ?? {};
    const is = after?.metadata.labels ?? {};
    for (const [k, v] of Object.entries(was)) {
      if (is[k] !== v) this.#db.run('DELETE FROM post WHERE scope = ? AND kv = ? AND obj = ?', scope.id, this.#intern(k, v), id);
    }
    for (const [k, v] of Object.entries(is))
      if (was[k] !== v) this.#db.run('INSERT INTO post VALUES (?, ?, ?)', scope.id, this.#intern(k, v), id);

    const wereOwners = before ? owners(before) : [];
    const areOwners = after ? owners(after) : [];
    for (const uid of wereOwners) if (!areOwners.includes(uid)) this.#db.run('DELETE FROM owned WHERE uid = ? AND obj = ?', uid, id);
    for (const uid of areOwners) if (!wereOwners.includes(uid)) this.#db.run('INSERT OR IGNORE INTO owned VALUES (?, ?)', uid, id);

    const selected = before && this.#selectorOf(scope.kind, before);
    const selects = after && this.#selectorOf(scope.kind, after);
    if (JSON.stringify(selected) === JSON.stringify(selects)) return;
    for (const [k, v] of Object.entries(selected ?? {}))
      this.#db.run('DELETE FROM sel WHERE scope = ? AND kv = ? AND obj = ?', scope.id, this.#intern(k, v), id);
    if (selects) this.#db.run('INSERT INTO sel VALUES (?, ?, ?)', scope.id, this.#anchor(scope.id as number, selects), id);
  }

  /** The pair that fewest selectors hang on already: a look-up by it finds few rows. */
  #anchor(scope: number, selector: Labels): number | undefined {
    const pairs = Object.entries(selector).map(([k, v]) => this.#intern(k, v));
    if (pairs.length <= 1) return pairs[0];
    const uses = (kv: number): number =>
      this.#db.get<{ n: number }>('SELECT count(*) AS n FROM (SELECT 1 FROM sel WHERE scope = ? AND kv = ? LIMIT 100)', scope, kv)?.n ?? 0;
    return pairs.map((kv) => ({ kv, n: uses(kv) })).sort((a, b) => a.n - b.n)[0]?.kv;
  }

  #pair(k: string, v: string): number | undefined {
    const key = `${k}\0${v}`;
    if (!this.#pairs.has(key)) this.#pairs.set(key, this.#db.get<{ id: number }>('SELECT id FROM kv WHERE k = ? AND v = ?', k, v)?.id);
    return this.#pairs.get(key);
  }

  #intern(k: string, v: string): number {
    const known = this.#pair(k, v);
    if (known !== undefined) return known;
    const id = this.#db.run('INSERT INTO kv (k, v) VALUES (?, ?)', k, v);
    this.#pairs.set(`${k}\0${v}`, id);
    return id;
  }
}

const owners = (object: KubeObject): string[] => (object.metadata.ownerReferences ?? []).map((r) => r.uid);
