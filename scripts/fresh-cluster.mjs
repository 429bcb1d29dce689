// Writes the rows of a default cluster's file to dist/fresh-cluster.json: see src/cluster/fresh.ts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Not the change log: nobody watches a cluster that is not there yet. */
const tables = ['meta', 'scope', 'obj', 'kv', 'post', 'sel', 'owned', 'alloc', 'timer', 'state'];

export function freshCluster(root, cluster) {
  const db = new Database(cluster, { readonly: true });
  const rows = Object.fromEntries(tables.map((t) => [t, db.prepare(`SELECT * FROM ${t}`).raw().all()]));
  const nodes = db.prepare("SELECT count(*) FROM obj JOIN scope ON scope.id = obj.scope WHERE scope.kind = 'Node'").pluck().get();
  db.close();
  const config = JSON.parse(rows.meta.find(([key]) => key === 'config')[1]);
  rows.meta = rows.meta.filter(([key]) => key !== 'config' && key !== 'clock');
  writeFileSync(join(root, 'dist', 'fresh-cluster.json'), JSON.stringify({ config, nodes, tables: rows }));
}
