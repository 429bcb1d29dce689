// What a command may touch of the outside: passed in by main.ts, so that tests pass strings.
export interface Io {
  /** All of standard input, read once; "" when there is none. */
  stdin(): string;
  /** The next line of standard input with its end, waited for; undefined at its end. Without it, stdin() has them all. */
  line?(): string | undefined;
  out(text: string): void;
  err(text: string): void;
  /** Whether stdin and stdout are terminals. */
  readonly inputIsTTY: boolean;
  readonly outputIsTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
