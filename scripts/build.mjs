// Makes dist/cli.cjs, dist/write.cjs and dist/rest.cjs, which bin/run.cjs runs. Takes a second; `npm ci` runs it as "prepare".
// Packages that only some commands need are bundled into files of their own, so that the main file stays small (2 ms of start-up per MB).
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { trial } from './daily.mjs';
import { descriptions } from './descriptions.mjs';
import { freshCluster } from './fresh-cluster.mjs';
import { oclifLazy } from './oclif-lazy.mjs';
import { inParts } from './parts.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

/** What oclif would load at start and this program never uses. */
const stubs = {
  tinyglobby: 'module.exports = {};',
  minimatch: 'module.exports = {};',
  // Its spinners, templates and coloured boxes: oclif prints nothing here.
  ...Object.fromEntries(['cli-spinners', 'ejs', 'emoji-regex', 'color-convert'].map((name) => [name, 'module.exports = {};'])),
  bindings: 'module.exports = () => globalThis.kubelabAddon();',
  // Methods of better-sqlite3's Database that nobody calls here.
  ...Object.fromEntries(
    ['aggregate', 'backup', 'function', 'inspect', 'serialize', 'table'].map((name) => [
      `./methods/${name}`,
      'module.exports = undefined;',
    ]),
  ),
  semver: 'module.exports = {};',
  lilconfig: 'module.exports = {};',
  'wsl-utils':
    "module.exports = { get isWsl() { return process.platform === 'linux' && /microsoft/i.test(require('node:os').release()); } };",
};
const stub = {
  name: 'stub',
  setup(b) {
    b.onResolve({ filter: new RegExp(`^(${Object.keys(stubs).join('|')})$`) }, ({ path }) => ({ path, namespace: 'stub' }));
    b.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({ contents: stubs[path], loader: 'js' }));
  },
};

/**
 * Packages with a file of their own, dist/<name>.cjs, read when the first of their exports is used: a static import costs nothing until then.
 */
const apart = ['chalk', 'cli-table3'];
const separately = {
  name: 'separately',
  setup(b) {
    b.onResolve({ filter: new RegExp(`^(${apart.join('|')})$`) }, ({ path }) => ({ path, namespace: 'separately' }));
    b.onResolve({ filter: /^\.\//, namespace: 'separately' }, ({ path }) => ({ path, external: true }));
    b.onLoad({ filter: /.*/, namespace: 'separately' }, async ({ path }) => {
      const names = Object.keys(await import(path));
      const getters = names.map((name) => `get ${name}() { return load().${name}; }`);
      return {
        contents: `let loaded; const load = () => (loaded ??= require('./${path}.cjs')); module.exports = { __esModule: true, ${getters.join(', ')} };`,
        loader: 'js',
      };
    });
  },
};

/** Parts of node that cost milliseconds to load (net and tty pull in streams): read when the first of their exports is used. */
const heavy = /^(?:node:)?(child_process|crypto|fs\/promises|net|os|perf_hooks|readline|tty|util)$/;
const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(b) {
    b.onResolve({ filter: heavy }, ({ path, namespace }) =>
      namespace === 'builtin' ? { path, external: true } : { path: heavy.exec(path)[1], namespace: 'builtin' },
    );
    b.onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path }) => {
      const names = Object.keys(await import(`node:${path}`)).filter((name) => name !== 'default');
      const getters = names.map((name) => `get ${name}() { return load().${name}; }`);
      return { contents: `const load = () => require('node:${path}'); module.exports = { ${getters.join(', ')} };`, loader: 'js' };
    });
  },
};

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  keepNames: false,
  charset: 'ascii',
  legalComments: 'none',
  lineLimit: 200, // an uncaught error prints its line: not a megabyte of it
  logLevel: 'warning',
  absWorkingDir: root,
};

mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) if (/\.v8(\.\d+)?$/.test(name)) rmSync(join(dist, name), { force: true });

const [parts] = await Promise.all([
  inParts(
    'src/program.ts',
    root,
    {
      ...common,
      external: ['*.node'],
      define: { 'import.meta.url': '__bundleUrl' },
      // An object that becomes the URL when it is asked for: new URL(path, import.meta.url) does.
      banner: { js: 'const __bundleUrl={toString:()=>require("node:url").pathToFileURL(__filename).href};' },
      plugins: [oclifLazy, stub, separately, lazyBuiltins],
    },
    (text) => trial(root, text, (cluster) => freshCluster(root, cluster)),
  ),
  ...apart.map((name) =>
    build({
      ...common,
      stdin: { contents: `export * from '${name}'; export { default } from '${name}';`, resolveDir: root },
      outfile: join(dist, `${name}.cjs`),
    }),
  ),
]);
// One stamp for all: they name each other's modules. The wrapper stands in the file, because joining strings copies them.
// esbuild leaves other letters than ASCII in regular expressions.
const ascii = (text) => text.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const texts = Object.entries(parts).map(([name, { outputFiles }]) => [name, ascii(outputFiles[0].text)]);
const stamp = createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
for (const [name, text] of texts)
  writeFileSync(join(dist, `${name}.cjs`), `// build ${stamp}\n(function (exports, require, module, __filename, __dirname) {${text}\n})`);
writeFileSync(join(dist, 'descriptions.json'), JSON.stringify(descriptions(root)));
writeFileSync(join(dist, 'LICENSES.txt'), licenses([...Object.values(parts).flatMap((p) => packagesOf(p.metafile)), ...apart]));

/** The packages whose code is in the bundle. */
function packagesOf({ inputs }) {
  const names = Object.keys(inputs).flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** The bundle contains other people's code: their licences go with it. */
function licenses(names) {
  return names
    .map((name) => {
      const dir = join(root, 'node_modules', name);
      const file = readdirSync(dir).find((f) => /^licen[sc]e/i.test(f));
      return `${name}\n\n${file ? readFileSync(join(dir, file), 'utf8') : JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')).license}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
