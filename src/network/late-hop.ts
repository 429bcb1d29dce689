// A hop whose words are made when somebody reads them: a matrix of who reaches whom sends tens of thousands of packets and reads of few.
// A class, because an object literal with getters costs more to make than the words do.
import type { Cause, Hop } from '../model/packet.js';

type Said = Pick<Hop, 'object' | 'rule' | 'why' | 'field'>;

export class LateHop implements Hop {
  readonly step: string;
  declare readonly cause?: Cause;
  readonly #say: () => Said;
  #said: Said | undefined;

  constructor(step: string, say: () => Said, cause?: Cause) {
    this.step = step;
    this.#say = say;
    if (cause) this.cause = cause;
  }

  get #words(): Said {
    this.#said ??= this.#say();
    return this.#said;
  }

  get object(): string {
    return this.#words.object as string;
  }

  get rule(): string {
    return this.#words.rule as string;
  }

  get why(): string {
    return this.#words.why;
  }

  get field(): string {
    return this.#words.field as string;
  }

  toJSON(): Hop {
    return { step: this.step, ...this.#words, ...(this.cause && { cause: this.cause }) };
  }
}
