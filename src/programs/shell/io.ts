// What a shell's commands see: where they read from and write to, the shell's own state, and how programs are started.
import type { Machine } from '../process.js';
import type { Scope } from './expand.js';
import type { Command, List } from './syntax.js';

/** Runs a program by name in the container; `undefined`: there is none. */
export type Launch = (argv: readonly string[], env: ReadonlyMap<string, string>, cwd: string, io: Io, shell: Shell) => number | undefined;

/** Somebody types. */
export interface Keys {
  /** Nothing is there that has not been read, and more may come: a shell shows its prompt and rests. */
  readonly idle: boolean;
  /** What the shells remember while they rest, the innermost first. */
  readonly memory: unknown[];
  /** The next line with its end; undefined: there will be none. */
  line(): string | undefined;
}

/** What is left of standard input. */
export interface Input {
  rest: string;
  /** Where somebody types, or sends bit by bit. */
  readonly keys?: Keys;
}

export interface Io {
  input: Input;
  out(text: string): void;
  err(text: string): void;
  readonly tty: boolean;
  /** Descriptors from 3 on. */
  readonly more?: ReadonlyMap<number, (text: string) => void>;
}

/** A shell as its builtins see it; run.ts makes one. */
export interface Shell extends Scope {
  readonly machine: Machine;
  /** "sh" or "bash": what messages begin with. */
  readonly name: string;
  io: Io;
  cwd: string;
  status: number;
  positional: string[];
  errexit: boolean;
  xtrace: boolean;
  nounset: boolean;
  readonly vars: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  readonly arrays: Map<string, string[]>;
  traps: Map<string, string>;
  /** What messages begin with. */
  prefix(): string;
  environment(extra?: readonly (readonly [string, string])[]): Map<string, string>;
  list(list: List): number;
  /** Waits for the background jobs. */
  wait(): number;
  /** Puts a variable aside until the running function returns: `local`. */
  keep(name: string): void;
  /** Runs a command that is no function: `command`. */
  without(argv: readonly string[]): number;
  /** Runs a program in the shell's place: `exec`. */
  replace(argv: readonly string[]): never;
}
