// The hash of a Pod template that names ReplicaSets and ControllerRevisions: that of a real cluster.
// Mirrors ComputeHash of pkg/controller/controller_utils.go: FNV of Go's dump of the struct, then the collision count.
import { fnv32a } from '../lib/fnv.js';
import { parseQuantity } from '../lib/quantity.js';
import type { PodTemplateSpec } from '../model/generated/api.js';
import type { Json } from '../model/object.js';
import { type SchemaField, schemaType } from '../model/schema.js';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function templateHash(template: PodTemplateSpec, collisions: number | undefined): string {
  const dump = goDump(template as unknown as Json, 'PodTemplateSpec');
  if (collisions === undefined) return safeEncode(String(fnv32a(dump)));
  // Eight bytes, of which four are the count in little endian.
  const count = [0, 8, 16, 24].map((bits) => String.fromCharCode((collisions >>> bits) & 127)).join('');
  return safeEncode(String(fnv32a(`${dump}${count}\0\0\0\0`)));
}

/** Mirrors k8s.io/apimachinery/pkg/util/rand.SafeEncodeString. */
const safeEncode = (text: string): string => [...text].map((c) => alphabet[c.charCodeAt(0) % alphabet.length]).join('');

// A value as Go's spew prints its struct with %#v: what ComputeHash feeds to FNV, so that template hashes are those of a real cluster.
// Mirrors k8s.io/utils/dump.ForHash (spew's formatState) and the private fields of resource.Quantity, metav1.Time and intstr.IntOrString.

type JsonObject = { [key: string]: Json };

/** `value` as a Go value of `type` ("PodTemplateSpec", in the names of model/schema.ts), its type in front. */
function goDump(value: Json | undefined, type: string): string {
  if (value !== undefined && value !== null) return `(${nameOf(type)})${bare(value, type)}`;
  let text = zeros.get(type);
  if (text === undefined) zeros.set(type, (text = `(${nameOf(type)})${bare(undefined, type)}`));
  return text;
}

/** The dump of nothing, by type: most fields of a template are not set. */
const zeros = new Map<string, string>();

/** As reflect prints the type. */
function nameOf(type: string): string {
  let name = names.get(type);
  if (name === undefined) names.set(type, (name = makeName(type)));
  return name;
}
const names = new Map<string, string>();

function makeName(type: string): string {
  if (type.startsWith('*')) return `*${nameOf(type.slice(1))}`;
  if (type.startsWith('[]')) return `[]${nameOf(type.slice(2))}`;
  const map = mapType(type);
  if (map) return `map[${nameOf(map.key)}]${nameOf(map.value)}`;
  if (type === 'byte') return 'uint8';
  return schemaType(type)?.goName ?? type;
}

function mapType(type: string): { key: string; value: string } | undefined {
  const found = type.startsWith('map[') && /^map\[(\w+)\](.+)$/.exec(type);
  return found ? { key: found[1] as string, value: found[2] as string } : undefined;
}

/** Without its type: elements of lists and maps stand so. */
function bare(value: Json | undefined, type: string): string {
  const isNil = value === undefined || value === null;
  // Controllers get objects over protobuf, where an empty list is none.
  const isEmpty = isNil || Object.keys(value).length === 0;
  if (type.startsWith('*')) return isNil ? '<nil>' : bare(value, type.slice(1));
  if (type.startsWith('[]')) return isEmpty ? '<nil>' : list(value, type.slice(2));
  const map = mapType(type);
  if (map) return isEmpty ? '<nil>' : entries(value as JsonObject, map.value);
  const leaf = leaves[type];
  if (leaf) return leaf(value);
  const known = schemaType(type);
  if (known?.alias !== undefined) return bare(value, known.alias);
  if (known) return struct((value ?? {}) as JsonObject, fieldsOf(known), 0);
  if (isNil) return type === 'string' ? '' : type === 'bool' ? 'false' : '0';
  return String(value);
}

const fieldLists = new WeakMap<object, readonly SchemaField[]>();
function fieldsOf(type: { readonly fields: ReadonlyMap<string, SchemaField> }): readonly SchemaField[] {
  let list = fieldLists.get(type);
  if (!list) fieldLists.set(type, (list = [...type.fields.values()]));
  return list;
}

