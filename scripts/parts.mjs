// The program in two files: dist/cli.cjs holds what `kubelab get` runs, dist/rest.cjs everything else. A command pays at start for what it reads,
// even when V8's code cache spares the compiling: half a megabyte less source, functions and module heads make `get` a third faster.
// Which modules are in which file is computed from the imports; modules exist once, the rest asks the first file for those that are there.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

/** The verb whose code comes with the first file; the others' import()s lead into the rest. */
const firstVerb = /^src\/cli\/verbs\/get\//;

/**
 * The names a module exports, if all are functions: only such modules can be put off until the first of them is called. In the first file that
 * is done with all that the trial (daily.mjs) did not call: writing, describing, checking.
 */
function functionsOf(file) {
  const text = readFileSync(file, 'utf8');
  const functions = [...text.matchAll(/^export (?:async )?function\*? (\w+)/gm)].map((m) => m[1]);
  const arrows = [
    ...text.matchAll(/^export const (\w+)(?::[^=\n]*?)? =\s*(?:<[^>]*>)?\s*(?:\((?:[^()]|\([^()]*\))*\)(?:: [^=\n]+)?|\w+) =>/gm),
  ].map((m) => m[1]);
  const all = [...text.matchAll(/^export (?!type |interface )(?:async )?(?:const|function\*?|class|let|default|\{|\*)/gm)].length;
  return all > 0 && functions.length + arrows.length === all ? [...new Set([...functions, ...arrows])] : undefined;
}

const source = (importer, path) => join(dirname(importer), path.replace(/\.js$/, '.ts'));
const relativeImport = /^\.\.?\/.*\.js$/;

/** Stands for modules that are put off: the real one is loaded by `load(path)`, a JavaScript expression. */
const lateModules = (isLate, load) => ({
  name: 'late-modules',
  setup(b) {
    b.onResolve({ filter: relativeImport }, ({ path, importer, kind }) => {
      const file = source(importer, path);
      return kind === 'import-statement' && isLate(file) && functionsOf(file) ? { path: file, namespace: 'late' } : undefined;
    });
    b.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => {
      const late = functionsOf(path).map((name) => `export function ${name}(...a) { return load().${name}(...a); }`);
      return {
        contents: `let real; const load = () => (real ??= ${load(path)});\n${late.join('\n')}`,
        loader: 'js',
        resolveDir: dirname(path),
      };
    });
  },
});

/**
 * Both files as esbuild's results: { cli, rest }. `entry` exports main, `options` are esbuild's for either file,
 * `trial` runs a bundle's text and tells which of its modules were called.
 */
export async function twoParts(entry, root, options, trial) {
  const whole = (plugin, more) =>
    build({ ...options, ...more, write: false, metafile: true, plugins: [...options.plugins, ...[plugin].flat()] });
  const here = (path) => `require(${JSON.stringify(path)})`;
  const name = (path) => relative(root, path);

  const noted = (path) => `(globalThis.kubelabCalled?.add(${JSON.stringify(path)}), ${here(path)})`;
  const trialled = await whole(
    lateModules(() => true, noted),
    { entryPoints: [entry], minify: false },
  );
  const called = trial(trialled.outputFiles[0].text);
  const isLate = (file) => !called.has(file);
  const { metafile } = await whole(lateModules(isLate, here), { entryPoints: [entry] });
  const { first, crossings } = firstPart(metafile, entry);

  const asked = new Set();
  const shared = {
    name: 'shared',
    setup(b) {
      b.onResolve({ filter: relativeImport }, ({ path, importer }) => {
        const file = source(importer, path);
        return first.has(name(file)) ? { path: file, namespace: 'shared' } : undefined;
      });
      b.onLoad({ filter: /.*/, namespace: 'shared' }, async ({ path }) => {
        asked.add(path);
        const names = (await exportsOf(path)).join(', ');
        return { contents: `export const { ${names} } = require('./cli.cjs').shared(${JSON.stringify(name(path))});`, loader: 'js' };
      });
      b.onResolve({ filter: /^\.\/cli\.cjs$/ }, ({ path }) => ({ path, external: true }));
    },
  };
  const doors = [...crossings].map((file) => `${JSON.stringify(file)}: () => require(${JSON.stringify(join(root, file))})`);
  const rest = await whole(shared, {
    stdin: { contents: `module.exports = { ${doors.join(',\n')} };`, resolveDir: root },
  });

  const fromRest = (path) => `require('./rest.cjs')[${JSON.stringify(name(path))}]()`;
  const crossing = {
    name: 'crossing',
    setup(b) {
      b.onResolve({ filter: /^\.\/rest\.cjs$/ }, ({ path }) => ({ path, external: true }));
      b.onResolve({ filter: relativeImport }, ({ path, importer, kind }) => {
        const file = source(importer, path);
        return kind === 'dynamic-import' && crossings.has(name(file)) ? { path: file, namespace: 'crossing' } : undefined;
      });
      b.onLoad({ filter: /.*/, namespace: 'crossing' }, ({ path }) => ({ contents: `module.exports = ${fromRest(path)};`, loader: 'js' }));
    },
  };
  const cli = await whole([crossing, lateModules(isLate, (path) => (crossings.has(name(path)) ? fromRest(path) : here(path)))], {
    stdin: { contents: await withShared(entry, root, [...asked].sort()), resolveDir: root },
  });
  return { cli, rest };
}

/** The modules that `entry` reaches without what is put off and without other verbs, and the modules behind those borders. */
function firstPart({ inputs }, entry) {
  const first = new Set();
  const crossings = new Set();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (first.has(file)) continue;
    first.add(file);
    for (const { path, kind, external } of inputs[file]?.imports ?? []) {
      if (external) continue;
      const verb = kind === 'dynamic-import' && !firstVerb.test(path);
      const late = kind === 'require-call' && file.startsWith('late:');
      if (path.startsWith('src/') && (verb || late)) crossings.add(path);
      else queue.push(path);
    }
  }
  for (const file of first) crossings.delete(file);
  return { first, crossings };
}

const exportsOf = async (file) => {
  const { metafile } = await build({
    entryPoints: [file],
    bundle: false,
    format: 'esm',
    write: false,
    metafile: true,
    outdir: '/',
    logLevel: 'warning',
  });
  return Object.values(metafile.outputs)[0].exports;
};

/** The entry, with shared(file): the exports of a module of the first file. */
async function withShared(entry, root, files) {
  const all = await Promise.all(files.map(exportsOf));
  const imports = files.map((f, i) => `import { ${all[i].map((n) => `${n} as ${n}_${i}`).join(', ')} } from ${JSON.stringify(f)};`);
  const cases = files.map(
    (f, i) => `case ${JSON.stringify(relative(root, f))}: return { ${all[i].map((n) => `${n}: ${n}_${i}`).join(', ')} };`,
  );
  return `export { main } from ${JSON.stringify(`./${entry}`)};\n${imports.join('\n')}\nexport function shared(file) { switch (file) { ${cases.join('\n')} } }`;
}
