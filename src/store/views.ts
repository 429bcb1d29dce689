// The indexes in memory that the network and others keep over objects (model/store.ts, View): made when first asked for, kept in step with
// every write, forgotten with everything else that was cached when a transaction is rolled back or another process wrote the file.
import type { Change } from '../model/change.js';
import type { GroupKind } from '../model/object.js';
import type { Reader, View } from '../model/store.js';

export class Views {
  readonly #indexes = new Map<View<unknown>, unknown>();
  readonly #byKind = new Map<GroupKind, View<unknown>[]>();

  get<T>(view: View<T>, reader: Reader): T {
    const known = this.#indexes.get(view);
    if (known !== undefined) return known as T;
    const made = view.make(reader);
    this.#indexes.set(view, made);
    for (const kind of view.kinds) this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), view]);
    return made;
  }

  apply(change: Change): void {
    for (const view of this.#byKind.get(change.kind) ?? []) view.apply(this.#indexes.get(view), change);
  }

  forget(): void {
    if (this.#indexes.size === 0) return;
    this.#indexes.clear();
    this.#byKind.clear();
  }
}
