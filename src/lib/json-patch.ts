// JSON patches (RFC 6902) over plain JSON. Mirrors evanphx/json-patch's rules (negative indices count from the end) and texts.
// kubectl has its v5; the API server still v4, to which a key that an object does not have is one without a value.
import { clone } from './clone.js';
import { goQuote, withSortedKeys } from './go-format.js';
import { same } from './same.js';

export class JSONPatchError extends Error {}

interface Operation {
  readonly op?: unknown;
  readonly path?: unknown;
  readonly from?: unknown;
  readonly value?: unknown;
}

type Container = Record<string, unknown> | unknown[];

/** The patched document; `document` is not written into. Throws JSONPatchError. `absent`: what a missing key or value is taken for. */
export function applyJSONPatch(document: unknown, patch: unknown, absent: 'wrong' | 'null' = 'wrong'): unknown {
  if (!Array.isArray(patch)) {
    const found = patch === null ? 'null' : typeof patch === 'object' ? 'object' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw new JSONPatchError(`json: cannot unmarshal ${found} into Go value of type jsonpatch.Patch`);
  }
  const root = clone(document) as Container;
  for (const op of patch as Operation[]) run(root, absent === 'null' ? withNulls(root, op) : op);
  const pointers = (patch as Operation[]).flatMap(({ path, from }) => [path, from]).filter((p) => typeof p === 'string');
  return pointers.map(keysOf).reduce(sortedAlong, root);
}

/** Objects that a pointer leads through are maps from then on, whose keys are sorted; all others keep the order of their fields. */
function sortedAlong(document: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined || typeof document !== 'object' || document === null) return document;
  if (Array.isArray(document)) return document.map((item, i) => (i === position(document, key) ? sortedAlong(item, rest) : item));
  const map = withSortedKeys(document as Record<string, unknown>, (value) => value);
  return Object.hasOwn(map, key) ? { ...map, [key]: sortedAlong(map[key], rest) } : map;
}

function run(root: Container, op: Operation): void {
  const action = typeof op.op === 'string' ? actions[op.op] : undefined;
  if (!action) throw invalid(op, 'unsupported operation');
  action(root, op);
}

/** Makes v5 accept what v4 does: values that are left out, keys that are not there. A removal of nothing stays wrong. */
function withNulls(root: Container, op: Operation): Operation {
  const valued = ['add', 'replace', 'test'].includes(String(op.op)) && !('value' in op) ? { ...op, value: null } : op;
  const read = op.op === 'copy' ? op.from : op.op === 'replace' || op.op === 'test' ? op.path : undefined;
  const place = typeof read === 'string' ? find(root, read) : undefined;
  // A test of nothing for null passes, in both versions.
  if (op.op === 'copy' && place && !exists(place) && !Array.isArray(place.container)) return { op: 'add', path: op.path, value: null };
  if (op.op === 'replace' && place && !exists(place) && !Array.isArray(place.container)) return { ...valued, op: 'add' };
  return valued;
}

const invalid = (op: Operation, why: string): JSONPatchError => new JSONPatchError(`invalid operation ${JSON.stringify(op)}: ${why}`);

function pathOf(op: Operation): string {
  if (typeof op.path !== 'string') throw invalid(op, "failed to decode 'path': operation missing path field: missing value");
  return op.path;
}

function fromOf(op: Operation): string {
  if (typeof op.from !== 'string') throw invalid(op, "failed to decode 'from': operation, missing from field: missing value");
  return op.from;
}

function valueOf(op: Operation): unknown {
  if (!('value' in op)) throw invalid(op, "failed to decode 'value': operation, missing value field: missing value");
  return op.value;
}

