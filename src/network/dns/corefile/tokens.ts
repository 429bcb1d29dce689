// A Corefile's words, and the cursor that directives read them with. Mirrors coredns/caddy/caddyfile (lexer.go, dispenser.go), whose error texts these are.

export interface Token {
  /** Of an imported file; "" in the Corefile itself. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A Corefile that cannot be used; the message is CoreDNS'. */
export class CorefileError extends Error {}

/** Words are parted by white space; `"` begins one that goes to the next `"`; `#` begins a comment. */
export function tokenize(source: string, file = ''): Token[] {
  const tokens: Token[] = [];
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r', '');
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const c = text[at] as string;
    if (/\s/.test(c)) {
      if (c === '\n') line++;
      at++;
    } else if (c === '#') {
      while (at < text.length && text[at] !== '\n') at++;
    } else {
      const word = c === '"' ? quoted(text, at) : bare(text, at);
      tokens.push({ file, line, text: word.text });
      line += text.slice(at, word.end).split('\n').length - 1;
      at = word.end;
    }
  }
  return tokens;
}

function quoted(text: string, start: number): { text: string; end: number } {
  let out = '';
  let at = start + 1;
  for (; at < text.length && text[at] !== '"'; at++) {
    if (text[at] === '\\' && at + 1 < text.length) {
      at++;
      out += text[at] === '"' ? '"' : `\\${text[at]}`;
    } else out += text[at];
  }
  return { text: out, end: Math.min(at + 1, text.length) };
}

/** A "#" inside a word begins a comment too. */
function bare(text: string, start: number): { text: string; end: number } {
  let at = start;
  while (at < text.length && !/[\s#]/.test(text[at] as string)) at++;
  return { text: text.slice(start, at), end: at };
}

const linesIn = (token: Token | undefined): number => (token ? token.text.split('\n').length - 1 : 0);

/** Is the token at `i` the first of its line? */
export function beginsLine(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1];
  const here = tokens[i];
  if (!before) return true;
  return !!here && (before.file !== here.file || before.line + linesIn(before) < here.line);
}

/** Where a directive is in its words. */
export class Cursor {
  at = -1;
  #depth = 0;

  constructor(
    readonly path: string,
    public tokens: readonly Token[],
  ) {}

  word(): string {
    return this.tokens[this.at]?.text ?? '';
  }

  next(): boolean {
    if (this.at >= this.tokens.length - 1) return false;
    this.at++;
    return true;
  }

  /** The next word, when it is on the same line. */
  nextArg(): boolean {
    if (this.at >= 0 && beginsLine(this.tokens, this.at + 1)) return false;
    return this.next();
  }

  /** The words up to the end of the line or to "{". */
  args(): string[] {
    const args: string[] = [];
    while (this.nextArg()) {
      if (this.word() === '{') {
        this.at--;
        break;
      }
      args.push(this.word());
    }
    return args;
  }

  /** Steps to the next word of the block that opens on this line; false at its end, or when there is none. */
  nextInBlock(): boolean {
    if (this.#depth > 0) {
      if (!this.next()) return false;
      if (this.word() !== '}') return true;
      this.#depth--;
      return false;
    }
    if (!this.nextArg()) return false;
    if (this.word() !== '{') {
      this.at--;
      return false;
    }
    if (!this.next() || this.word() === '}') return false;
    this.#depth++;
    return true;
  }

  get #where(): string {
    const token = this.tokens[this.at];
    return `${token?.file || this.path}:${token?.line ?? 0}`;
  }

  error(text: string): CorefileError {
    return new CorefileError(`${this.#where} - Error during parsing: ${text}`);
  }

  argError(): CorefileError {
    return this.error(
      this.word() === '{'
        ? "Unexpected token '{', expecting argument"
        : `Wrong argument count or unexpected line ending after '${this.word()}'`,
    );
  }

  syntaxError(expected: string): CorefileError {
    return new CorefileError(`${this.#where} - Syntax error: Unexpected token '${this.word()}', expecting '${expected}'`);
  }
}
