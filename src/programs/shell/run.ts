// Runs shell programs. Pipes are run one stage after the other, background jobs in their own stretch of time; output keeps its moment.
import { Exited, type Machine, Stopped } from '../process.js';
import { builtinOf, isSpecial } from './builtins.js';
import { arithmetic } from './arithmetic.js';
import { syntaxErrorText } from './syntax-error.js';
import { evaluate } from './test.js';
import { expandFields, expandOne, expandPattern } from './expand.js';
import { alwaysTrue, canLeave } from './endless.js';
import type { Io, Launch, Shell } from './io.js';
import { LoopJump, Returned } from './jumps.js';
import { openRedirects } from './redirect.js';
import { parse, parseText } from './parse.js';
import { ShellState } from './state.js';
import { type AndOr, type ArrayAssign, type Command, type List, type Pipeline, type Redirect, SyntaxError, type Word } from './syntax.js';

/** What bash's `time` says. */
const timing = (ms: number): string => {
  const real = `${Math.floor(ms / 60_000)}m${((ms % 60_000) / 1000).toFixed(3)}s`;
  return `\nreal\t${real}\nuser\t0m0.000s\nsys\t0m0.000s\n`;
};

/** Characters that `yes` writes before it is taken to write for ever. */
const flood = 10_000;

export class RunningShell extends ShellState implements Shell {
  /** Background jobs: how each ended. */
  jobs: { stopped?: Stopped; at: number; code: number }[] = [];
  /** A line has been read. */
  started = false;
  #loops = 0;
  /** Inside if, while, !, && and ||, where set -e does not act. */
  #tested = 0;

  constructor(
    machine: Machine,
    env: ReadonlyMap<string, string>,
    cwd: string,
    name: string,
    public io: Io,
    private readonly launch: Launch,
    parent?: RunningShell,
  ) {
    super(machine, env, cwd, name, parent);
    if (parent) this.jobs = parent.jobs;
  }

  fail(message: string): never {
    this.io.err(`${this.prefix()}${message}\n`);
    throw new Exited(this.dialect === 'bash' ? 127 : 2);
  }

  override get(name: string): string | undefined {
    return name === '!' ? String(100 + this.jobs.length) : super.get(name);
  }

