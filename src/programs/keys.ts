// Standard input that comes line by line, from somebody who waits for an answer before the next one: `exec -it POD -- sh`, `run -it`, a node's shell.
import type { TypedLines } from '../network/runtime.js';
import { Exited, type Machine } from './process.js';
import type { Input, Keys } from './shell/io.js';

/** A program asks for more than has been typed yet: what it did is undone, and it is run again with more. */
export class InputWanted extends Error {}

/** Thrown through the shells that rest at their prompt. */
export class Resting extends Exited {}

/** One call's share of a command that somebody types to. */
export class Keyboard implements Input, Keys {
  readonly keys: Keys = this;

  constructor(
    private text: string,
    private readonly closed: boolean,
    readonly memory: unknown[] = [],
  ) {}

  get idle(): boolean {
    return this.text === '' && !this.closed;
  }

  line(): string | undefined {
    const end = this.text.indexOf('\n') + 1;
    if (end === 0 && !this.closed) throw new InputWanted();
    const line = this.text.slice(0, end || undefined);
    this.text = this.text.slice(line.length);
    return line === '' ? undefined : line;
  }

  get rest(): string {
    if (!this.closed) throw new InputWanted();
    return this.text;
  }

  set rest(text: string) {
    this.text = text;
  }
}

/** The keyboard of process 1, which waits for what has not been typed yet, and shows on its terminal what is. */
export class MainKeys implements Input, Keys {
  readonly keys: Keys = this;
  readonly idle = false;
  readonly memory: unknown[] = [];
  #next = 0;
  #left: string | undefined;

  constructor(
    private readonly machine: Machine,
    private readonly typed: TypedLines,
    private readonly echo: (text: string) => void,
  ) {}

  line(): string | undefined {
    const next = this.typed.lines[this.#next];
    if (next) {
      this.#next++;
      this.#until(next.at);
      this.echo(next.text);
      return next.text;
    }
    if (this.typed.end === undefined) return this.machine.forever();
    this.#until(this.typed.end);
    return undefined;
  }

  get rest(): string {
    if (this.#left !== undefined) return this.#left;
    let text = '';
    for (let line = this.line(); line !== undefined; line = this.line()) text += line;
    return text;
  }

  set rest(text: string) {
    this.#left = text;
  }

  #until(at: number): void {
    this.machine.sleep(Math.max(0, at - this.machine.now));
  }
}
