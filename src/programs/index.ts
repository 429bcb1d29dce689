// Every program a container can run, and which image has which. Adding one: a file in tools/, a line here.

import { hasProgram, type Image } from './image.js';
import { normalPath, UnsimulatedFile } from './files.js';
import type { Keyboard } from './keys.js';
import { nodePrograms } from './node-programs.js';
import { type Machine, type Process, type Program, Stopped } from './process.js';
import { serverProgram, servers } from './servers/index.js';
import type { Input, Launch } from './shell/io.js';
import { shellProgram } from './shell/program.js';
import { findWith } from './tools/find.js';
import { tools } from './tools/index.js';
import { printEnv } from './tools/system.js';

/** Runs `argv` as a process that somebody starts: process 1, or exec. */
export class NotStarted extends Error {}

export interface StartOptions {
  readonly main: boolean;
  /** undefined: it is open, and nobody has sent anything yet. */
  readonly stdin: string | undefined;
  readonly tty: boolean;
  /** Instead of stdin: what comes line by line. `echo` shows it on the terminal. */
  readonly keys?: (machine: Machine, echo: (text: string) => void) => Input;
}

/** The streams of a command that somebody runs, and perhaps types to. */
export const streamsOf = ({
  stdin,
  tty,
  keyboard,
}: {
  stdin: string;
  tty: boolean;
  keyboard?: Keyboard | undefined;
}): Omit<StartOptions, 'main'> => ({
  stdin,
  tty,
  ...(keyboard && { keys: () => keyboard }),
});

/** The exit code. Throws NotStarted in the runtime's words when there is no such program. */
export function start(
  machine: Machine,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  cwd: string,
  options: StartOptions,
): number {
  const [name = ''] = argv;
  const { image } = machine.host;
  if (name === '' && image.unknown) return serverRun(machine, argv, env, cwd, options);
  const known = hasProgram(image, name);
  if (!known && image.unknown && options.main) return serverRun(machine, argv, env, cwd, options);
  if (!known && machine.files.read(normalPath(name, cwd)) === undefined) {
    if (name.includes('/') && machine.files.isDirectory(normalPath(name, cwd)))
      throw new NotStarted(`exec: ${JSON.stringify(name)}: is a directory`);
    throw new NotStarted(
      name.includes('/')
        ? `exec: ${JSON.stringify(name)}: stat ${name}: no such file or directory`
        : `exec: ${JSON.stringify(name)}: executable file not found in $PATH`,
    );
  }
  if (!known && normalPath(name, cwd).startsWith('/etc/')) throw new NotStarted(`exec: ${JSON.stringify(name)}: permission denied`);
  const code = run(machine, argv, env, cwd, ioOf(machine, options), options.main);
  if (code !== undefined) return code;
  // It exists in the image, and is not one of ours: as process 1 it goes on, for all we know.
  if (options.main) return serverRun(machine, argv, env, cwd, options);
  emit(machine, 'stderr', `kubelab: ${name} is not simulated\n`);
  return 126;
}

const emit = (machine: Machine, stream: 'stdout' | 'stderr', text: string): void => {
  if (text !== '') machine.output.push({ at: machine.now, stream, text });
};

/** Who reads waits. */
const silent = (machine: Machine): Input => ({
  get rest(): string {
    return machine.forever();
  },
  set rest(_: string) {},
});

type Channels = Parameters<Launch>[3];

const ioOf = (machine: Machine, { stdin, tty, keys }: StartOptions): Channels => ({
  input: keys?.(machine, (text) => emit(machine, 'stdout', text)) ?? (stdin === undefined ? silent(machine) : { rest: stdin }),
  tty,
  out: (text) => emit(machine, 'stdout', text),
  err: (text) => emit(machine, 'stderr', text),
});

function processOf(
  machine: Machine,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  cwd: string,
  io: Channels,
): Process & { input: Input } {
  return {
    argv,
    env,
    cwd,
    machine,
    tty: io.tty,
    input: io.input,
    get stdin() {
      const { rest } = io.input;
      io.input.rest = '';
      return rest;
    },
    out: io.out,
    err: io.err,
  };
}

