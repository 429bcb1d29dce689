// Recomputes what is indexed (labels, selectors, owners, revisions) from the object bodies and tells where the tables differ.
import type { KubeObject } from '../model/object.js';
import type { Database } from './database.js';
import type { SelectorOf } from './objects.js';

interface Row {
  id: number;
  scope: number;
  kind: string;
  ns: string;
  name: string;
  body: string;
}

/** One line for each thing that is wrong. */
export function checkIndexes(db: Database, selectorOf: SelectorOf): string[] {
  const wrong: string[] = [];
  const posts = grouped(db, 'SELECT p.obj, k.k || char(0) || k.v AS value FROM post p JOIN kv k ON k.id = p.kv');
  const anchors = grouped(db, 'SELECT s.obj, k.k || char(0) || k.v AS value FROM sel s JOIN kv k ON k.id = s.kv');
  const owned = grouped(db, 'SELECT obj, uid AS value FROM owned');
  const rev = db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'rev'")?.value ?? '0';

  for (const row of db.all<Row>('SELECT o.id, o.scope, s.kind, s.ns, o.name, o.body FROM obj o JOIN scope s ON s.id = o.scope')) {
    const object = JSON.parse(row.body) as KubeObject;
    const what = `${row.kind} ${row.ns && `${row.ns}/`}${row.name}`;
    const say = (text: string): void => void wrong.push(`${what}: ${text}`);
    if (object.metadata.name !== row.name || (object.metadata.namespace ?? '') !== row.ns) say('is stored under another name');
    if (Number(object.metadata.resourceVersion) > Number(rev))
      say(`has resourceVersion ${object.metadata.resourceVersion}, newer than the cluster's ${rev}`);
    const labels = Object.entries(object.metadata.labels ?? {}).map(([k, v]) => `${k}\0${v}`);
    if (!equal(labels, posts.get(row.id))) say('its labels are not indexed as they are');
    if (!equal([...new Set((object.metadata.ownerReferences ?? []).map((r) => r.uid))], owned.get(row.id)))
      say('its owners are not indexed as they are');
    const pairs = Object.entries(selectorOf(row.kind, object) ?? {}).map(([k, v]) => `${k}\0${v}`);
    const anchor = anchors.get(row.id) ?? [];
    if (pairs.length === 0 ? anchor.length > 0 : anchor.length !== 1 || !pairs.includes(anchor[0] as string))
      say('its selector is not indexed as it is');
    for (const index of [posts, owned, anchors]) index.delete(row.id);
  }
  for (const index of [posts, owned, anchors]) for (const id of index.keys()) wrong.push(`an index knows object ${id}, which is gone`);
  return wrong;
}

function grouped(db: Database, sql: string): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const { obj, value } of db.all<{ obj: number; value: string }>(sql)) {
    const group = groups.get(obj);
    if (group) group.push(value);
    else groups.set(obj, [value]);
  }
  return groups;
}

const equal = (a: readonly string[], b: readonly string[] = []): boolean =>
  a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');
