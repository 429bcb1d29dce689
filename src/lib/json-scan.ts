// Steps over one JSON value in a text, with the syntax errors of Go's encoding/json. For streams of values and for messages.

/** `offset` counts the bytes read, the wrong one included. */
export class JsonSyntaxError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
    this.name = 'JsonSyntaxError';
  }
}

/** The text ends within a value. */
export class UnexpectedEof extends Error {
  constructor() {
    super('unexpected EOF');
  }
}

/** The index after the value that begins at `start` (blanks before it are skipped). */
export function scanJson(text: string, start: number): number {
  return new JsonScanner(text, start).value('looking for beginning of value');
}

const literals: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

class JsonScanner {
  constructor(
    private readonly text: string,
    private at: number,
  ) {}

  value(context: string): number {
    const c = this.skipBlanks();
    if (c === '{') this.members('{', '}', () => this.member());
    else if (c === '[') this.members('[', ']', () => this.value('looking for beginning of value'));
    else if (c === '"') this.string();
    else if (c === '-' || /[0-9]/.test(c)) this.number();
    else if (literals[c]) this.literal(literals[c]);
    else throw this.wrong(context);
    return this.at;
  }

  private members(open: '{' | '[', close: string, one: () => void): void {
    this.at++;
    if (this.skipBlanks() === close) {
      this.at++;
      return;
    }
    for (;;) {
      one();
      const c = this.skipBlanks();
      if (c === close) break;
      if (c !== ',') throw this.wrong(open === '{' ? 'after object key:value pair' : 'after array element');
      this.at++;
    }
    this.at++;
  }

  private member(): void {
    if (this.skipBlanks() !== '"') throw this.wrong('looking for beginning of object key string');
    this.string();
    if (this.skipBlanks() !== ':') throw this.wrong('after object key');
    this.at++;
    this.value('looking for beginning of value');
  }

  private string(): void {
    for (this.at++; ; this.at++) {
      const c = this.current();
      if (c === '"') break;
      if (c < ' ') throw this.wrong('in string literal');
      if (c !== '\\') continue;
      this.at++;
      const escape = this.current();
      if (!'bfnrt"\\/u'.includes(escape)) throw this.wrong('in string escape code');
      if (escape !== 'u') continue;
      for (let i = 0; i < 4; i++) {
        this.at++;
        if (!/[0-9a-fA-F]/.test(this.current())) throw this.wrong('in \\u hexadecimal character escape');
      }
    }
    this.at++;
  }

  private number(): void {
    if (this.text[this.at] === '-') this.at++;
    if (this.current() === '0') this.at++;
    else this.digits('in numeric literal');
    if (this.text[this.at] === '.') {
      this.at++;
      this.digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.text[this.at] ?? '')) {
      this.at++;
      if (/[-+]/.test(this.current())) this.at++;
      this.digits('in exponent of numeric literal');
    }
  }

  private digits(context: string): void {
    if (!/[0-9]/.test(this.current())) throw this.wrong(context);
    while (/[0-9]/.test(this.text[this.at] ?? '')) this.at++;
  }

  private literal(word: string): void {
    for (let i = 0; i < word.length; i++, this.at++) {
      if (this.current() !== word[i]) throw this.wrong(`in literal ${word} (expecting ${quote(word[i] as string)})`);
    }
  }

  private skipBlanks(): string {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at++;
    return this.current();
  }

  private current(): string {
    const c = this.text[this.at];
    if (c === undefined) throw new UnexpectedEof();
    return c;
  }

  private wrong(context: string): JsonSyntaxError {
    const c = String.fromCodePoint(this.text.codePointAt(this.at) as number);
    const offset = Buffer.byteLength(this.text.slice(0, this.at)) + 1;
    return new JsonSyntaxError(`invalid character ${quote(c)} ${context}`, offset);
  }
}

const quote = (c: string): string => (c === "'" ? "'\\''" : c === '"' ? `'"'` : `'${JSON.stringify(c).slice(1, -1)}'`);
