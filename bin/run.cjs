#!/usr/bin/env node
// The launcher: nothing but loading speed lives here. It runs dist/cli.cjs with V8's code cache (2 x faster than without), hands over the
// SQLite addon by its path (saves a walk through the folders), and writes without process.stdout (saves loading net, tty and streams).
// Every trick falls back: no cache, a broken cache and a read-only folder only cost time.
'use strict';
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

process.env.OCLIF_DISABLE_ENGINE_WARNING = '1';
process.env.KUBELAB_DISABLE_THEME = '1';
process.env.NODE_ENV ||= 'production';

const root = path.dirname(__dirname); // node resolves links: this is the package's folder under any name it is called by
const bundle = path.join(root, 'dist', 'cli.cjs');

globalThis.kubelabAddon = () => {
  const near = path.join(root, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
  if (fs.existsSync(near)) return require(near);
  return require(path.join(path.dirname(require.resolve('better-sqlite3/package.json')), 'build', 'Release', 'better_sqlite3.node'));
};

let source;
try {
  source = fs.readFileSync(bundle, 'latin1'); // the bundle is ASCII
} catch {
  process.stderr.write(`${bundle} is missing: run 'npm run build'\n`);
  process.exit(70);
}

// A cache of another bundle, node or machine must not be taken for this one's: all are in its name.
const stamp = /^\/\/ build (\w+)/.exec(source)?.[1] ?? 'none';
// Reading commands have a cache of their own: that of a writing one holds twice as many functions, which cost time to bring back.
const verb = process.argv.slice(2).find((a) => !a.startsWith('-'));
const kind = ['get', 'describe', 'version', 'api-resources', 'api-versions', 'config', 'explain', 'options'].includes(verb)
  ? 'read'
  : 'write';
const cacheName = `cli.${stamp}.${kind}.${process.version}-${process.arch}.v8`;
const cacheHome = process.env.XDG_CACHE_HOME || (process.env.HOME && path.join(process.env.HOME, '.cache'));
// A cache is code: only folders of this package and of this user are trusted, never a shared one.
const cacheDirs = [path.join(root, 'dist'), ...(cacheHome ? [path.join(cacheHome, 'kubelab')] : [])];

const cachedData = readCache();
const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
  filename: bundle,
  cachedData,
  importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, createRequire(bundle), module_, bundle, path.dirname(bundle));

const name = path.basename(process.argv[1] ?? 'kubelab').replace(/\.[a-z]+$/, '');
module_.exports.main(process.argv.slice(2), name === 'run' ? 'kubelab' : name).then((code) => {
  process.exitCode = code;
  // Commands that are run once would fill the cache with functions that the daily ones do not use, and slow them all down.
  const rare = ['cluster', 'clock', 'demo'].includes(process.argv[2]);
  if (!rare && (!cachedData || script.cachedDataRejected)) writeCache();
});

// V8 does not notice single flipped bits and may crash on them, so the cache is stored twice and the halves are compared.
function readCache() {
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
function writeCache() {
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
