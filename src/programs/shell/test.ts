// `test` and `[`: an expression that is true (0), false (1) or wrong (2).
import { normalPath } from '../files.js';
import { extended } from '../tools/regex.js';
import { globToRegExp } from './pattern.js';
import type { Shell } from './io.js';

export function evaluate(shell: Shell, args: readonly string[]): number {
  let at = 0;
  const { machine } = shell;

  const file = (path: string): string => {
    machine.present();
    return normalPath(path, shell.cwd);
  };
  const unary: Record<string, (v: string) => boolean> = {
    '-n': (v) => v !== '',
    '-z': (v) => v === '',
    '-e': (v) => machine.files.exists(file(v)),
    '-f': (v) => machine.files.read(file(v)) !== undefined,
    '-d': (v) => machine.files.isDirectory(file(v)),
    '-s': (v) => (machine.files.read(file(v)) ?? '') !== '',
    '-r': (v) => machine.files.exists(file(v)),
    '-w': (v) => machine.files.exists(file(v)),
    '-x': (v) => machine.files.exists(file(v)),
    '-L': () => false,
    '-h': () => false,
    '-t': () => shell.io.tty,
  };
  const number = (text: string): number => {
    if (!/^\s*[-+]?\d+\s*$/.test(text))
      throw new Error(
        shell.dialect === 'bash'
          ? `[: ${text}: integer expression expected`
          : shell.dialect === 'dash'
            ? `[: Illegal number: ${text}`
            : `${text}: bad number`,
      );
    return Number(text);
  };
  const binary: Record<string, (a: string, b: string) => boolean> = {
    '=': (a, b) => a === b,
    '==': (a, b) => a === b || globToRegExp(b).test(a),
    '!=': (a, b) => a !== b,
    '<': (a, b) => a < b,
    '>': (a, b) => a > b,
    '=~': (a, b) => {
      const found = new RegExp(extended(b)).exec(a);
      shell.arrays.set(
        'BASH_REMATCH',
        [...(found ?? [])].map((x) => x ?? ''),
      );
      return found !== null;
    },
    '-eq': (a, b) => number(a) === number(b),
    '-ne': (a, b) => number(a) !== number(b),
    '-lt': (a, b) => number(a) < number(b),
    '-le': (a, b) => number(a) <= number(b),
    '-gt': (a, b) => number(a) > number(b),
    '-ge': (a, b) => number(a) >= number(b),
  };
  const or = (): boolean => {
    let value = and();
    while (args[at] === '-o' || args[at] === '||') {
      at++;
      value = and() || value;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (args[at] === '-a' || args[at] === '&&') {
      at++;
      value = not() && value;
    }
    return value;
  };
  const not = (): boolean => {
    if (args[at] === '!' && args.length > at + 1) {
      at++;
      return !not();
    }
    return primary();
  };
  const primary = (): boolean => {
    const op = binary[args[at + 1] ?? ''];
    if (op && args.length > at + 2) {
      const [a = '', , b = ''] = args.slice(at, at + 3);
      at += 3;
      return op(a, b);
    }
    if (args[at] === '(' && args.length > at + 1) {
      at++;
      const value = or();
      at++;
      return value;
    }
    const one = unary[args[at] ?? ''];
    if (one && args.length > at + 1) {
      const value = args[at + 1] as string;
      at += 2;
      return one(value);
    }
    return (args[at++] ?? '') !== '';
  };

  if (args.length === 0) return 1;
  try {
    const value = or();
    if (at < args.length) throw new Error(`${args[at]}: unknown operand`);
    return value ? 0 : 1;
  } catch (e) {
    // Stopped and Exited are no words of ours.
    if (e instanceof Error && e.constructor === Error) {
      shell.io.err(`${shell.prefix()}${e.message}\n`);
      return 2;
    }
    throw e;
  }
}
