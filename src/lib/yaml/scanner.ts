// Cuts YAML text into tokens, lazily, so that the first thing wrong is the thing reported, in libyaml's words and with its line.
// Mirrors scannerc.go of go.yaml.in/yaml/v2 (a port of libyaml): kubectl's messages are a matter of this very order of looking.
import { scanBlockScalar, scanPlainScalar, scanQuotedScalar } from './scan-scalar.js';
import { isBlank, isBlankOrEnd, isBreak, Source } from './source.js';

export type TokenType =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  /** Counted from 0. */
  readonly line: number;
  readonly value: string;
  /** A scalar without quotes, not a block scalar either: only such may mean a number. */
  readonly plain: boolean;
}

interface SimpleKey {
  /** At the mapping's own column: must turn out to be a key. */
  readonly required: boolean;
  readonly token: number;
  readonly line: number;
  readonly index: number;
  readonly column: number;
}

const marks: Readonly<Record<string, 'open' | 'close' | 'entry'>> = { '[': 'open', '{': 'open', ']': 'close', '}': 'close', ',': 'entry' };
const startsPlain = /[^\0 \t\r\n\u0085\u2028\u2029\-?:,[\]{}#&*!|>'"%@`]/;
const maxDepth = 10_000;

export class Scanner {
  private readonly source: Source;
  private readonly tokens: Token[] = [];
  private head = 0;
  private taken = 0;
  private ended = false;
  private indent = -1;
  private readonly indents: number[] = [];
  private keyAllowed = true;
  /** The potential key of each flow level; the first is the block's. */
  private readonly keys: (SimpleKey | undefined)[] = [undefined];

  constructor(text: string) {
    this.source = new Source(text);
  }

  peek(): Token {
    while (this.needsMore()) this.fetch();
    return this.tokens[this.head]!;
  }

  take(): Token {
    const token = this.peek();
    this.head++;
    this.taken++;
    if (this.head > 1024) {
      this.tokens.splice(0, this.head);
      this.head = 0;
    }
    return token;
  }

  /** Also while the next token may turn out to be a key, which needs a token before it. */
  private needsMore(): boolean {
    if (this.ended) return false;
    if (this.head === this.tokens.length) return true;
    for (let level = 0; level < this.keys.length; level++) if (this.keys[level]?.token === this.taken) return this.isValid(level);
    return false;
  }

  private get flow(): boolean {
    return this.keys.length > 1;
  }

  private isValid(level: number): boolean {
    const key = this.keys[level];
    if (!key) return false;
    if (key.line === this.source.line && key.index + 1024 >= this.source.index) return true;
    this.dropKey(level);
    return false;
  }

  private dropKey(level = this.keys.length - 1): void {
    const key = this.keys[level];
    if (key?.required) throw this.source.error("could not find expected ':'", key.line);
    this.keys[level] = undefined;
  }

  private saveKey(): void {
    if (!this.keyAllowed) return;
    const { index, line, column } = this.source;
    const key = { required: !this.flow && this.indent === column, token: this.taken + this.tokens.length - this.head, index, line, column };
    this.dropKey();
    this.keys[this.keys.length - 1] = key;
  }

  private push(type: TokenType, line: number, value = '', plain = false): void {
    this.tokens.push({ type, line, value, plain });
  }

  /** A collection begins at `column`, when it is deeper than the one around; its token goes before token number `before`. */
  private roll(column: number, type: TokenType, line: number, before?: number): void {
    if (this.flow || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > maxDepth) throw this.source.error(`exceeded max depth of ${maxDepth}`, line);
    const token = { type, line, value: '', plain: false };
    if (before === undefined) this.tokens.push(token);
    else this.tokens.splice(before - this.taken + this.head, 0, token);
  }

  private unroll(column: number): void {
    if (this.flow) return;
    while (this.indent > column) {
      this.push('block-end', this.source.line);
      this.indent = this.indents.pop()!;
    }
  }

  private fetch(): void {
    const { source } = this;
    this.skipToToken();
    this.unroll(source.column);
    const c = source.at(0);
    if (source.atEnd) return this.fetchEnd();
    if (source.column === 0 && c === '%') return this.fetchDirective();
    if (source.atDocumentMark()) return this.fetchDocumentMark();
    const mark = marks[c];
    if (mark) return this.fetchMark(c as TokenType, mark);
    const gapNext = isBlankOrEnd(source.code(1));
    if (c === '-' && gapNext) return this.fetchEntry();
    if (c === '?' && (this.flow || gapNext)) return this.fetchKey();
    if (c === ':' && (this.flow || gapNext)) return this.fetchValue();
    if (c === '*') return this.fetchWord('alias');
    if (c === '&') return this.fetchWord('anchor');
    if (c === '!') return this.fetchTag();
    if ((c === '|' || c === '>') && !this.flow) return this.fetchBlockScalar();
    if (c === "'" || c === '"') return this.fetchQuoted();
    const plain = startsPlain.test(c) || (c === '-' && !isBlank(source.code(1))) || (!this.flow && (c === '?' || c === ':') && !gapNext);
    if (!plain) throw source.error('found character that cannot start any token');
    this.fetchPlain();
  }

  /** Blanks, comments, line ends. A tab may not stand where a key could begin. */
  private skipToToken(): void {
    const { source } = this;
    for (;;) {
      while (source.at(0) === ' ' || ((this.flow || !this.keyAllowed) && source.at(0) === '\t')) source.skip();
      if (source.at(0) === '#') source.skipLineText();
      if (!isBreak(source.code(0))) return;
      source.skipBreak();
      if (!this.flow) this.keyAllowed = true;
    }
  }

  private fetchEnd(): void {
    this.source.forceNewLine();
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    this.push('stream-end', this.source.line);
    this.ended = true;
  }

  private fetchDirective(): void {
    const { source } = this;
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    const line = source.line;
    const text = source.lineText();
    if (!/^%(YAML|TAG)[ \t]/.test(text)) throw source.error('found unknown directive name', line);
    source.skipLineText();
    this.push('directive', line, text);
  }

  private fetchDocumentMark(): void {
    const { source } = this;
    this.unroll(-1);
    this.dropKey();
    this.keyAllowed = false;
    this.push(source.at(0) === '-' ? 'document-start' : 'document-end', source.line);
    source.skip(3);
  }

  private fetchMark(type: TokenType, role: 'open' | 'close' | 'entry'): void {
    if (role === 'open') {
      this.saveKey();
      this.keys.push(undefined);
      if (this.keys.length > maxDepth) throw this.source.error(`exceeded max depth of ${maxDepth}`);
    } else {
      this.dropKey();
      if (role === 'close' && this.flow) this.keys.pop();
    }
    this.keyAllowed = role !== 'close';
    this.push(type, this.source.line);
    this.source.skip();
  }

  private fetchEntry(): void {
    const { source } = this;
    if (!this.flow) {
      if (!this.keyAllowed) throw source.error('block sequence entries are not allowed in this context', source.line);
      this.roll(source.column, 'block-sequence-start', source.line);
    }
    this.dropKey();
    this.keyAllowed = true;
    this.push('-', source.line);
    source.skip();
  }

  private fetchKey(): void {
    const { source } = this;
    if (!this.flow) {
      if (!this.keyAllowed) throw source.error('mapping keys are not allowed in this context', source.line);
      this.roll(source.column, 'block-mapping-start', source.line);
    }
    this.dropKey();
    this.keyAllowed = !this.flow;
    this.push('key', source.line);
    source.skip();
  }

  private fetchValue(): void {
    const { source } = this;
    const level = this.keys.length - 1;
    const key = this.isValid(level) ? this.keys[level]! : undefined;
    if (key) {
      this.tokens.splice(key.token - this.taken + this.head, 0, { type: 'key', line: key.line, value: '', plain: false });
      this.roll(key.column, 'block-mapping-start', key.line, key.token);
      this.keys[level] = undefined;
      this.keyAllowed = false;
    } else {
      if (!this.flow) {
        if (!this.keyAllowed) throw source.error('mapping values are not allowed in this context', source.line);
        this.roll(source.column, 'block-mapping-start', source.line);
      }
      this.keyAllowed = !this.flow;
    }
    this.push('value', source.line);
    source.skip();
  }

  private fetchWord(type: 'alias' | 'anchor'): void {
    const { source } = this;
    this.saveKey();
    this.keyAllowed = false;
    const line = source.line;
    source.skip();
    const name = source.match(/[0-9A-Za-z_-]*/y);
    if (name === '' || !(isBlankOrEnd(source.code(0)) || '?:,]}%@`'.includes(source.at(0)))) {
      throw source.error('did not find expected alphabetic or numeric character', line);
    }
    this.push(type, line, name);
  }

  private fetchTag(): void {
    const { source } = this;
    this.saveKey();
    this.keyAllowed = false;
    const line = source.line;
    const tag = source.match(/!<[^\s>]*>|![^\s,[\]{}]*/y);
    if (!isBlankOrEnd(source.code(0))) throw source.error('did not find expected whitespace or line break', line);
    this.push('tag', line, tag);
  }

  private fetchBlockScalar(): void {
    this.dropKey();
    this.keyAllowed = true;
    const line = this.source.line;
    this.push('scalar', line, scanBlockScalar(this.source, this.indent));
  }

  private fetchQuoted(): void {
    this.saveKey();
    this.keyAllowed = false;
    const line = this.source.line;
    this.push('scalar', line, scanQuotedScalar(this.source));
  }

  private fetchPlain(): void {
    this.saveKey();
    this.keyAllowed = false;
    const line = this.source.line;
    const { text, endsAfterBreak } = scanPlainScalar(this.source, this.indent, this.flow);
    if (endsAfterBreak) this.keyAllowed = true;
    this.push('scalar', line, text, true);
  }
}