const list = (value: Json, item: string): string => {
  const items = item === 'byte' ? [...Buffer.from(String(value), 'base64')] : (value as Json[]);
  return `[${items.map((v) => element(v, item)).join(' ')}]`;
};

/** Pointers among elements are marked, as they have no type in front. */
const element = (value: Json, type: string): string => `${type.startsWith('*') ? '<*>' : ''}${bare(value, type)}`;

const entries = (value: JsonObject, item: string): string =>
  `map[${Object.keys(value)
    .sort()
    .map((k) => `${k}:${element(value[k] as Json, item)}`)
    .join(' ')}]`;

/** `fields` share the embedded structs up to `depth`; those of the next one stand together under its name. */
function struct(value: JsonObject, fields: readonly SchemaField[], depth: number): string {
  const parts: string[] = [];
  for (let i = 0; i < fields.length; ) {
    const field = fields[i] as SchemaField;
    const embedded = field.via[depth];
    if (embedded === undefined) {
      parts.push(`${field.goName}:${goDump(value[field.name], field.type)}`);
      i++;
      continue;
    }
    let end = i;
    while (end < fields.length && fields[end]?.via[depth] === embedded) end++;
    parts.push(`${embedded}:(v1.${embedded})${struct(value, fields.slice(i, end), depth + 1)}`);
    i = end;
  }
  return `{${parts.join(' ')}}`;
}

/** Types whose Go fields JSON does not show. */
const leaves: Readonly<Record<string, (value: Json | undefined) => string>> = {
  Quantity: (value) => quantity(value === undefined || value === null ? undefined : String(value)),
  IntOrString: (value) =>
    `{Type:(intstr.Type)${typeof value === 'string' ? 1 : 0} IntVal:(int32)${typeof value === 'number' ? value : 0} StrVal:(string)${typeof value === 'string' ? value : ''}}`,
  Time: (value) => `{Time:(time.Time)${time(value)}}`,
};

/** Seconds from the year 1 to 1970, which Go counts from. */
const yearOne = 62_135_596_800;

function time(value: Json | undefined): string {
  if (typeof value !== 'string') return '{wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}';
  return `{wall:(uint64)0 ext:(int64)${Math.floor(Date.parse(value) / 1000) + yearOne} loc:(*time.Location){name:(string) zone:([]time.zone)<nil> tx:([]time.zoneTrans)<nil> extend:(string) cacheStart:(int64)0 cacheEnd:(int64)0 cacheZone:(*time.zone)<nil>}}`;
}

/** ParseQuantity's fast path, which keeps a text that is canonical already; stored texts are, so that what it does beyond does not occur. */
function quantity(text: string | undefined): string {
  const { value, scale, kept, format } = text === undefined ? { value: '0', scale: 0, kept: '', format: '' } : amount(text);
  return `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${kept} Format:(resource.Format)${format}}`;
}

const binaryPowers: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const decimalPowers: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

function amount(text: string): { value: string; scale: number; kept: string; format: string } {
  const { format } = parseQuantity(text);
  if (text === '0') return { value: '0', scale: 0, kept: text, format };
  const [, sign = '', whole = '', fraction = '', suffix = ''] = /^([-+]?)([0-9]*)(?:\.([0-9]*))?(.*)$/.exec(text) ?? [];
  const digits = BigInt(`${whole}${fraction}`.replace(/^0+(?=.)/, '') || '0');
  const signed = (n: bigint): string => (sign === '-' ? `-${n}` : String(n));
  const bits = binaryPowers[suffix];
  if (bits !== undefined) return { value: signed(digits << bits), scale: 0, kept: digits & 7n ? text : '', format };
  const power = decimalPowers[suffix] ?? Number(suffix.slice(1));
  const scale = power - fraction.length;
  const shifted = `${whole}${fraction}`;
  return {
    value: signed(digits),
    scale,
    kept: scale % 3 === 0 && !shifted.endsWith('000') && !shifted.startsWith('0') ? text : '',
    format,
  };
}
