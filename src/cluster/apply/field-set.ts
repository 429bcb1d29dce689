// A set of fields of an object, as a tree whose edges are path elements: "f:spec", 'k:{"name":"a"}', 'v:"x"'.
// Mirrors sigs.k8s.io/structured-merge-diff/fieldpath and its FieldsV1 form, which managedFields holds.
import { sortedKeys } from '../../lib/go-format.js';

export interface FieldSet {
  /** The path to here is in the set itself. */
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const emptySet: FieldSet = { member: false, children: new Map() };
export const leaf: FieldSet = { member: true, children: new Map() };

export const isEmpty = (set: FieldSet): boolean => !set.member && set.children.size === 0;

function build(member: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  return { member, children: new Map([...children].filter(([, child]) => !isEmpty(child))) };
}

/** A node that may be a member, with its children. */
export const setOf = (member: boolean, children: Readonly<Record<string, FieldSet>>): FieldSet => build(member, Object.entries(children));

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map(a.children);
  for (const [key, child] of b.children) {
    const mine = children.get(key);
    children.set(key, mine ? union(mine, child) : child);
  }
  return { member: a.member || b.member, children };
}

/** The members of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet | undefined): FieldSet {
  if (!b) return a;
  return build(
    a.member && !b.member,
    [...a.children].map(([key, child]) => [key, difference(child, b.children.get(key))] as const),
  );
}

export function intersection(a: FieldSet, b: FieldSet | undefined): FieldSet {
  if (!b) return emptySet;
  return build(
    a.member && b.member,
    [...a.children].map(([key, child]) => [key, intersection(child, b.children.get(key))] as const),
  );
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a.member !== b.member || a.children.size !== b.children.size) return false;
  return [...a.children].every(([key, child]) => {
    const other = b.children.get(key);
    return other !== undefined && equalSets(child, other);
  });
}

/** The paths of the set, in upstream's order: at each place first what is in the set itself, then what is below. */
export function paths(set: FieldSet, prefix: readonly string[] = []): string[][] {
  const children = [...set.children].sort(([a], [b]) => compareElements(a, b));
  return [
    ...children.flatMap(([key, child]) => (child.member ? [[...prefix, key]] : [])),
    ...children.flatMap(([key, child]) => paths(child, [...prefix, key])),
  ];
}

/** Fields, then items by their keys, then scalars of a set; numbers by size. */
function compareElements(a: string, b: string): number {
  const [kind, other] = ['fkvi'.indexOf(a[0] ?? ''), 'fkvi'.indexOf(b[0] ?? '')];
  if (kind !== other) return kind - other;
  if (a.startsWith('f:')) return order(a, b);
  const [left, right] = [a, b].map((e) => JSON.parse(e.slice(2)) as unknown);
  if (a.startsWith('v:')) return order(left, right);
  const [x, y] = [left, right].map((keys) => Object.entries(keys as object).flat());
  const at = (x ?? []).findIndex((value, i) => value !== y?.[i]);
  return at < 0 ? 0 : order(x?.[at], y?.[at]);
}

const order = (a: unknown, b: unknown): number => ((a as string) < (b as string) ? -1 : a === b ? 0 : 1);

type FieldsV1 = { [key: string]: FieldsV1 };

export function toFieldsV1(set: FieldSet): FieldsV1 {
  const out: FieldsV1 = {};
  if (set.member && set.children.size > 0) out['.'] = {};
  for (const key of [...set.children.keys()].sort()) out[key] = toFieldsV1(set.children.get(key) as FieldSet);
  return out;
}

export function fromFieldsV1(json: unknown, root = true): FieldSet {
  const map = (json ?? {}) as FieldsV1;
  const keys = sortedKeys(map).filter((k) => k !== '.');
  return { member: !root && ('.' in map || keys.length === 0), children: new Map(keys.map((k) => [k, fromFieldsV1(map[k], false)])) };
}

/** Whether any path of `set` stands in the FieldsV1 form of another one. */
export function touches(json: unknown, set: FieldSet): boolean {
  const map = (json ?? {}) as FieldsV1;
  for (const [key, child] of set.children) {
    const there = map[key];
    if (there && (child.member || touches(there, child))) return true;
  }
  return false;
}

/** ".spec.ports[port=80,protocol=\"TCP\"].nodePort": how conflicts name a path. */
export function pathText(path: readonly string[]): string {
  return path
    .map((element) => {
      const value = element.slice(2);
      if (element.startsWith('f:')) return `.${value}`;
      if (element.startsWith('v:')) return `[=${value}]`;
      if (element.startsWith('i:')) return `[${value}]`;
      const key = JSON.parse(value) as Record<string, unknown>;
      return `[${Object.entries(key)
        .map(([k, v]) => `${k}=${JSON.stringify(v)}`)
        .join(',')}]`;
    })
    .join('');
}
