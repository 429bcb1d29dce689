// What a shell's commands read from and write to, and how programs are started.
import type { Shell } from './run.js';

/** Runs a program by name in the container; `undefined`: there is none. */
export type Launch = (argv: readonly string[], env: ReadonlyMap<string, string>, cwd: string, io: Io, shell: Shell) => number | undefined;

/** What is left of standard input. */
export interface Input {
  rest: string;
}

export interface Io {
  input: Input;
  out(text: string): void;
  err(text: string): void;
  readonly tty: boolean;
  /** Descriptors from 3 on. */
  readonly more?: ReadonlyMap<number, (text: string) => void>;
}
