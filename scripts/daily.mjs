// Which modules a daily command really calls: a trial bundle in which every module of functions notes its first call runs these commands.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const types = 'all,configmaps,daemonsets,endpoints,endpointslices,events,namespaces,nodes,secrets,serviceaccounts';
const daily = [
  ['get', types, '-A'],
  ['get', types, '-o', 'wide', '-l', 'a=b,c'],
  ['get', 'service', 'kubernetes', '--show-labels', '-L', 'a'],
  ['get', 'pods', '-o', 'name'],
];

/** Founds a cluster with the bundle `text` (its exports are main), hands its file to `founded`, and returns the modules that were called. */
export function trial(root, text, founded) {
  const folder = mkdtempSync(join(tmpdir(), 'kubelab-'));
  try {
    writeFileSync(join(folder, 'trial.cjs'), text);
    const cluster = join(folder, 'cluster.db');
    const addon = join(root, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
    const load = `globalThis.kubelabAddon = () => require(${JSON.stringify(addon)}); const { main } = require('./trial.cjs');`;
    const env = { ...process.env, KUBELAB_CLUSTER: cluster, OCLIF_DISABLE_ENGINE_WARNING: '1', KUBELAB_DISABLE_THEME: '1' };
    const run = (code) => execFileSync(process.execPath, ['-e', load + code], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });

    run("main(['cluster', 'create', '--clock', 'virtual'], 'kubelab')");
    founded(cluster);
    run(`globalThis.kubelabCalled = new Set();
      (async () => { for (const argv of ${JSON.stringify(daily)}) await main(argv, 'kubelab'); })()
        .then(() => require('fs').writeFileSync('called.json', JSON.stringify([...kubelabCalled])));`);
    return new Set(JSON.parse(readFileSync(join(folder, 'called.json'), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
