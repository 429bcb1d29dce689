// A map from keys to several members each, every member known by its own id: what an index over changing objects is made of.
export class Buckets<T> {
  readonly #byKey = new Map<string, Map<string, T>>();

  set(key: string, id: string, member: T): void {
    const members = this.#byKey.get(key);
    if (members) members.set(id, member);
    else this.#byKey.set(key, new Map([[id, member]]));
  }

  delete(key: string, id: string): void {
    const members = this.#byKey.get(key);
    if (members?.delete(id) && members.size === 0) this.#byKey.delete(key);
  }

  /** Some member; the one that has been there longest. */
  first(key: string): T | undefined {
    return this.#byKey.get(key)?.values().next().value;
  }

  all(key: string): Iterable<T> {
    return this.#byKey.get(key)?.values() ?? [];
  }
}