const actions: Readonly<Record<string, (root: Container, op: Operation) => void>> = {
  add(root, op) {
    const path = pathOf(op);
    const place = find(root, path);
    if (!place) throw new JSONPatchError(`add operation does not apply: doc is missing path: ${goQuote(path)}: missing value`);
    const value = valueOf(op);
    naming(`add for path: '${path}'`, () => add(place, clone(value)));
  },
  remove(root, op) {
    const path = pathOf(op);
    const place = find(root, path);
    if (!place) throw new JSONPatchError(`remove operation does not apply: doc is missing path: ${goQuote(path)}: missing value`);
    naming(`remove for path: '${path}'`, () => remove(place));
  },
  replace(root, op) {
    const path = pathOf(op);
    const place = find(root, path);
    if (!place) throw new JSONPatchError(`replace operation does not apply: doc is missing path: ${path}: missing value`);
    if (!exists(place)) throw new JSONPatchError(`replace operation does not apply: doc is missing key: ${path}: missing value`);
    const value = valueOf(op);
    set(place, clone(value));
  },
  move(root, op) {
    const path = pathOf(op);
    const from = fromOf(op);
    const source = find(root, from);
    if (!source) throw new JSONPatchError(`move operation does not apply: doc is missing from path: ${goQuote(from)}: missing value`);
    const value = naming(`move for path: '${source.key}'`, () => get(source));
    naming(`move for path: '${source.key}'`, () => remove(source));
    const target = find(root, path);
    if (!target)
      throw new JSONPatchError(`move operation does not apply: doc is missing destination path: ${goQuote(path)}: missing value`);
    naming(`move for path: '${path}'`, () => add(target, value));
  },
  copy(root, op) {
    const path = pathOf(op);
    const from = fromOf(op);
    const source = find(root, from);
    if (!source) throw new JSONPatchError(`copy operation does not apply: doc is missing from path: ${goQuote(from)}: missing value`);
    const value = naming(`copy for from: '${from}'`, () => get(source));
    const target = find(root, path);
    if (!target)
      throw new JSONPatchError(`copy operation does not apply: doc is missing destination path: ${goQuote(path)}: missing value`);
    naming(`copy for path: '${path}'`, () => add(target, clone(value)));
  },
  test(root, op) {
    const path = pathOf(op);
    const place = find(root, path);
    const found = place && exists(place) ? get(place) : null;
    if (place && same(found ?? null, op.value ?? null) && 'value' in op) return;
    throw new JSONPatchError(`testing value ${path} failed: test failed`);
  },
};

interface Place {
  readonly container: Container;
  readonly key: string;
}

const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The container that a pointer's last part lies in; undefined when it is not there. What stands before the first slash is ignored. */
function find(root: Container, pointer: string): Place | undefined {
  const keys = keysOf(pointer);
  if (keys.length === 0) return undefined;
  let container: unknown = root;
  for (const key of keys.slice(0, -1)) {
    if (Array.isArray(container)) container = container[position(container, key) ?? -1];
    else container = (container as Record<string, unknown>)[key];
    if (typeof container !== 'object' || container === null) return undefined;
  }
  return { container: container as Container, key: keys.at(-1) as string };
}

/** An index into the list; negative ones count from the end; undefined when there is no such element. */
function position(list: unknown[], key: string): number | undefined {
  if (!/^-?\d+$/.test(key)) return undefined;
  const index = Number(key) < 0 ? Number(key) + list.length : Number(key);
  return index >= 0 && index < list.length ? index : undefined;
}

const invalidIndex = (key: string): JSONPatchError =>
  new JSONPatchError(`Unable to access invalid index: ${key}: invalid index referenced`);

function checkNumber(key: string): void {
  if (/^[-+]?\d+$/.test(key)) return;
  throw new JSONPatchError(`value was not a proper array index: '${key}': strconv.Atoi: parsing ${goQuote(key)}: invalid syntax`);
}

function exists({ container, key }: Place): boolean {
  return Array.isArray(container) ? position(container, key) !== undefined : Object.hasOwn(container, key);
}

function get({ container, key }: Place): unknown {
  if (!Array.isArray(container)) {
    if (!Object.hasOwn(container, key)) throw new JSONPatchError(`unable to get nonexistent key: ${key}: missing value`);
    return container[key];
  }
  checkNumber(key);
  const index = position(container, key);
  if (index === undefined) throw invalidIndex(key);
  return container[index];
}

function set({ container, key }: Place, value: unknown): void {
  if (Array.isArray(container)) container[position(container, key) as number] = value;
  else container[key] = value;
}

function add({ container, key }: Place, value: unknown): void {
  if (!Array.isArray(container)) {
    container[key] = value;
    return;
  }
  if (key === '-') {
    container.push(value);
    return;
  }
  checkNumber(key);
  const index = Number(key) < 0 ? Number(key) + container.length + 1 : Number(key);
  if (index < 0 || index > container.length) throw invalidIndex(key);
  container.splice(index, 0, value);
}

function remove({ container, key }: Place): void {
  if (!Array.isArray(container)) {
    if (!Object.hasOwn(container, key)) throw new JSONPatchError(`unable to remove nonexistent key: ${key}: missing value`);
    delete container[key];
    return;
  }
  checkNumber(key);
  const index = position(container, key);
  if (index === undefined) throw invalidIndex(key);
  container.splice(index, 1);
}

/** Runs `act`; its error is told as "error in WHERE: ...". */
function naming<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (e) {
    throw e instanceof JSONPatchError ? new JSONPatchError(`error in ${where}: ${e.message}`) : e;
  }
}
