// The program in three files: dist/cli.cjs holds what `kubelab get` runs, dist/write.cjs what `apply` runs beyond that, dist/rest.cjs all else.
// A command pays at start for what it reads, even when V8's code cache spares the compiling: some 2 ms for each 100 KB.
// Which module is where follows from the imports and from a trial (daily.mjs) of what the daily commands call. Modules exist once: a later
// file asks the earlier ones for theirs; an earlier one loads a later one when it calls a function of it, or import()s from it.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

const names = ['cli', 'write', 'rest'];
const fileOf = (part) => `./${names[part]}.cjs`;

/**
 * The names a module exports, if all are functions: only such modules can stand in for themselves until the first of them is called.
 */
function functionsOf(file) {
  const text = readFileSync(file, 'utf8');
  const functions = [...text.matchAll(/^export (?:async )?function\*? (\w+)/gm)].map((m) => m[1]);
  const arrows = [
    ...text.matchAll(/^export const (\w+)(?::[^=\n]*?)? =\s*(?:<[^>]*>)?\s*(?:\((?:[^()]|\([^()]*\))*\)(?:: [^=\n]+)?|\w+) =>/gm),
  ].map((m) => m[1]);
  const all = [...text.matchAll(/^export (?!type |interface )(?:async |abstract )?(?:const|function\*?|class|let|default|\{|\*)/gm)].length;
  return all > 0 && functions.length + arrows.length === all ? [...new Set([...functions, ...arrows])] : undefined;
}

const source = (importer, path) => join(dirname(importer), path.replace(/\.js$/, '.ts'));
/** Keeps a plugin from answering its own question. */
const again = Symbol('again');
const relativeImport = /^\.\.?\/.*\.js$/;

/**
 * An esbuild plugin: where `isBorder(file, importer)`, modules of functions and import()s are put off, to be loaded by `load(file)`, a
 * JavaScript expression.
 */
const borders = (isBorder, load) => ({
  name: 'borders',
  setup(b) {
    b.onResolve({ filter: relativeImport }, ({ path, importer, kind }) => {
      const file = source(importer, path);
      if (kind === 'require-call' || !isBorder(file)) return undefined;
      if (kind === 'dynamic-import') return { path: file, namespace: 'import' };
      return functionsOf(file) ? { path: file, namespace: 'late' } : undefined;
    });
    // oclif requires what it needs when it needs it (oclif-lazy.mjs), which is little.
    b.onResolve({ filter: /.*/ }, async ({ path, importer, kind, namespace, resolveDir, pluginData }) => {
      if (kind !== 'require-call' || namespace !== 'file' || pluginData === again || !/@oclif[\\/]core/.test(importer)) return undefined;
      const found = await b.resolve(path, { importer, kind, resolveDir, pluginData: again });
      return found.namespace === 'file' && !found.external && isBorder(found.path) ? { path: found.path, namespace: 'import' } : undefined;
    });
    b.onLoad({ filter: /.*/, namespace: 'import' }, ({ path }) => ({
      contents: `module.exports = ${load(path)};`,
      loader: 'js',
      resolveDir: dirname(path),
    }));
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
 * The files as esbuild's results, by name. `entry` exports main, `options` are esbuild's for each of them; `trial` runs a bundle's text and
 * returns for each file but the last one the modules that its commands called.
 */
export async function inParts(entry, root, options, trial) {
  const whole = (plugins, more) => build({ ...options, ...more, write: false, metafile: true, plugins: [...options.plugins, ...plugins] });
  const name = (path) => relative(root, path);

  const noted = (path) => `(globalThis.kubelabCalled?.add(${JSON.stringify(name(path))}), require(${JSON.stringify(path)}))`;
  const tried = await whole([borders(() => true, noted)], { entryPoints: [entry], minify: false });
  const imports = importsOf(tried.metafile, name);
  const partOf = divide(imports, entry, trial(tried.outputFiles[0].text));
  const wanted = across(imports, partOf);

  const of = (path) => `require('${fileOf(partOf(name(path)))}').of(${JSON.stringify(name(path))})`;
  const earlier = (part) => ({
    name: 'earlier',
    setup(b) {
      b.onResolve({ filter: relativeImport }, ({ path, importer }) => {
        const file = source(importer, path);
        return partOf(name(file)) < part ? { path: file, namespace: 'earlier' } : undefined;
      });
      b.onLoad({ filter: /.*/, namespace: 'earlier' }, async ({ path }) => ({
        contents: `export const { ${(await exportsOf(path)).join(', ')} } = ${of(path)};`,
        loader: 'js',
      }));
    },
  });
  const results = await Promise.all(
    names.map(async (_, part) => {
      const files = [...wanted[part]].sort().map((file) => join(root, file));
      const contents = part === 0 ? await firstEntry(entry, files, name) : laterEntry(files, name);
      const later = borders((file) => partOf(name(file)) > part, of);
      return whole([earlier(part), later], {
        stdin: { contents, resolveDir: root },
        external: [...options.external, ...names.map((_, i) => fileOf(i))],
      });
    }),
  );
  return Object.fromEntries(names.map((n, part) => [n, results[part]]));
}

/** What each file imports, in the names of the root: { path, put off? }. */
function importsOf({ inputs }, name) {
  const putOff = (path) => /^(?:late|import):/.test(path);
  const real = ({ path }) => ({ path: putOff(path) ? name(path.slice(path.indexOf(':') + 1)) : path, late: putOff(path) });
  return new Map(Object.entries(inputs).map(([file, { imports }]) => [file, imports.filter((i) => !i.external).map(real)]));
}

/** Which file's part a module is in: the first whose commands get there from `entry`, putting off what they do not call. */
function divide(imports, entry, called) {
  const parts = new Map();
  for (const [part, set] of called.entries()) {
    const seen = new Set();
    const queue = [entry];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      if (!parts.has(file)) parts.set(file, part);
      for (const { path, late } of imports.get(file) ?? []) if (!late || set.has(path)) queue.push(path);
    }
  }
  return (file) => parts.get(file) ?? names.length - 1;
}

/** For each part the modules that another part imports. */
function across(imports, partOf) {
  const wanted = names.map(() => new Set());
  for (const [file, list] of imports) {
    if (/^(?:late|import):/.test(file)) continue;
    // Packages may stand in several files, but for what oclif puts off.
    for (const { path, late } of list)
      if ((late || (file.startsWith('src/') && path.startsWith('src/'))) && partOf(path) > partOf(file)) wanted[partOf(path)].add(path);
      else if (file.startsWith('src/') && path.startsWith('src/') && partOf(path) < partOf(file)) wanted[partOf(path)].add(path);
  }
  return wanted;
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

const choice = (files, name, give) =>
  `export function of(file) { switch (file) { ${files.map((file, i) => `case ${JSON.stringify(name(file))}: return ${give(file, i)};`).join('\n')} } }`;

const laterEntry = (files, name) => choice(files, name, (file) => `require(${JSON.stringify(file)})`);

/** The first file starts whole, without wrappers that cost time: its modules are imported, and given by their names. */
async function firstEntry(entry, files, name) {
  const all = await Promise.all(files.map(exportsOf));
  const list = (i, show) => `{ ${all[i].map(show).join(', ')} }`;
  const imports = files.map((file, i) => `import ${list(i, (n) => `${n} as ${n}_${i}`)} from ${JSON.stringify(file)};`);
  return [`export { main } from './${entry}';`, ...imports, choice(files, name, (_, i) => list(i, (n) => `${n}: ${n}_${i}`))].join('\n');
}
