// Founds a default cluster with the fresh build and writes its rows to dist/fresh-cluster.json: see src/cluster/fresh.ts.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Not the change log: nobody watches a cluster that is not there yet. */
const tables = ['meta', 'scope', 'obj', 'kv', 'post', 'sel', 'owned', 'alloc', 'timer', 'state'];

export function freshCluster(root) {
  const target = join(root, 'dist', 'fresh-cluster.json');
  rmSync(target, { force: true });
  const folder = mkdtempSync(join(tmpdir(), 'kubelab-'));
  try {
    const path = join(folder, 'cluster.db');
    const env = { ...process.env, KUBELAB_CLUSTER: path };
    execFileSync(process.execPath, [join(root, 'bin', 'run.cjs'), 'cluster', 'create', '--clock', 'virtual'], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const db = new Database(path, { readonly: true });
    const rows = Object.fromEntries(tables.map((t) => [t, db.prepare(`SELECT * FROM ${t}`).raw().all()]));
    const nodes = db.prepare("SELECT count(*) FROM obj JOIN scope ON scope.id = obj.scope WHERE scope.kind = 'Node'").pluck().get();
    db.close();
    const config = JSON.parse(rows.meta.find(([key]) => key === 'config')[1]);
    rows.meta = rows.meta.filter(([key]) => key !== 'config' && key !== 'clock');
    writeFileSync(target, JSON.stringify({ config, nodes, tables: rows }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
