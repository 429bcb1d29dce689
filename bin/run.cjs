#!/usr/bin/env node
// The launcher: nothing but loading speed lives here. It runs dist/cli.cjs (and write.cjs and rest.cjs beside it, when asked for) with V8's code
// cache (2 x faster than without), hands over the SQLite addon by its path (saves a walk through the folders), and writes without
// process.stdout (saves loading net, tty and streams). Every trick falls back: no cache, a broken cache and a read-only folder only cost time.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

process.env.OCLIF_DISABLE_ENGINE_WARNING = '1';
process.env.KUBELAB_DISABLE_THEME = '1';
process.env.NODE_ENV ||= 'production';

const root = path.dirname(__dirname); // node resolves links: this is the package's folder under any name it is called by
const dist = path.join(root, 'dist');

globalThis.kubelabAddon = () => {
  const file = (folder) => path.join(folder, 'build', 'Release', 'better_sqlite3.node');
  try {
    const module = { exports: {} };
    process.dlopen(module, file(path.join(root, 'node_modules', 'better-sqlite3')));
    return module.exports;
  } catch {
    return require(file(path.dirname(require.resolve('better-sqlite3/package.json'))));
  }
};

/**
 * For a command that turns out to have much to do, and still is over in a second or two: V8 optimises every function that was busy for a
 * moment, and compiling costs more than the rest of the run gets back (a third of all CPU time, measured on 100 Deployments). It waits longer.
 * Node 20 only: later ones count otherwise, and print an error for a flag that they do not have.
 */
let isPatient = false;
globalThis.kubelabPatience = () => {
  if (!process.versions.v8.startsWith('11.')) return;
  isPatient = true;
  require('node:v8').setFlagsFromString('--interrupt-budget=500000');
};

// A cache is best when it was made by the same sort of command: functions that are not used cost time to bring back.
const verb = process.argv.slice(2).find((a) => !a.startsWith('-'));
const reading = ['describe', 'version', 'api-resources', 'api-versions', 'config', 'explain', 'options'];
const sort = verb === 'get' ? 'get' : reading.includes(verb) ? 'read' : 'write';
const cacheHome = process.env.XDG_CACHE_HOME || (process.env.HOME && path.join(process.env.HOME, '.cache'));
// A cache is code: only folders of this package and of this user are trusted, never a shared one.
const cacheDirs = [dist, ...(cacheHome ? [path.join(cacheHome, 'kubelab')] : [])];

/** The files that were loaded, by name: { script, cacheName, cached, exports }. */
const parts = new Map();

/** What the bundle requires: its other parts, or one of the packages beside it, or a part of node. */
const ours = ['./cli.cjs', './write.cjs', './rest.cjs'];
const requireFrom = Object.assign((id) => (ours.includes(id) ? load(id) : require(id.startsWith('./') ? path.join(dist, id) : id)), {
  resolve: require.resolve,
  main: require.main,
});

function load(id) {
  const known = parts.get(id);
  if (known) return known.module.exports;
  const filename = path.join(dist, id);
  let source;
  try {
    source = fs.readFileSync(filename, 'latin1'); // the bundle is ASCII
  } catch {
    process.stderr.write(`${filename} is missing: run 'npm run build'\n`);
    process.exit(70);
  }
  // A cache of another bundle, node or machine must not be taken for this one's: all are in its name.
  const stamp = /^\/\/ build (\w+)/.exec(source)?.[1] ?? 'none';
  const cacheName = `${path.basename(id, '.cjs')}.${stamp}.${sort}.${process.version}-${process.arch}.v8`;
  const cachedData = readCache(cacheName);
  const script = new vm.Script(source, { filename, cachedData, importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER });
  const module = { exports: {} };
  parts.set(id, { module, script, cacheName, cached: cachedData !== undefined && !script.cachedDataRejected });
  script.runInThisContext()(module.exports, requireFrom, module, filename, dist);
  return module.exports;
}

const name = path.basename(process.argv[1] ?? 'kubelab').replace(/\.[a-z]+$/, '');
load('./cli.cjs')
  .main(process.argv.slice(2), name === 'run' ? 'kubelab' : name)
  .then((code) => {
    // Commands that are run once would fill the cache with functions that the daily ones do not use, and slow them all down.
    const rare = ['cluster', 'clock', 'demo'].includes(process.argv[2]);
    // V8 takes a cache only from a process with the same flags.
    if (!rare && !isPatient) for (const part of parts.values()) if (!part.cached) writeCache(part);
    process.exit(code); // all is written; waiting for node to tidy up costs a millisecond
  });

// V8 does not notice single flipped bits and may crash on them, so the cache is stored twice and the halves are compared.
function readCache(cacheName) {
  for (const dir of cacheDirs) {
    try {
      const data = fs.readFileSync(path.join(dir, cacheName));
      const half = data.length / 2;
      if (half > 0 && data.subarray(0, half).equals(data.subarray(half))) return data.subarray(0, half);
    } catch {}
  }
  return undefined;
}

// Made after the command has run, so that the functions it used are in it.
function writeCache({ script, cacheName }) {
  const data = script.createCachedData();
  for (const dir of cacheDirs) {
    const temporary = path.join(dir, `${cacheName}.${process.pid}`);
    try {
      if (dir !== cacheDirs[0]) fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
      fs.writeFileSync(temporary, Buffer.concat([data, data]));
      fs.renameSync(temporary, path.join(dir, cacheName));
      return;
    } catch {
      try {
        fs.unlinkSync(temporary);
      } catch {}
    }
  }
}