  #fork(io: Io): RunningShell {
    const child = new RunningShell(this.machine, new Map(), this.cwd, this.name, io, this.launch, this);
    child.#loops = this.#loops;
    child.#tested = this.#tested;
    return child;
  }

  /** `sh -c text` or a script. */
  runText(text: string): number {
    let list: List;
    try {
      list = parse(text, this.dialect);
    } catch (e) {
      if (!(e instanceof SyntaxError)) throw e;
      this.io.err(syntaxErrorText(this.dialect, this.prefix(), e.message, text));
      return 2;
    }
    try {
      this.status = this.list(list);
    } catch (e) {
      if (e instanceof Exited || e instanceof Returned) this.status = e.code;
      else if (!(e instanceof LoopJump)) throw e;
    }
    return this.leave(this.status);
  }

  /** The shell's end: what it was told to do then. */
  leave(status: number): number {
    this.status = status;
    const onExit = this.traps.get('EXIT') ?? this.traps.get('0');
    if (onExit) {
      this.traps.clear();
      this.list(parse(onExit, this.dialect));
    }
    return this.status;
  }

  /** This shell, as it was left, on the machine and with the streams of `place`. */
  reborn({ machine, io }: RunningShell): RunningShell {
    const again = new RunningShell(machine, new Map(), this.cwd, this.name, io, this.launch, this);
    again.traps = new Map(this.traps);
    again.jobs = [...this.jobs];
    again.started = this.started;
    return again;
  }

  capture(list: List): string {
    let text = '';
    const child = this.#fork({ ...this.io, out: (t) => void (text += t) });
    try {
      this.status = child.list(list);
    } catch (e) {
      if (!(e instanceof Exited || e instanceof Returned)) throw e;
      this.status = e.code;
    }
    return text;
  }

  list(list: List): number {
    for (const item of list) this.status = item.background ? this.#background(item) : this.#andOr(item);
    return this.status;
  }

  #background(item: AndOr): number {
    const begun = this.machine.now;
    const job: RunningShell['jobs'][number] = { at: begun, code: 0 };
    this.jobs.push(job);
    try {
      job.code = this.#fork({ ...this.io, input: { rest: '' } }).#andOr(item);
    } catch (e) {
      if (e instanceof Stopped) job.stopped = e;
      else if (e instanceof Exited) job.code = e.code;
      else throw e;
    }
    job.at = this.machine.now;
    this.machine.now = begun;
    return 0;
  }

  wait(): number {
    for (const job of this.jobs.splice(0)) {
      if (job.stopped) {
        this.machine.now = Math.max(this.machine.now, job.at);
        throw job.stopped;
      }
      if (job.at > this.machine.now) this.machine.sleep(job.at - this.machine.now);
      this.status = job.code;
    }
    return 0;
  }

  #andOr({ first, rest }: AndOr): number {
    if (rest.length > 0) this.#tested++;
    let status: number;
    try {
      status = this.#pipeline(first);
      for (const [i, [op, pipeline]] of rest.entries()) {
        if (i === rest.length - 1) this.#tested--;
        if ((op === '&&') === (status === 0)) status = this.#pipeline(pipeline);
        if (i === rest.length - 1) this.#tested++;
      }
    } finally {
      if (rest.length > 0) this.#tested--;
    }
    return status;
  }

  #pipeline({ not, timed, commands }: Pipeline): number {
    if (not) this.#tested++;
    let status: number;
    try {
      const begun = this.machine.now;
      status = commands.length === 1 ? this.command(commands[0] as Command) : this.#pipe(commands);
      if (timed) this.io.err(timing(this.machine.now - begun));
    } finally {
      if (not) this.#tested--;
    }
    this.status = not ? Number(status === 0) : status;
    if (this.status !== 0 && this.errexit && this.#tested === 0 && !not) throw new Exited(this.status);
    return this.status;
  }

  #pipe(commands: readonly Command[]): number {
    let input = this.io.input;
    let status = 0;
    let stopped: Stopped | undefined;
    for (const [i, command] of commands.entries()) {
      const last = i === commands.length - 1;
      let text = '';
      const child = this.#fork({ ...this.io, input, out: last ? this.io.out : (t) => void (text += t) });
      try {
        status = child.command(command);
      } catch (e) {
        if (e instanceof Exited || e instanceof Returned) status = e.code;
        // What it has said so far still goes down the pipe.
        else if (!(e instanceof Stopped)) throw e;
        // Who floods the pipe is killed by its end.
        else if (!stopped && (last || text.length < flood)) stopped = e;
      }
      input = { rest: text };
    }
    // `tail -f x | head -1` ends with head; who only passes on does not.
    if (stopped) throw stopped;
    return status;
  }

  command(command: Command): number {
    this.machine.spend();
    if (command.kind === 'function') {
      this.functions.set(command.name, command.body);
      return 0;
    }
    if (command.kind === 'simple') return this.#simple(command);
    return this.#redirected(command.redirects, (shell) => shell.#compound(command)) ?? 1;
  }

  #compound(command: Exclude<Command, { kind: 'simple' | 'function' }>): number {
    switch (command.kind) {
      case 'group':
        return this.list(command.list);
      case 'subshell':
        try {
          return this.#fork(this.io).list(command.list);
        } catch (e) {
          if (e instanceof Exited) return e.code;
          throw e;
        }
      case 'if':
        for (const [test, body] of command.branches) if (this.#test(test) === 0) return this.list(body);
        return command.otherwise ? this.list(command.otherwise) : 0;
      case 'while':
        return this.#while(command);
      case 'cond':
        return evaluate(
          this,
          command.items.map((i) => (typeof i === 'string' ? i : expandOne(this, i))),
        );
      case 'arith':
        return this.#arithmetic(command.text) === 0 ? 1 : 0;
      case 'count':
        return this.#count(command);
      case 'for':
        return this.#loop(command.words ? expandFields(this, command.words) : this.positional, (value) => {
          this.set(command.name, value);
          return this.list(command.body);
        });
      case 'case': {
        const text = expandOne(this, command.word);
        const item = command.items.find((i) => i.patterns.some((p) => expandPattern(this, p).test(text)));
        return item ? this.list(item.body) : 0;
      }
    }
  }

  #test(list: List): number {
    this.#tested++;
    try {
      return this.list(list);
    } finally {
      this.#tested--;
    }
  }

  #while({ until, test, body }: Extract<Command, { kind: 'while' }>): number {
    const endless = !this.errexit && alwaysTrue(test, until) && !canLeave(body);
    function* turns(this: RunningShell): Generator<string> {
      while ((this.#test(test) === 0) !== until) yield '';
    }
    return this.#loop(turns.call(this), () => {
      const status = this.list(body);
      if (endless && this.machine.limits.lookAhead) this.machine.forever();
      return status;
    });
  }

  #arithmetic(text: Word): number {
    return arithmetic(expandOne(this, text), this);
  }

  #count({ init, test, step, body }: Extract<Command, { kind: 'count' }>): number {
    this.#arithmetic(init);
    function* turns(this: RunningShell): Generator<string> {
      for (; expandOne(this, test).trim() === '' || this.#arithmetic(test) !== 0; this.#arithmetic(step)) yield '';
    }
    return this.#loop(turns.call(this), () => this.list(body));
  }

  #assignArray({ name, append, index, values, list }: ArrayAssign): void {
    const fresh = list ? expandFields(this, values) : [expandOne(this, values[0] ?? [])];
    if (!list && index === undefined) {
      this.set(name, `${append ? (this.get(name) ?? '') : ''}${fresh[0]}`);
      return;
    }
    const before = this.arrays.get(name) ?? (this.vars.has(name) ? [this.vars.get(name) as string] : []);
    if (index === undefined) this.arrays.set(name, append ? [...before, ...fresh] : fresh);
    else {
      const next = [...before];
      const at = arithmetic(expandOne(this, parseText(index)), this);
      next[at] = `${append ? (next[at] ?? '') : ''}${fresh[0]}`;
      this.arrays.set(name, next);
    }
  }

  #loop(values: Iterable<string>, body: (value: string) => number): number {
    let status = 0;
    this.#loops++;
    try {
      for (const value of values) {
        this.machine.spend();
        try {
          status = body(value);
        } catch (e) {
          if (!(e instanceof LoopJump)) throw e;
          if (e.levels > 1 && this.#loops > 1) throw new LoopJump(e.kind, e.levels - 1);
          if (e.kind === 'break') return 0;
        }
      }
    } finally {
      this.#loops--;
    }
    return status;
  }

  #simple(command: Extract<Command, { kind: 'simple' }>): number {
    const argv = expandFields(this, command.words);
    const assigns = command.assigns.map(([name, word]): [string, string] => [name, expandOne(this, word)]);
    for (const a of command.arrays ?? []) this.#assignArray(a);
    if (this.xtrace && argv.length > 0) this.io.err(`+ ${argv.join(' ')}\n`);
    if (argv.length === 0) {
      const before = this.status;
      for (const [k, v] of assigns) this.set(k, v);
      const status = command.words.length === 0 && command.assigns.some(([, w]) => w.some((p) => p.kind === 'command')) ? before : 0;
      return this.#redirected(command.redirects, () => status) ?? 1;
    }
    const name = argv[0] as string;
    if (name === 'exec' && argv.length === 1) {
      for (const [k, v] of assigns) this.set(k, v);
      const io = openRedirects(this, command.redirects);
      if (!io) return 1;
      this.io = io;
      return 0;
    }
    return this.#redirected(command.redirects, (shell) => shell.#run(argv, assigns)) ?? 1;
  }

  #run(argv: readonly string[], assigns: readonly (readonly [string, string])[]): number {
    const [name = ''] = argv;
    const own = this.functions.get(name);
    if (own) return this.#call(own, argv);
    const builtin = builtinOf(this, name);
    if (builtin) {
      if (isSpecial(name)) for (const [k, v] of assigns) this.set(k, v);
      return isSpecial(name) || assigns.length === 0 ? builtin(this, argv) : this.withVariables(assigns, () => builtin(this, argv));
    }
    const status = this.launch(argv, this.environment(assigns), this.cwd, this.io, this);
    if (status !== undefined) return status;
    const text =
      name.includes('/') && this.name !== 'bash'
        ? 'not found'
        : this.name === 'bash'
          ? name.includes('/')
            ? 'No such file or directory'
            : 'command not found'
          : 'not found';
    this.io.err(`${this.prefix()}${name}: ${text}\n`);
    return 127;
  }

  /** command NAME: functions are passed over. */
  without(argv: readonly string[]): number {
    const own = this.functions.get(argv[0] ?? '');
    this.functions.delete(argv[0] ?? '');
    try {
      return this.#run(argv, []);
    } finally {
      if (own) this.functions.set(argv[0] as string, own);
    }
  }

  /** exec PROGRAM: the shell is gone afterwards. */
  replace(argv: readonly string[]): never {
    throw new Exited(this.#run(argv, []));
  }

  #call(body: Command, argv: readonly string[]): number {
    return this.inFunction(argv.slice(1), () => {
      try {
        return this.command(body);
      } catch (e) {
        if (e instanceof Returned) return e.code;
        throw e;
      }
    });
  }

  #redirected(redirects: readonly Redirect[], body: (shell: RunningShell) => number): number | undefined {
    if (redirects.length === 0) return body(this);
    const io = openRedirects(this, redirects);
    if (!io) return undefined;
    const before = this.io;
    this.io = io;
    try {
      return body(this);
    } finally {
      this.io = before;
    }
  }
}
