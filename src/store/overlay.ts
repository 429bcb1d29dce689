// The objects that the running transaction has written, with the indexes that SQLite keeps for the rest.
// Each object is serialised and stored once, at the flush, however often it changed.
import type { KubeObject } from '../model/object.js';
import type { Labels } from '../model/selector.js';

/** What the transaction made of an object; undefined: removed. */
export type Dirty = KubeObject | undefined;

const pair = (key: string, value: string): string => `${key}\0${value}`;

/** The dirty objects of one kind in one namespace. */
export class Overlay {
  readonly entries = new Map<string, Dirty>();
  readonly #byPair = new Map<string, Set<string>>();
  readonly #selecting = new Set<string>();

  /** `selector`: the object's map selector, if it has one. */
  put(name: string, object: Dirty, selector: Labels | undefined): void {
    const before = this.entries.get(name);
    this.entries.set(name, object);
    if (before?.metadata.labels !== object?.metadata.labels) {
      for (const [k, v] of Object.entries(before?.metadata.labels ?? {})) this.#byPair.get(pair(k, v))?.delete(name);
      for (const [k, v] of Object.entries(object?.metadata.labels ?? {})) this.#add(pair(k, v), name);
    }
    if (selector) this.#selecting.add(name);
    else this.#selecting.delete(name);
  }

  #add(key: string, name: string): void {
    const names = this.#byPair.get(key);
    if (names) names.add(name);
    else this.#byPair.set(key, new Set([name]));
  }

  /** Names that carry the pair. */
  labelled(key: string, value: string): Iterable<string> {
    return this.#byPair.get(pair(key, value)) ?? [];
  }

  /** Names that have a map selector. */
  selecting(): Iterable<string> {
    return this.#selecting;
  }
}
