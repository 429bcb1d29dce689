// One YAML document to JSON values, or the error kubectl prints: "yaml: line 4: did not find expected key".
// Mirrors sigs.k8s.io/yaml YAMLToJSON over decode.go of go.yaml.in/yaml/v2. Written by hand because the messages and their lines follow
// from the way libyaml looks at the text, which no package repeats; a repeated key is no error there, the last one wins.
import { goNumber } from '../go-format.js';
import { parseYaml, type YamlNode } from './parser.js';
import { resolvePlain } from './resolve.js';
import { YamlError } from './source.js';

export { YamlError } from './source.js';

export type YamlValue = string | number | boolean | null | YamlValue[] | { [key: string]: YamlValue };

/** Keys come sorted, as Go's JSON encoder leaves them. Nothing at all reads as null. */
export function readYaml(text: string): YamlValue {
  const root = parseYaml(text);
  if (root === undefined) return null;
  const decoder = new Decoder();
  const value = decoder.value(root);
  if (decoder.metInfinity) refuseInfinity(value);
  return value;
}

/** JSON has no such numbers. */
function refuseInfinity(value: YamlValue): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`json: unsupported value: ${goNumber(value)}`);
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) refuseInfinity(part);
}

class Decoder {
  private decoded = 0;
  private throughAliases = 0;
  /** .inf or .nan was read. */
  metInfinity = false;
  private readonly open = new Set<YamlNode>();

  value(node: YamlNode): YamlValue {
    this.decoded++;
    if (this.open.size > 0) this.throughAliases++;
    if (this.throughAliases > 100 && this.decoded > 1000 && this.throughAliases / this.decoded > allowedAliasRatio(this.decoded)) {
      throw new YamlError('document contains excessive aliasing');
    }
    switch (node.kind) {
      case 'scalar':
        return this.scalar(node);
      case 'sequence':
        return node.items.map((item) => this.value(item));
      case 'mapping':
        return sorted(this.entries(node));
      case 'alias':
        return this.through(node, (target) => this.value(target));
    }
  }

  private scalar(node: YamlNode & { kind: 'scalar' }): YamlValue {
    const value = scalar(node);
    this.metInfinity ||= typeof value === 'number' && !Number.isFinite(value);
    return value;
  }

  private through<T>(alias: YamlNode & { kind: 'alias' }, read: (target: YamlNode) => T): T {
    if (this.open.has(alias.target)) throw new YamlError(`anchor '${alias.name}' value contains itself`);
    this.open.add(alias.target);
    const value = read(alias.target);
    this.open.delete(alias.target);
    return value;
  }

  private entries(mapping: YamlNode & { kind: 'mapping' }): Map<string, YamlValue> {
    const entries = new Map<string, YamlValue>();
    for (const [key, value] of mapping.pairs) {
      if (isMerge(key)) this.merge(value, entries);
      else {
        const name = this.value(key);
        if (typeof name === 'object' && name !== null) throw new YamlError(`invalid map key: ${goSyntax(name)}`);
        const read = this.value(value);
        entries.set(keyText(name, read), read);
      }
    }
    return entries;
  }

  /** `<<`: keys of the merged mappings; what is written later wins. */
  private merge(from: YamlNode, into: Map<string, YamlValue>): void {
    if (from.kind === 'mapping') {
      for (const [key, value] of this.entries(from)) into.set(key, value);
    } else if (from.kind === 'alias' && from.target.kind === 'mapping') {
      this.through(from, (target) => this.merge(target, into));
    } else if (from.kind === 'sequence') {
      for (const item of from.items.toReversed()) {
        if (item.kind !== 'mapping' && !(item.kind === 'alias' && item.target.kind === 'mapping')) throw new YamlError(badMerge);
        this.merge(item, into);
      }
    } else throw new YamlError(badMerge);
  }
}

const badMerge = 'map merge requires map or sequence of maps as the value';

const isMerge = (key: YamlNode): boolean =>
  key.kind === 'scalar' && key.value === '<<' && ((key.plain && key.tag === '') || key.tag === `${core}merge`);

function sorted(entries: ReadonlyMap<string, YamlValue>): { [key: string]: YamlValue } {
  const object: { [key: string]: YamlValue } = {};
  for (const key of [...entries.keys()].sort(byCodeUnits)) {
    // Assigning would set the prototype instead.
    if (key === '__proto__')
      Object.defineProperty(object, key, { value: entries.get(key), enumerable: true, configurable: true, writable: true });
    else object[key] = entries.get(key) as YamlValue;
  }
  return object;
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : 1);

/** A small document may consist of aliases; in a large one few values may come through them. */
function allowedAliasRatio(decoded: number): number {
  if (decoded <= 400_000) return 0.99;
  if (decoded >= 4_000_000) return 0.1;
  return 0.99 - (0.89 * (decoded - 400_000)) / 3_600_000;
}

const core = 'tag:yaml.org,2002:';

function scalar({ value, plain, tag }: YamlNode & { kind: 'scalar' }): YamlValue {
  if (tag === '' || tag === '!') return plain ? resolvePlain(value) : value;
  const short = tag.startsWith(core) ? tag.slice(core.length) : '';
  if (short === 'binary') return decodeBinary(value);
  if (!['int', 'float', 'bool', 'null'].includes(short)) return value;
  const read = plain || value !== '' ? resolvePlain(value) : value;
  if (kindOf(read) === short || (short === 'float' && kindOf(read) === 'int')) return read;
  throw new YamlError(`cannot decode !!${kindOf(read)} \`${value}\` as a !!${short}`);
}

function kindOf(value: YamlValue): 'null' | 'bool' | 'int' | 'float' | 'str' {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'str';
}

function decodeBinary(text: string): string {
  const compact = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw new YamlError('!!binary value contains invalid base64 data');
  }
  return Buffer.from(compact, 'base64').toString('utf8');
}

function keyText(key: string | number | boolean | null, value: YamlValue): string {
  if (key === null) throw new Error(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(value)}`);
  if (typeof key !== 'number' || Number.isInteger(key)) return String(key);
  return Number.isNaN(key) ? '.nan' : !Number.isFinite(key) ? (key > 0 ? '.inf' : '-.inf') : goNumber(key);
}

/** Go's %#v of what go-yaml made of a node. */
function goSyntax(value: YamlValue): string {
  if (value === null) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, v]) => `${JSON.stringify(key)}:${goSyntax(v)}`);
    return `map[interface {}]interface {}{${pairs.join(', ')}}`;
  }
  return typeof value === 'number' ? goNumber(value) : JSON.stringify(value);
}