const serverRun = (
  machine: Machine,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  cwd: string,
  options: StartOptions,
): number => (servers.get('') as { run: Program }).run(processOf(machine, argv, env, cwd, ioOf(machine, options)));

const launch: Launch = (argv, env, cwd, io, shell) => {
  const { machine } = shell;
  const [name = ''] = argv;
  if (!hasProgram(machine.host.image, name) && machine.files.read(normalPath(name, cwd)) === undefined) return undefined;
  const code = run(machine, argv, env, cwd, io, false);
  if (code !== undefined) return code;
  io.err(`kubelab: ${name} is not simulated\n`);
  return 127;
};

/** Undefined: the program is there, but not simulated. */
function run(...given: Parameters<typeof runProgram>): number | undefined {
  try {
    return runProgram(...given);
  } catch (e) {
    if (!(e instanceof UnsimulatedFile)) throw e;
    given[4].err(`kubelab: ${e.message} is not simulated\n`);
    return 126;
  }
}

function runProgram(
  machine: Machine,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  cwd: string,
  io: Channels,
  main: boolean,
): number | undefined {
  const [path = ''] = argv;
  const name = path.split('/').at(-1) ?? path;
  machine.spend();
  const again = (rest: readonly string[], variables = env): number | undefined =>
    hasProgram(machine.host.image, rest[0] ?? '') ? run(machine, rest, variables, cwd, io, main) : missing(io, name, rest[0] ?? '');
  const process = processOf(machine, argv, env, cwd, io);
  switch (name) {
    case 'sh':
    case 'ash':
    case 'bash':
    case 'dash':
      return shellProgram(launch)(process, main);
    case 'env':
      return runEnv(argv, env, process, again);
    case 'docker-entrypoint.sh':
    case 'entrypoint.sh':
      // They prepare, then run what they are given; options alone are for the image's own program.
      return again(afterEntrypoint(machine.host.image, argv.slice(1)));
    case 'nohup':
      return again(argv.slice(1));
    case 'find':
      return guarded(
        findWith((_, command) => again(command) ?? 127),
        process,
      );
    case 'timeout':
      return runTimeout(machine, argv, again);
    case 'xargs':
      return runXargs(argv, process, again);
    case '[':
    case 'test':
    case 'printf':
      return shellProgram(launch)({ ...process, argv: ['sh', '-c', '"$@"', 'sh', name, ...argv.slice(1)], input: io.input }, false);
    default: {
      const { node } = machine.host;
      const ofNode = node && nodePrograms[name];
      if (ofNode) return guarded((p) => ofNode(p, node), process);
      // traefik's /whoami is a server that has the name of a tool.
      const isOwn = path.startsWith('/') && machine.host.image.entrypoint[0] === path;
      const server = serverProgram(name === 'httpd' && machine.host.image.flavour === 'busybox' ? 'busybox-httpd' : name);
      if (server && isOwn) return server.run(process);
      const tool = tools[name];
      if (tool) return guarded(tool, process);
      if (server) return server.run(process);
      return script(machine, path, cwd, process, main);
    }
  }
}

function afterEntrypoint(image: Image, given: readonly string[]): readonly string[] {
  const { cmd, repository } = image;
  const [first] = given;
  if (first === undefined) return cmd;
  // nginx' runs whatever it gets; curl's takes everything for arguments of curl that is no program.
  const isOption = first.startsWith('-') && !repository.endsWith('/nginx');
  const isUrl = repository.endsWith('/curl') && !hasProgram(image, first);
  return (isOption || isUrl) && cmd[0] !== undefined ? [cmd[0], ...given] : given;
}

/** A pattern that is none is the user's mistake, not ours. */
function guarded(tool: Program, process: Process): number {
  try {
    return tool(process);
  } catch (e) {
    if (!(e instanceof SyntaxError)) throw e;
    process.err(`${process.argv[0]}: bad regular expression\n`);
    return 2;
  }
}

