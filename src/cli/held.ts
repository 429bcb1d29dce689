// An Io that keeps what is said until its writes are on disk: nothing is reported that a crash could still undo.
import type { Io } from '../model/io.js';

export class Held implements Io {
  readonly #lines: { readonly to: 'out' | 'err'; readonly text: string }[] = [];

  constructor(private readonly io: Io) {}

  out(text: string): void {
    this.#lines.push({ to: 'out', text });
  }

  err(text: string): void {
    this.#lines.push({ to: 'err', text });
  }

  /** Says it all, in the order it came. */
  tell(): void {
    for (const { to, text } of this.#lines.splice(0)) this.io[to](text);
  }

  stdin(): string {
    return this.io.stdin();
  }

  get inputIsTTY(): boolean {
    return this.io.inputIsTTY;
  }

  get outputIsTTY(): boolean {
    return this.io.outputIsTTY;
  }

  get env(): Io['env'] {
    return this.io.env;
  }

  get cwd(): string {
    return this.io.cwd;
  }
}
