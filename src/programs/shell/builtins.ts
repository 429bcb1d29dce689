// What the shell does itself: cd, export, read, test ...
import { normalPath } from '../files.js';
import { pathOf } from '../image.js';
import { Exited } from '../process.js';
import { arithmetic } from './arithmetic.js';
import { LoopJump, Returned } from './jumps.js';
import { parse } from './parse.js';
import type { Input, Shell } from './io.js';
import { unescape } from './words.js';
import { evaluate } from './test.js';

type Builtin = (shell: Shell, argv: readonly string[]) => number;

const count = (text: string | undefined, fallback: number): number => (text === undefined ? fallback : Number.parseInt(text, 10) || 0);

/** They exist, but not here. */
const unknownHere: Builtin = (shell, [name]) => {
  shell.io.err(`kubelab: ${name} of the shell is not simulated\n`);
  return 127;
};

const assign: Builtin = (shell, argv) => {
  for (const arg of argv.slice(1)) {
    if (argv[0] === 'declare' && /^-\w*A/.test(arg)) return unknownHere(shell, ['declare -A']);
    if (arg.startsWith('-')) continue;
    const [, name = '', value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(arg) ?? [];
    if (name === '') continue;
    if (argv[0] === 'local' || argv[0] === 'declare') shell.keep(name);
    if (value !== undefined) shell.set(name, value);
    else if (argv[0] === 'local') shell.set(name, '');
    if (argv[0] === 'export') shell.exported.add(name);
  }
  if (argv[0] === 'export' && (argv.length === 1 || argv[1] === '-p'))
    for (const [k, v] of [...shell.environment()].sort(([a], [b]) => (a < b ? -1 : 1))) shell.io.out(`export ${k}='${v}'\n`);
  return 0;
};

export const echoText = (args: readonly string[], escapes: boolean): string => {
  let newline = true;
  let interpret = escapes;
  const words = [...args];
  while (/^-[neE]+$/.test(words[0] ?? '')) {
    const flags = words.shift() as string;
    if (flags.includes('n')) newline = false;
    if (flags.includes('e')) interpret = true;
    if (flags.includes('E')) interpret = false;
  }
  const text = words.join(' ');
  return `${interpret ? unescape(text) : text}${newline ? '\n' : ''}`;
};

/** A line with its end, taken from the input; undefined at the input's end. */
function nextLine(input: Input): string | undefined {
  if (input.keys) return input.keys.line();
  const { rest } = input;
  const line = rest.slice(0, rest.indexOf('\n') + 1 || undefined);
  input.rest = rest.slice(line.length);
  return line === '' ? undefined : line;
}

const read: Builtin = (shell, argv) => {
  const names = argv.slice(1).filter((a) => !a.startsWith('-'));
  const text = nextLine(shell.io.input);
  if (text === undefined) {
    for (const n of names) shell.set(n, '');
    return 1;
  }
  const line = text.replace(/\n$/, '');
  const ifs = shell.get('IFS') ?? ' \t\n';
  let rest = ifs === '' ? line : line.replace(/^\s+|\s+$/g, '');
  const separator = new RegExp(`[${ifs.replace(/[\\\]^-]/g, '\\$&') || '\\0'}]${/\s/.test(ifs) ? '+' : ''}`);
  for (const [i, name] of (names.length > 0 ? names : ['REPLY']).entries()) {
    const cut = i === names.length - 1 ? -1 : rest.search(separator);
    shell.set(name, cut < 0 ? rest : rest.slice(0, cut));
    rest = cut < 0 ? '' : rest.slice(cut).replace(separator, '');
  }
  return text.endsWith('\n') ? 0 : 1;
};

const converted = (verb: string, value: string, precision: string | undefined): string => {
  const n = Number(value) || 0;
  if ('diu'.includes(verb)) return String(Math.trunc(n));
  if (verb === 'x') return n.toString(16);
  if (verb === 'X') return n.toString(16).toUpperCase();
  if (verb === 'o') return n.toString(8);
  if (verb === 'f') return n.toFixed(Number(precision ?? 6));
  if (verb === 'c') return value.slice(0, 1);
  if (verb === 'b') return unescape(value);
  return precision === undefined ? value : value.slice(0, Number(precision));
};

/** -v NAME (bash) keeps the text in a variable. */
const printf: Builtin = (shell, argv) => {
  const to = argv[1] === '-v' && shell.dialect === 'bash' ? argv[2] : undefined;
  const [format = '', ...args] = argv.slice(to === undefined ? 1 : 3);
  const rest = [...args];
  let out = '';
  do {
    out += unescape(format).replace(
      /%(-?0?(?:\d*|\*))(?:\.(\d+))?([sdiucxXof%bq])/g,
      (_, given: string, precision: string | undefined, verb: string) => {
        if (verb === '%') return '%';
        const width = given === '*' ? (rest.shift() ?? '') : given;
        const text = converted(verb, rest.shift() ?? '', precision);
        const size = Number(width.replace('-', ''));
        return width.startsWith('-') ? text.padEnd(size) : text.padStart(size, /^0\d/.test(width) ? '0' : ' ');
      },
    );
  } while (rest.length > 0 && /%[^%]/.test(format));
  if (to === undefined) shell.io.out(out);
  else shell.set(to, out);
  return 0;
};

const set: Builtin = (shell, argv) => {
  const args = argv.slice(1);
  while (/^[-+]/.test(args[0] ?? '')) {
    const flag = args.shift() as string;
    if (flag === '--') {
      shell.positional = args;
      return 0;
    }
    const on = flag.startsWith('-');
    const long = flag.endsWith('o') ? args.shift() : undefined;
    if (flag.includes('e') || long === 'errexit') shell.errexit = on;
    if (flag.includes('x') || long === 'xtrace') shell.xtrace = on;
    if (flag.includes('u') || long === 'nounset') shell.nounset = on;
  }
  if (args.length > 0) shell.positional = args;
  return 0;
};

/** What a name is: `type`, and `command -v` in fewer words. */
function describe(shell: Shell, name: string, long: boolean): number {
  const { io, machine } = shell;
  if (shell.functions.has(name)) io.out(long ? `${name} is a function\n` : `${name}\n`);
  else if (builtins[name])
    io.out(long ? `${name} is a ${isSpecial(name) && shell.name !== 'bash' ? 'special ' : ''}shell builtin\n` : `${name}\n`);
  else {
    const path = pathOf(machine.host.image, name);
    if (path === undefined) {
      if (long) io.err(shell.name === 'bash' ? `${shell.prefix()}type: ${name}: not found\n` : `${name}: not found\n`);
      return shell.name === 'bash' ? 1 : 127;
    }
    io.out(long ? `${name} is ${path}\n` : `${path}\n`);
  }
  return 0;
}

export const builtins: Readonly<Record<string, Builtin>> = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  '.': (shell, [, file = '', ...args]) => {
    const text = shell.machine.files.read(normalPath(file, shell.cwd));
    if (text === undefined) shell.fail(`.: ${file}: not found`);
    if (args.length > 0) shell.positional = args;
    return shell.list(parse(text as string, shell.dialect));
  },
  source: (shell, argv) => (builtins['.'] as Builtin)(shell, argv),
  break: (_, argv) => {
    throw new LoopJump('break', count(argv[1], 1));
  },
  continue: (_, argv) => {
    throw new LoopJump('continue', count(argv[1], 1));
  },
  return: (shell, argv) => {
    throw new Returned(count(argv[1], shell.status));
  },
  exit: (shell, argv) => {
    throw new Exited(count(argv[1], shell.status));
  },
  exec: (shell, argv) => shell.replace(argv.slice(1)),
  eval: (shell, argv) => shell.list(parse(argv.slice(1).join(' '), shell.dialect)),
  export: assign,
  local: assign,
  declare: assign,
  readonly: assign,
  unset: (shell, argv) => {
    for (const n of argv.slice(1)) {
      shell.vars.delete(n);
      shell.exported.delete(n);
      shell.functions.delete(n);
    }
    return 0;
  },
  cd: (shell, argv) => {
    const target = argv[1] ?? shell.get('HOME') ?? '/';
    const path = target === '-' ? (shell.get('OLDPWD') ?? '/') : normalPath(target, shell.cwd);
    if (!shell.machine.files.isDirectory(path)) {
      shell.io.err(
        shell.name === 'bash'
          ? `${shell.prefix()}cd: ${target}: No such file or directory\n`
          : `${shell.prefix()}cd: can't cd to ${target}${shell.machine.host.image.flavour === 'debian' ? '' : ': No such file or directory'}\n`,
      );
      return shell.machine.host.image.flavour === 'debian' && shell.name !== 'bash' ? 2 : 1;
    }
    shell.set('OLDPWD', shell.cwd);
    shell.cwd = path;
    if (target === '-') shell.io.out(`${path}\n`);
    return 0;
  },
  pwd: (shell) => {
    shell.io.out(`${shell.cwd}\n`);
    return 0;
  },
  echo: (shell, argv) => {
    // dash interprets backslashes and knows -n only; bash and ash leave them alone and know -e.
    if (shell.name !== 'bash' && shell.machine.host.image.flavour === 'debian') {
      const words = argv.slice(1);
      const newline = words[0] !== '-n';
      shell.io.out(`${unescape((newline ? words : words.slice(1)).join(' '))}${newline ? '\n' : ''}`);
    } else shell.io.out(echoText(argv.slice(1), false));
    return 0;
  },
  printf,
  read,
  set,
  shift: (shell, argv) => {
    shell.positional = shell.positional.slice(count(argv[1], 1));
    return 0;
  },
  test: (shell, argv) => evaluate(shell, argv.slice(1)),
  '[': (shell, argv) => {
    if (argv.at(-1) === ']') return evaluate(shell, argv.slice(1, -1));
    shell.io.err(`${shell.prefix()}[: missing ]\n`);
    return 2;
  },
  '[[': (shell, argv) => evaluate(shell, argv.slice(1, -1)),
  trap: (shell, argv) => {
    const [, action = '', ...signals] = argv;
    for (const s of signals) shell.traps.set(s.replace(/^SIG/, ''), action);
    return 0;
  },
  wait: (shell) => shell.wait(),
  type: (shell, argv) => argv.slice(1).reduce((code, name) => Math.max(code, describe(shell, name, true)), 0),
  command: (shell, argv) => {
    const args = argv.slice(1);
    if (args[0] === '-v' || args[0] === '-V')
      return args.slice(1).reduce((code, name) => Math.max(code, describe(shell, name, args[0] === '-V')), 0);
    if (args[0] === '-p') args.shift();
    return args.length === 0 ? 0 : shell.without(args);
  },
  hash: () => 0,
  getopts: unknownHere,
  mapfile: unknownHere,
  ulimit: unknownHere,
  readarray: unknownHere,
  shopt: () => 0,
  umask: (shell, argv) => {
    if (argv.length < 2) shell.io.out('0022\n');
    return 0;
  },
  let: (shell, argv) => {
    let value = 0;
    for (const text of argv.slice(1)) value = arithmetic(text, shell);
    return value === 0 ? 1 : 0;
  },
};

/** Builtins that only some shells have. */
const onlyInBash = new Set(['declare', 'mapfile', 'readarray', 'shopt']);
const notInDash = new Set(['[[', 'declare', 'let', 'shopt', 'source']);

export const builtinOf = (shell: Shell, name: string): Builtin | undefined => {
  if (shell.dialect === 'dash' && notInDash.has(name)) return undefined;
  return shell.dialect !== 'bash' && onlyInBash.has(name) ? undefined : builtins[name];
};

const special = new Set([
  ':',
  '.',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'trap',
  'unset',
]);

export const isSpecial = (name: string): boolean => special.has(name);
