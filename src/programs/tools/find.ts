// find: -name, -iname, -path, -type, -maxdepth, -mindepth, -print, -delete, -exec ... ; or +, ! and -o.
import { normalPath } from '../files.js';
import type { Process, Program } from '../process.js';
import { globToRegExp } from '../shell/pattern.js';
import { isBusybox, refuse } from './arguments.js';

type Run = (process: Process, argv: readonly string[]) => number;
type Test = (path: string, full: string) => boolean;

/** Set by programs/index.ts, which knows how programs are run. */
export const findWith =
  (run: Run): Program =>
  (p) => {
    const args = p.argv.slice(1);
    const roots: string[] = [];
    while (args.length > 0 && !/^[-!(]/.test(args[0] as string)) roots.push(args.shift() as string);
    const { files } = p.machine;
    let [most, least, acts] = [Number.POSITIVE_INFINITY, 0, false];
    const batches: { argv: string[]; paths: string[] }[] = [];
    let problem: string | undefined;
    const primary = (): Test => {
      const word = args.shift() ?? '';
      const value = (): string => args.shift() ?? '';
      switch (word) {
        case '!':
        case '-not': {
          const test = primary();
          return (a, b) => !test(a, b);
        }
        case '(': {
          const test = either();
          args.shift();
          return test;
        }
        case '-name':
        case '-iname': {
          const re = globToRegExp(value());
          const test = word === '-iname' ? new RegExp(re.source, 'i') : re;
          return (path) => test.test(path === '/' ? '/' : (path.split('/').at(-1) as string));
        }
        case '-path':
        case '-wholename': {
          const re = new RegExp(globToRegExp(value()).source.replaceAll('[^/]', '[^]'));
          return (path) => re.test(path);
        }
        case '-type': {
          const kind = value();
          return (_, full) => (kind === 'd' ? files.isDirectory(full) : kind === 'f' ? files.read(full) !== undefined : false);
        }
        case '-empty':
          return (_, full) => (files.isDirectory(full) ? files.names(full).length === 0 : files.read(full) === '');
        case '-maxdepth':
          most = Number(value());
          return () => true;
        case '-mindepth':
          least = Number(value());
          return () => true;
        case '-print':
          acts = true;
          return (path) => {
            p.out(`${path}\n`);
            return true;
          };
        case '-delete':
          acts = true;
          return (_, full) => {
            files.remove(full, p.machine.now);
            return true;
          };
        case '-exec': {
          acts = true;
          const argv: string[] = [];
          while (args.length > 0 && args[0] !== ';' && args[0] !== '+') argv.push(args.shift() as string);
          const end = args.shift();
          if (end === undefined) problem ??= "missing argument to `-exec'";
          if (end !== '+')
            return (path) =>
              run(
                p,
                argv.map((a) => a.replaceAll('{}', path)),
              ) === 0;
          const batch = { argv, paths: [] as string[] };
          batches.push(batch);
          return (path) => batch.paths.push(path) > 0;
        }
        default:
          problem ??= word;
          return () => false;
      }
    };
    const both = (): Test => {
      let test = primary();
      while (args.length > 0 && args[0] !== '-o' && args[0] !== '-or' && args[0] !== ')') {
        if (args[0] === '-a' || args[0] === '-and') args.shift();
        const [left, right] = [test, primary()];
        test = (a, b) => left(a, b) && right(a, b);
      }
      return test;
    };
    const either = (): Test => {
      let test = both();
      while (args[0] === '-o' || args[0] === '-or') {
        args.shift();
        const [left, right] = [test, both()];
        test = (a, b) => left(a, b) || right(a, b);
      }
      return test;
    };
    const test = args.length > 0 ? either() : () => true;
    if (problem?.startsWith('missing')) {
      p.err(`find: ${problem}\n`);
      return 1;
    }
    if (problem !== undefined) return refuse(p, problem);
    let code = 0;
    const visit = (path: string, depth: number): void => {
      p.machine.spend();
      const full = normalPath(path, p.cwd);
      const inside = files.isDirectory(full) && depth < most ? files.names(full) : [];
      if (depth >= least && test(path, full) && !acts) p.out(`${path}\n`);
      for (const name of inside) visit(path.endsWith('/') ? `${path}${name}` : `${path}/${name}`, depth + 1);
    };
    for (const root of roots.length > 0 ? roots : ['.']) {
      if (files.exists(normalPath(root, p.cwd))) visit(root, 0);
      else {
        p.err(isBusybox(p) ? `find: ${root}: No such file or directory\n` : `find: '${root}': No such file or directory\n`);
        code = 1;
      }
    }
    for (const { argv, paths } of batches)
      if (paths.length > 0)
        run(
          p,
          argv.flatMap((a) => (a === '{}' ? paths : [a])),
        );
    return code;
  };
