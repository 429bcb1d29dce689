// What merging must know about the types of an API, for strategic merge patches and for server-side apply.
// lib has no types of its own: model/ makes these out of the API's field facts.

/** The fields of one object type. Fields it does not know merge as maps and replace as lists. */
export interface TypeSchema {
  field(name: string): FieldSchema | undefined;
  /** A struct that is owned and replaced as a whole: LabelSelector. */
  readonly atomic?: boolean | undefined;
}

export interface FieldSchema {
  /** How lists (and maps, for 'replace') are patched strategically; lists without it are replaced, maps are merged. */
  readonly strategy?: 'merge' | 'replace' | undefined;
  /** Strategic diffs list the keys to keep: unions such as Deployment's strategy. */
  readonly retainKeys?: boolean | undefined;
  /** The key that tells the elements of a strategically merged list of objects apart; absent for lists of scalars. */
  readonly mergeKey?: string | undefined;
  /** How server-side apply owns a list; absent is 'atomic'. */
  readonly list?: 'atomic' | 'set' | 'map' | undefined;
  /** What tells the elements of a 'map' list apart, in order. */
  readonly listKeys?: readonly string[] | undefined;
  /** What a key of `listKeys` is where an item does not say it. */
  readonly keyDefaults?: Readonly<Record<string, unknown>> | undefined;
  /** A map or struct that server-side apply owns as a whole. */
  readonly atomic?: boolean | undefined;
  /** The fields of the value, of a list's elements or of a map's values. */
  readonly value?: TypeSchema | undefined;
  /** The keys of the value are names, not fields: labels, data. */
  readonly keyed?: boolean | undefined;
}
