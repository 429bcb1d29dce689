// JSON into a Go struct and out again, as the API server and its clients do it: strict errors, type errors with struct and path,
// zero values that are shown and those that are not. Mirrors sigs.k8s.io/json (a case-sensitive encoding/json) and the custom
// UnmarshalJSON of Quantity, Time, MicroTime, Duration, IntOrString and RawExtension.
import { base64Error, encodeBase64 } from '../lib/base64.js';
import { goQuote, sortedKeys } from '../lib/go-format.js';
import { parseGoTime } from '../lib/go-time.js';
import { canonicalQuantity } from '../lib/quantity.js';
import type { Json } from './object.js';
import { goType, type SchemaField, type SchemaType, schemaType, splitMap } from './schema.js';

export interface Unmarshalled {
  /** What Go would marshal again: known fields only, canonical quantities and times, zero values where no omitempty hides them. */
  readonly value: Json;
  /** `unknown field "spec.foo"`, in the order of the sorted keys. */
  readonly strict: readonly string[];
  /**
   * Where a map or list was given without entries, lists with `[]` behind. `value` has none there, but a Go struct does until it is
   * marshalled: messages show `{}`, and some comparisons see a difference.
   */
  readonly empties: ReadonlySet<string>;
  /** The first thing that does not fit its type; then `value` is of no use. */
  readonly error?: string;
}

type Map_ = { [key: string]: Json };

/** Ends the decoding at once, as an error out of a custom UnmarshalJSON does. */
class Abort extends Error {}

/** Go's 100: no more strict errors are collected. */
const mostStrictErrors = 100;

export function unmarshal(body: Json, type: string): Unmarshalled {
  const decoder = new Decoder();
  try {
    const value = decoder.value(body, type);
    return {
      value,
      strict: [...decoder.strict],
      empties: decoder.empties,
      ...(decoder.error !== undefined && { error: decoder.error }),
    };
  } catch (e) {
    if (e instanceof Abort) return { value: null, strict: [], empties: decoder.empties, error: e.message };
    throw e;
  }
}

const zeros = new Map<string, Json>();

/** The zero value of a type as Go marshals it: `{"loadBalancer":{}}` of ServiceStatus. Shared: copy it before writing into it. */
export function zero(type: string): Json {
  let value = zeros.get(type);
  if (value === undefined) zeros.set(type, (value = new Decoder().value(undefined, type)));
  return value;
}

class Decoder {
  readonly strict = new Set<string>();
  readonly empties = new Set<string>();
  error: string | undefined;
  /** For errors: the struct whose field is being read, and the fields on the way. */
  #struct = '';
  readonly #path: string[] = [];
  /** For strict errors: the path with indices and map keys. */
  #at = '';

  /** undefined or null: the zero value. */
  value(json: Json | undefined, type: string): Json {
    if (type.startsWith('*')) return json === undefined || json === null ? null : this.value(json, type.slice(1));
    const custom = customs[type];
    if (custom) return this.#custom(custom, json);
    if (type === '[]byte') return this.#bytes(json);
    if (type.startsWith('[]')) return this.#list(json, type);
    const map = splitMap(type);
    if (map) return this.#map(json, type, map.value);
    const struct = schemaType(type);
    if (!struct) return this.#scalar(json, type, type);
    return struct.alias ? this.#named(json, type, struct.alias) : this.#fields(json, struct);
  }

