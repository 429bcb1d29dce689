// Flags of small tools: getopt's rules, and the families' ways of complaining.
import { FileError, normalPath } from '../files.js';
import type { Process } from '../process.js';

export interface Parsed {
  has(flag: string): boolean;
  value(flag: string): string | undefined;
  values(flag: string): string[];
  readonly rest: string[];
  /** A flag that is not in the list. */
  readonly unknown: string | undefined;
}

/** `spec` as getopt's: "n:qr" and long names with "=" for a value: { lines: 'n' }. */
export function flags(argv: readonly string[], spec: string, long: Readonly<Record<string, string>> = {}, stopAtFirst = false): Parsed {
  const takes = (f: string): boolean => spec[spec.indexOf(f) + 1] === ':';
  const given: [string, string][] = [];
  const rest: string[] = [];
  let unknown: string | undefined;
  const args = argv.slice(1);
  while (args.length > 0) {
    const arg = args.shift() as string;
    if (arg === '--') {
      rest.push(...args);
      break;
    }
    if (arg.startsWith('--')) {
      const [name = '', value] = [arg.slice(2).split('=')[0], arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : undefined];
      const flag = long[name];
      if (flag === undefined) unknown ??= arg;
      else given.push([flag, takes(flag) ? (value ?? args.shift() ?? '') : (value ?? '')]);
    } else if (arg.startsWith('-') && arg !== '-') {
      for (let i = 1; i < arg.length; i++) {
        const f = arg[i] as string;
        if (f === ':' || !spec.includes(f)) {
          unknown ??= `-${f}`;
          continue;
        }
        if (!takes(f)) given.push([f, '']);
        else {
          given.push([f, arg.slice(i + 1) || (args.shift() ?? '')]);
          break;
        }
      }
    } else {
      rest.push(arg);
      if (stopAtFirst) {
        rest.push(...args);
        break;
      }
    }
  }
  return {
    has: (f) => given.some(([k]) => k === f),
    value: (f) => given.findLast(([k]) => k === f)?.[1],
    values: (f) => given.filter(([k]) => k === f).map(([, v]) => v),
    rest,
    unknown,
  };
}

export const isBusybox = (p: Process): boolean => p.machine.host.image.flavour !== 'debian';

/** Says that a flag is not simulated; its exit code. */
export function refuse(p: Process, flag: string): number {
  p.err(`kubelab: ${p.argv[0]} ${flag} is not simulated\n`);
  return 127;
}

/** A file's text, or undefined after saying why there is none. */
export function readFile(p: Process, path: string): string | undefined {
  if (path === '-' || path === '/dev/stdin') return p.stdin;
  p.machine.present();
  const full = normalPath(path, p.cwd);
  const text = p.machine.files.read(full);
  if (text !== undefined) return text;
  const tool = p.argv[0]?.split('/').at(-1);
  const why = p.machine.files.isDirectory(full) ? 'Is a directory' : 'No such file or directory';
  const subject = isBusybox(p) && why !== 'Is a directory' && tool !== 'cat' && tool !== 'grep' ? `${path}` : path;
  p.err(
    isBusybox(p) && why.startsWith('No such') && tool === 'cat' ? `cat: can't open '${path}': ${why}\n` : `${tool}: ${subject}: ${why}\n`,
  );
  return undefined;
}

/** All inputs joined: the named files, or standard input. */
export function readAll(p: Process, paths: readonly string[]): { text: string; code: number } {
  if (paths.length === 0) return { text: p.stdin, code: 0 };
  let code = 0;
  let text = '';
  for (const path of paths) {
    const part = readFile(p, path);
    if (part === undefined) code = 1;
    else text += part;
  }
  return { text, code };
}

export const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

export function writing(p: Process, path: string, action: (full: string) => void): number {
  try {
    action(normalPath(path, p.cwd));
    return 0;
  } catch (e) {
    if (!(e instanceof FileError)) throw e;
    const tool = p.argv[0]?.split('/').at(-1);
    p.err(
      `${tool}: ${isBusybox(p) ? path : `cannot ${tool === 'touch' ? 'touch' : tool === 'mkdir' ? 'create directory' : 'create regular file'} '${path}'`}: ${e.message}\n`,
    );
    return 1;
  }
}
