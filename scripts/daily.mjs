// Which modules the daily commands really call: a trial bundle in which every module of functions notes its first call runs these commands.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const types = 'all,configmaps,daemonsets,endpoints,endpointslices,events,namespaces,nodes,secrets,serviceaccounts';
const reads = [
  ['get', types, '-A'],
  ['get', types, '-o', 'wide', '-l', 'a=b,c'],
  ['get', 'service', 'kubernetes', '--show-labels', '-L', 'a'],
  ['get', 'pods', '-o', 'name'],
];

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: web
        image: nginx
        ports: [{ containerPort: 80 }]
        readinessProbe: { httpGet: { path: /, port: 80 } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }], type: NodePort }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { a: b }
`;
const writes = [
  ['apply', '-f', 'web.yaml'],
  ['apply', '-f', 'web.yaml'],
  ['scale', 'deployment', 'web', '--replicas=1'],
  ['delete', 'deployment', 'web'],
];

/**
 * Founds a cluster with the bundle `text` (it exports main) and hands its file to `founded`. Returns the modules that reading called, and
 * those that reading and writing called.
 */
export function trial(root, text, founded) {
  const folder = mkdtempSync(join(tmpdir(), 'kubelab-'));
  const addon = join(root, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
  const load = `globalThis.kubelabAddon = () => require(${JSON.stringify(addon)}); const { main } = require('./trial.cjs');`;
  const run = (cluster, code) =>
    execFileSync(process.execPath, ['-e', load + code], {
      cwd: folder,
      env: { ...process.env, KUBELAB_CLUSTER: join(folder, cluster), OCLIF_DISABLE_ENGINE_WARNING: '1', KUBELAB_DISABLE_THEME: '1' },
      stdio: ['ignore', 'ignore', 'pipe'], // what it says on stderr is in the error
    });
  const called = (cluster, commands) => {
    run(
      cluster,
      `globalThis.kubelabCalled = new Set();
      (async () => { for (const argv of ${JSON.stringify(commands)}) await main(argv, 'kubelab'); })()
        .then(() => require('fs').writeFileSync('called.json', JSON.stringify([...kubelabCalled])));`,
    );
    return JSON.parse(readFileSync(join(folder, 'called.json'), 'utf8'));
  };
  try {
    writeFileSync(join(folder, 'trial.cjs'), text);
    writeFileSync(join(folder, 'web.yaml'), manifest);
    run('virtual.db', "main(['cluster', 'create', '--clock', 'virtual'], 'kubelab')");
    founded(join(folder, 'virtual.db'));
    const read = called('virtual.db', reads);
    // On a real clock what is applied also starts; and then things fall due, which any command runs. The first apply makes its cluster.
    copyFileSync(join(root, 'dist', 'fresh-cluster.json'), join(folder, 'fresh-cluster.json'));
    const written = [...called('real.db', writes), ...called('virtual.db', [writes[0], ['clock', 'advance', '1h']])];
    return [new Set(read), new Set([...read, ...written])];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