  /** A named type is read as what is behind it, under its own name. */
  #named(json: Json | undefined, type: string, alias: string): Json {
    if (alias.startsWith('[]')) return this.#list(json, type, alias.slice(2));
    const map = splitMap(alias);
    return map ? this.#map(json, type, map.value) : this.#scalar(json, type, alias);
  }

  #fields(json: Json | undefined, struct: SchemaType): Json {
    const given = json ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) {
      this.#mismatch(given, struct.name);
      return {};
    }
    const read = new Map<string, Json>();
    for (const key of sortedKeys(given)) {
      const field = struct.fields.get(key);
      if (field) read.set(key, this.#field(given[key] as Json, field, struct));
      else if (this.strict.size < mostStrictErrors) this.strict.add(`unknown field ${goQuote(join(this.#at, key))}`);
    }
    const out: Map_ = {};
    for (const field of struct.fields.values()) {
      const value = read.get(field.name) ?? this.value(undefined, field.type);
      if (!hidden(value, field)) out[field.name] = value;
    }
    return out;
  }

  #field(json: Json, field: SchemaField, struct: SchemaType): Json {
    const [before, at, depth] = [this.#struct, this.#at, this.#path.length];
    this.#struct = struct.goName.replace(/^.*\./, '');
    this.#path.push(...field.via, field.name);
    this.#at = join(at, field.name);
    const value = this.value(json, field.type);
    this.#struct = before;
    this.#path.length = depth;
    this.#at = at;
    return value;
  }

  #list(json: Json | undefined, type: string, element = type.slice(2)): Json {
    if (json === undefined || json === null) return null;
    if (!Array.isArray(json)) {
      this.#mismatch(json, type);
      return null;
    }
    const at = this.#at;
    const out = json.map((item, i) => {
      this.#at = `${at}[${i}]`;
      return this.value(item, element);
    });
    this.#at = at;
    if (out.length > 0) return out;
    this.empties.add(`${at}[]`);
    return null;
  }

  #map(json: Json | undefined, type: string, element: string): Json {
    if (json === undefined || json === null) return null;
    if (typeof json !== 'object' || Array.isArray(json)) {
      this.#mismatch(json, type);
      return null;
    }
    const at = this.#at;
    const out: Map_ = {};
    for (const key of sortedKeys(json)) {
      this.#at = join(at, key);
      // No bytes are an empty text once they were stored.
      out[key] = this.value(json[key], element) ?? (element === '[]byte' ? '' : null);
    }
    this.#at = at;
    if (Object.keys(out).length > 0) return out;
    this.empties.add(at);
    return null;
  }

  #bytes(json: Json | undefined): Json {
    if (json === undefined || json === null) return null;
    if (Array.isArray(json)) {
      return encodeBase64(Uint8Array.from(json, (byte) => Number(this.#scalar(byte, 'uint8', 'uint8'))));
    }
    if (typeof json !== 'string') {
      this.#mismatch(json, '[]byte');
      return null;
    }
    const wrong = base64Error(json);
    if (wrong) this.#save(wrong);
    return json.replace(/[\r\n]/g, '');
  }

  #scalar(json: Json | undefined, type: string, kind: string): Json {
    const none = kind === 'string' ? '' : kind === 'bool' ? false : 0;
    if (json === undefined || json === null) return none;
    if (typeof json === 'object' || typeof json !== typeof none) {
      this.#mismatch(json, type);
      return none;
    }
    if (typeof json === 'number' && !fits(json, kind)) this.#save(this.#sentence(`number ${json}`, type));
    return json;
  }

  #custom(read: Custom, json: Json | undefined): Json {
    if (json === undefined || json === null) return read(undefined);
    try {
      return read(json);
    } catch (e) {
      if (e instanceof WrongType) throw new Abort(this.#sentence(e.found, e.wanted));
      throw new Abort((e as Error).message);
    }
  }

  #mismatch(json: Json, type: string): void {
    this.#save(this.#sentence(found(json), type));
  }

  #save(message: string): void {
    this.error ??= message;
  }

  #sentence(what: string, type: string): string {
    const place = this.#path.length > 0 ? `Go struct field ${this.#struct}.${this.#path.join('.')}` : 'Go value';
    return `json: cannot unmarshal ${what} into ${place} of type ${goType(type)}`;
  }
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

const found = (json: Json): string => (Array.isArray(json) ? 'array' : typeof json === 'boolean' ? 'bool' : typeof json);

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  int: [-(2 ** 63), 2 ** 63],
  uint8: [0, 255],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 64],
};

function fits(n: number, kind: string): boolean {
  const range = ranges[kind];
  return !range || (Number.isInteger(n) && n >= range[0] && n <= range[1]);
}

/** Left out when Go marshals: empty with omitempty (structs are never empty), zero with omitzero. */
function hidden(value: Json, field: SchemaField): boolean {
  if (field.omitZero && value === null) return true;
  if (!field.omitEmpty) return false;
  if (value === null) return !nullShown.has(field.type);
  if (field.type.startsWith('*') || customs[field.type]) return false;
  return value === '' || value === 0 || value === false;
}

/** A wrong type inside a custom UnmarshalJSON. */
class WrongType extends Error {
  constructor(
    readonly found: string,
    readonly wanted: string,
  ) {
    super(found);
  }
}

/** Reads what is given, or gives the zero value for undefined. */
type Custom = (json: Exclude<Json, null> | undefined) => Json;

/** Structs whose zero value marshals as null, omitempty or not. */
const nullShown = new Set(['Time', 'MicroTime', 'RawExtension']);

function text(json: Json): string {
  if (typeof json !== 'string') throw new WrongType(found(json), 'string');
  return json;
}

const customs: Readonly<Record<string, Custom>> = {
  Quantity: (json) => (json === undefined ? '0' : canonicalQuantity(quantityText(json))),
  Time: (json) => (json === undefined ? null : parseGoTime(text(json), 'seconds')),
  MicroTime: (json) => (json === undefined ? null : parseGoTime(text(json), 'micros')),
  Duration: (json) => (json === undefined ? '0s' : text(json)),
  IntOrString: (json) => {
    if (json === undefined) return 0;
    if (typeof json === 'string') return json;
    if (typeof json !== 'number') throw new WrongType(found(json), 'int32');
    if (!fits(json, 'int32')) throw new WrongType(`number ${json}`, 'int32');
    return json;
  },
  RawExtension: (json) => json ?? null,
  FieldsV1: (json) => json ?? null,
};

/** Quantity.UnmarshalJSON parses the bytes, whatever they are. */
const quantityText = (json: Json): string => (typeof json === 'string' ? json : JSON.stringify(json));
