// Tokens to a tree of nodes: the grammar of YAML as libyaml reads it, with its messages.
// Mirrors parserc.go and the node building of decode.go of go.yaml.in/yaml/v2.
import { Scanner, type Token, type TokenType } from './scanner.js';
import { YamlError } from './source.js';

export type YamlNode =
  | { readonly kind: 'scalar'; readonly value: string; readonly plain: boolean; readonly tag: string }
  | { readonly kind: 'sequence'; readonly items: YamlNode[]; readonly tag: string }
  | { readonly kind: 'mapping'; readonly pairs: [YamlNode, YamlNode][]; readonly tag: string }
  | { readonly kind: 'alias'; readonly name: string; readonly target: YamlNode };

/** The first document of the text; undefined when there is none. */
export function parseYaml(text: string): YamlNode | undefined {
  return new Parser(text).document();
}

const nothing: YamlNode = { kind: 'scalar', value: '', plain: true, tag: '' };

class Parser {
  private readonly scanner: Scanner;
  private readonly anchors = new Map<string, YamlNode>();
  private readonly tagPrefixes = new Map([
    ['!', '!'],
    ['!!', 'tag:yaml.org,2002:'],
  ]);

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  document(): YamlNode | undefined {
    if (this.is('stream-end')) return undefined;
    const explicit = this.is('directive', 'document-start');
    if (explicit) {
      while (this.is('directive')) this.directive(this.scanner.take().value);
      if (!this.is('document-start')) throw this.error('did not find expected <document start>');
      this.scanner.take();
    }
    // Only what was begun with `---` may be empty.
    const empty = explicit && this.is('directive', 'document-start', 'document-end', 'stream-end');
    const root = empty ? nothing : this.node('block');
    this.scanner.peek();
    return root;
  }

  /** Asked for every token: so no array of types. */
  private is(a: TokenType, b?: TokenType, c?: TokenType, d?: TokenType): boolean {
    const { type } = this.scanner.peek();
    return type === a || type === b || type === c || type === d;
  }

  /** The parser's errors name the line before the token, or the line before the collection's: libyaml counts from 0. */
  private error(problem: string, began = 0): YamlError {
    return new YamlError(problem, this.scanner.peek().line || began);
  }

  private directive(text: string): void {
    const [, handle, prefix] = /^%TAG[ \t]+(\S+)[ \t]+(\S+)/.exec(text) ?? [];
    if (handle && prefix) this.tagPrefixes.set(handle, prefix);
  }

  private node(context: 'block' | 'flow', indentless = false): YamlNode {
    const first = this.scanner.peek();
    if (first.type === 'alias') return this.alias(this.scanner.take().value);
    let anchor: string | undefined;
    let tag = '';
    for (let i = 0; i < 2; i++) {
      if (anchor === undefined && this.is('anchor')) anchor = this.scanner.take().value;
      else if (tag === '' && this.is('tag')) tag = this.resolveTag(this.scanner.take());
    }
    const token = this.scanner.peek();
    const opens = indentless && token.type === '-' ? ('indentless' as const) : token.type;
    const allowed = context === 'block' ? blockContent.has(opens) : flowContent.has(opens);
    if (!allowed) {
      if (anchor === undefined && tag === '') throw this.error('did not find expected node content', first.line);
      return this.name(anchor, { ...nothing, tag } as YamlNode);
    }
    if (token.type === 'scalar') {
      this.scanner.take();
      return this.name(anchor, { kind: 'scalar', value: token.value, plain: token.plain && tag !== '!', tag });
    }
    if (token.type === '{' || token.type === 'block-mapping-start') {
      const mapping: YamlNode = this.name(anchor, { kind: 'mapping', pairs: [], tag });
      if (token.type === '{') this.flowCollection('}', (key, value = nothing) => mapping.pairs.push([key, value]));
      else this.blockMapping(mapping.pairs);
      return mapping;
    }
    const sequence: YamlNode = this.name(anchor, { kind: 'sequence', items: [], tag });
    if (opens === '[')
      this.flowCollection(']', (node, value) => sequence.items.push(value ? { kind: 'mapping', pairs: [[node, value]], tag: '' } : node));
    else if (opens === 'indentless') this.indentlessSequence(sequence.items);
    else this.blockSequence(sequence.items);
    return sequence;
  }

  private name<N extends YamlNode>(anchor: string | undefined, node: N): N {
    if (anchor !== undefined) this.anchors.set(anchor, node);
    return node;
  }

  private alias(name: string): YamlNode {
    const target = this.anchors.get(name);
    if (!target) throw new YamlError(`unknown anchor '${name}' referenced`);
    return { kind: 'alias', name, target };
  }

  private resolveTag(token: Token): string {
    if (token.value.startsWith('!<')) return token.value.slice(2, -1);
    const [, handle = '!', suffix = ''] = /^(!(?:[0-9A-Za-z_-]*!)?)(.*)$/.exec(token.value) ?? [];
    const prefix = this.tagPrefixes.get(handle);
    if (prefix === undefined) throw new YamlError('found undefined tag handle', token.line);
    return prefix + suffix;
  }

  private blockSequence(items: YamlNode[]): void {
    const began = this.scanner.take().line;
    while (!this.is('block-end')) {
      if (!this.is('-')) throw this.error("did not find expected '-' indicator", began);
      this.scanner.take();
      items.push(this.is('-', 'block-end') ? nothing : this.node('block'));
    }
    this.scanner.take();
  }

  /** A list in its key's own column has no tokens around it. */
  private indentlessSequence(items: YamlNode[]): void {
    while (this.is('-')) {
      this.scanner.take();
      items.push(this.is('-', 'key', 'value', 'block-end') ? nothing : this.node('block'));
    }
  }

  private blockMapping(pairs: [YamlNode, YamlNode][]): void {
    const began = this.scanner.take().line;
    const content = (): YamlNode => (this.is('key', 'value', 'block-end') ? nothing : this.node('block', true));
    while (!this.is('block-end')) {
      if (!this.is('key')) throw this.error('did not find expected key', began);
      this.scanner.take();
      const key = content();
      pairs.push([key, this.value(content)]);
    }
    this.scanner.take();
  }

  private value(content: () => YamlNode): YamlNode {
    if (!this.is('value')) return nothing;
    this.scanner.take();
    return content();
  }

  /** What stands between brackets or braces: single nodes, and keys with their values. */
  private flowCollection(close: ']' | '}', item: (node: YamlNode, value?: YamlNode) => void): void {
    const began = this.scanner.take().line;
    const content = (): YamlNode => (this.is('value', ',', close) ? nothing : this.node('flow'));
    for (let first = true; !this.is(close); first = false) {
      if (!first) {
        if (!this.is(',')) throw this.error(`did not find expected ',' or '${close}'`, began);
        this.scanner.take();
        if (this.is(close)) break;
      }
      if (this.is('key')) {
        this.scanner.take();
        const key = content();
        item(key, this.value(content));
      } else item(this.node('flow'));
    }
    this.scanner.take();
  }
}

const flowContent = new Set<string>(['scalar', '[', '{']);
const blockContent = new Set<string>([...flowContent, 'block-sequence-start', 'block-mapping-start', 'indentless']);
