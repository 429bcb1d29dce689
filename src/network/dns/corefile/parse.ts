// A Corefile's server blocks: their keys, and each directive's words. Mirrors coredns/caddy/caddyfile/parse.go.
import { createHash } from 'node:crypto';
import { beginsLine, Cursor, type Token, tokenize } from './tokens.js';

export interface ServerBlock {
  readonly keys: readonly string[];
  /** All words of a directive's uses, one after the other. */
  readonly directives: ReadonlyMap<string, readonly Token[]>;
}

/** What `import` and plugins may read. */
export interface Files {
  read(path: string): string | undefined;
  /** Names in a folder. */
  list(folder: string): readonly string[];
}

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly files: Files;
  readonly env: ReadonlyMap<string, string>;
}

/** `known`: the directives there are; absent: any will do. Throws CorefileError. */
export function parseCorefile(source: Source, known?: ReadonlySet<string>): ServerBlock[] {
  const parser = new Parser(source, known);
  return parser.blocks();
}

const deepest = 10_000;

class Parser extends Cursor {
  readonly #snippets = new Map<string, readonly Token[]>();
  #imports = 0;

  constructor(
    private readonly source: Source,
    private readonly known: ReadonlySet<string> | undefined,
  ) {
    super(source.path, tokenize(source.text));
  }

  blocks(): ServerBlock[] {
    const blocks: ServerBlock[] = [];
    while (this.next()) {
      const block = this.#block();
      if (block && block.keys.length > 0) blocks.push(block);
    }
    return blocks;
  }

  #block(): ServerBlock | undefined {
    const { keys, ended } = this.#keys();
    if (ended) return { keys, directives: new Map() };
    const snippet = keys.length === 1 ? /^\((.*)\)$/s.exec(keys[0] as string)?.[1] : undefined;
    if (snippet !== undefined) {
      this.#snippet(snippet);
      return undefined;
    }
    const braced = this.word() === '{';
    if (!braced) this.at--;
    const directives = this.#directives();
    if (braced && this.word() !== '}') throw this.syntaxError('}');
    return { keys, directives };
  }

  #keys(): { keys: string[]; ended: boolean } {
    const keys: string[] = [];
    let more = false;
    for (;;) {
      const word = this.#expanded(this.word());
      if (word === 'import' && beginsLine(this.tokens, this.at)) {
        this.#import();
        if (!this.next()) return { keys, ended: true };
        continue;
      }
      if (word === '{') {
        if (more) throw this.error(`Expected another address but had '${word}' - check for extra comma`);
        return { keys, ended: false };
      }
      if (word !== '') {
        more = word.endsWith(',');
        keys.push(more ? word.slice(0, -1) : word);
      }
      if (!this.next()) {
        if (more) throw this.error('Unexpected EOF');
        return { keys, ended: true };
      }
      if (!more && beginsLine(this.tokens, this.at)) return { keys, ended: false };
    }
  }

  #snippet(name: string): void {
    if (this.#snippets.has(name)) throw this.error(`redeclaration of previously declared snippet ${name}`);
    if (this.word() !== '{') throw this.syntaxError('{');
    const body: Token[] = [];
    for (let depth = 1; ; ) {
      if (!this.next()) throw this.syntaxError('}');
      if (this.word() === '{') depth++;
      if (this.word() === '}' && --depth === 0) break;
      body.push(this.tokens[this.at] as Token);
    }
    if (body.some((t, i) => t.text === 'import' && beginsLine(body, i) && body[i + 1]?.text === name))
      throw this.error(`maximum snippet import depth (${deepest}) exceeded`);
    this.#snippets.set(name, body);
  }

  #directives(): Map<string, Token[]> {
    const directives = new Map<string, Token[]>();
    while (this.next() && this.word() !== '}') {
      if (this.word() === 'import') this.#import();
      else this.#directive(directives);
    }
    return directives;
  }

  #directive(directives: Map<string, Token[]>): void {
    const name = this.#expanded(this.word());
    if (this.known && !this.known.has(name)) throw this.error(`Unknown directive '${name}'`);
    const words = directives.get(name) ?? [];
    directives.set(name, words);
    words.push(this.tokens[this.at] as Token);
    let depth = 0;
    while (this.next()) {
      const first = beginsLine(this.tokens, this.at);
      if (this.word() === '{') depth++;
      else if (first && depth === 0) {
        this.at--;
        break;
      } else if (this.word() === '}' && depth > 0) depth--;
      else if (this.word() === '}') throw this.error("Unexpected '}' because no matching opening brace");
      else if (this.word() === 'import' && first) {
        this.#import();
        continue;
      }
      words.push({ ...(this.tokens[this.at] as Token), text: this.#expanded(this.word()) });
    }
    if (depth > 0) throw this.error('Unexpected EOF');
  }

  /** Puts what is imported in the place of `import NAME`; the cursor stands before it. */
  #import(): void {
    const start = this.at;
    if (!this.nextArg()) throw this.argError();
    const name = this.#expanded(this.word());
    if (name === '') throw this.error('Import requires a non-empty filepath');
    if (this.nextArg()) throw this.error('Import takes only one argument (glob pattern or file)');
    if (this.#imports++ >= deepest) throw this.error(`maximum snippet import depth (${deepest}) exceeded`);
    const imported = this.#snippets.get(name) ?? this.#imported(name);
    this.tokens = [...this.tokens.slice(0, start), ...imported, ...this.tokens.slice(this.at + 1)];
    this.at = start - 1;
  }

  #imported(name: string): Token[] {
    const { files, path } = this.source;
    const full = name.startsWith('/') ? name : `${path.slice(0, path.lastIndexOf('/'))}/${name}`;
    if (!/[*?]/.test(full)) {
      const text = files.read(full);
      if (text === undefined) throw this.error(`File to import not found: ${name}`);
      return tokenize(text, full);
    }
    if ((full.match(/[*?]/g) ?? []).length > 1) throw this.error(`Glob pattern may only contain one wildcard (*), but has others: ${full}`);
    const folder = full.slice(0, full.lastIndexOf('/'));
    const pattern = new RegExp(
      `^${full
        .slice(folder.length + 1)
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace('*', '.*')
        .replace('?', '.')}$`,
    );
    return files
      .list(folder)
      .filter((f) => pattern.test(f))
      .flatMap((f) => tokenize(files.read(`${folder}/${f}`) ?? '', `${folder}/${f}`));
  }

  /** {$NAME} and {%NAME%}. */
  #expanded(text: string): string {
    return text.replace(
      /\{%([^%]+)%\}|\{\$([^}]+)\}/g,
      (_, a: string | undefined, b: string | undefined) => this.source.env.get(a ?? b ?? '') ?? '',
    );
  }
}

/** What `reload` tells one configuration from another by: the hash of the parsed blocks as Go's JSON writes them. */
export function corefileHash(blocks: readonly ServerBlock[]): string {
  const plain = blocks.map((b) => ({
    Keys: b.keys,
    Tokens: Object.fromEntries(
      [...b.directives]
        .sort(([x], [y]) => (x < y ? -1 : 1))
        .map(([name, tokens]) => [name, tokens.map((t) => ({ File: t.file, Line: t.line, Text: t.text }))]),
    ),
  }));
  const json = JSON.stringify(plain).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return createHash('sha512').update(json).digest('hex');
}