function script(machine: Machine, path: string, cwd: string, process: ReturnType<typeof processOf>, main: boolean): number | undefined {
  const text = machine.files.read(normalPath(path, cwd));
  if (text === undefined) return undefined;
  return shellProgram(launch)({ ...process, argv: ['sh', path, ...process.argv.slice(1)], input: process.input }, main);
}

function missing(io: Channels, tool: string, name: string): number {
  io.err(
    tool === 'env'
      ? `env: ${name.length > 0 ? `can't execute '${name}'` : ''}: No such file or directory\n`
      : `${tool}: can't execute '${name}': No such file or directory\n`,
  );
  return 127;
}

function runEnv(
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  process: Process,
  again: (rest: readonly string[], env?: ReadonlyMap<string, string>) => number | undefined,
): number | undefined {
  const rest = argv.slice(1);
  const variables = new Map(rest[0] === '-i' || rest[0] === '-' ? [] : env);
  if (rest[0] === '-i' || rest[0] === '-') rest.shift();
  while (rest[0] === '-u') {
    rest.shift();
    variables.delete(rest.shift() ?? '');
  }
  while (/^[A-Za-z_]\w*=/.test(rest[0] ?? '')) {
    const pair = rest.shift() as string;
    variables.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
  }
  return rest.length === 0 ? printEnv({ ...process, env: variables }) : again(rest, variables);
}

/** timeout 5 COMMAND: 124 (BusyBox: 143) when the time was up. */
function runTimeout(machine: Machine, argv: readonly string[], again: (rest: readonly string[]) => number | undefined): number | undefined {
  const rest = argv.slice(1);
  while (rest[0]?.startsWith('-')) if (/^-[sk]$/.test(rest.shift() as string)) rest.shift();
  const limit = machine.now + Number.parseFloat(rest.shift() ?? '0') * 1000;
  const expired = machine.host.image.flavour === 'debian' ? 124 : 143;
  const before = machine.output.length;
  /** What it would have said later. */
  const silence = (): void => {
    const said = machine.output.splice(before).filter(({ at }) => at <= limit);
    machine.output.push(...said);
    machine.now = limit;
  };
  try {
    const code = again(rest);
    if (machine.now <= limit) return code;
    silence();
    return expired;
  } catch (e) {
    if (!(e instanceof Stopped) || limit > machine.limits.until || (e.why === 'asking' && e.at <= limit)) throw e;
    silence();
    return expired;
  }
}

function runXargs(argv: readonly string[], process: Process, again: (rest: readonly string[]) => number | undefined): number | undefined {
  const rest = argv.slice(1);
  let size = Number.POSITIVE_INFINITY;
  let mark: string | undefined;
  while (rest[0]?.startsWith('-')) {
    const flag = rest.shift() as string;
    if (flag === '-n') size = Number(rest.shift());
    else if (flag.startsWith('-n')) size = Number(flag.slice(2));
    else if (flag === '-I') mark = rest.shift();
    else if (flag.startsWith('-I')) mark = flag.slice(2);
    else if (flag !== '-r' && flag !== '-0') {
      process.err(`kubelab: xargs ${flag} is not simulated\n`);
      return 127;
    }
  }
  const text = process.stdin;
  const command = rest.length > 0 ? rest : ['echo'];
  const items = mark === undefined ? text.split(/\s+/).filter((w) => w !== '') : text.split('\n').filter((l) => l !== '');
  if (mark !== undefined)
    return items.reduce<number | undefined>(
      (code, item) => Math.max(code ?? 0, again(command.map((c) => c.replaceAll(mark as string, item))) ?? 127),
      0,
    );
  const groups = Number.isFinite(size)
    ? Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
    : [items];
  return groups.reduce<number | undefined>((code, group) => Math.max(code ?? 0, again([...command, ...group]) ?? 127), 0);
}
