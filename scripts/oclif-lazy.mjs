// An esbuild plugin for start-up: makes the top-level require()s inside @oclif/core lazy and drops its one touch of process.stdout.
// Its patterns fit the output of tsc in @oclif/core 4.14.0, which package.json pins; a pattern that no longer matches fails the build.
import { readFileSync } from 'node:fs';

const required = [
  [/index\.js$/, /^exports\.\w+ = __importStar\(require\(/m],
  [/command\.js$/, /^process\.stdout\.on\('error'/m],
];

export const oclifLazy = {
  name: 'oclif-lazy',
  setup(build) {
    // It asks its package.json for the version.
    build.onLoad({ namespace: 'file', filter: /@oclif[\\/]core[\\/]package\.json$/ }, ({ path }) => ({
      contents: JSON.stringify({ version: JSON.parse(readFileSync(path, 'utf8')).version }),
      loader: 'json',
    }));
    build.onLoad({ namespace: 'file', filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (/core[\\/]lib[\\/](index|command)\.js$/.test(path)) {
        for (const [file, pattern] of required)
          if (file.test(path) && !pattern.test(source)) throw new Error(`${path} is not the @oclif/core that scripts/oclif-lazy.mjs knows`);
      }
      return { contents: /core[\\/]lib[\\/]index\.js$/.test(path) ? lazyIndex(source) : lazyModule(source, path), loader: 'js' };
    });
  },
};

/** lib/index.js: its exports become getters, and its two checks of the environment go. */
function lazyIndex(source) {
  return source
    .replace(/^checkCWD\(\);\ncheckNodeVersion\(\);/m, '')
    .replace(
      /^exports\.(\w+) = __importStar\(require\((".*?")\)\);$/gm,
      'Object.defineProperty(exports, "$1", { enumerable: true, get: function () { return __importStar(require($2)); } });',
    )
    .replace(reexport, (_, name, from, body) => body.replaceAll(`${name}.`, `require(${from}).`));
}

const reexport = /^var (\w+_\d+) = require\((".*?")\);\n((?:Object\.defineProperty\(exports.*\n)+)/gm;

function lazyModule(source, path) {
  const names = [];
  const lazy = (_, name, load) => {
    names.push(name);
    return `let ${name}$; const ${name}$f = () => (${name}$ ??= ${load});`;
  };
  let text = source
    .replace(/^const (\w+_\d+) = (__importDefault\(require\(".*?"\)\)|require\(".*?"\));$/gm, lazy)
    .replace(/^const (Errors|Parser) = (__importStar\(require\(".*?"\)\));$/gm, lazy);
  for (const name of names) text = text.replace(new RegExp(`(?<![\\w$.])${name}\\.`, 'g'), `(${name}$f()).`);
  text = text.replace(reexport, (_, name, from, body) =>
    body.replaceAll(`(${name})`, `(require(${from}))`).replaceAll(`${name}.`, `require(${from}).`),
  );
  return /core[\\/]lib[\\/]command\.js$/.test(path) ? text.replace(/^process\.stdout\.on\('error'[\s\S]*?^\}\);$/m, '') : text;
}
