// The text being read, and where in it we are. Character classes as in libyaml.

/** What is wrong with a document, in go-yaml's words: "yaml: line 4: did not find expected key". */
export class YamlError extends Error {
  constructor(problem: string, line = 0) {
    super(`yaml: ${line === 0 ? '' : `line ${line}: `}${problem}`);
    this.name = 'YamlError';
  }
}

export const isBlank = (c: number): boolean => c === 32 || c === 9;
export const isBreak = (c: number): boolean => c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029;
export const isBreakOrEnd = (c: number): boolean => c === 0 || isBreak(c);
export const isBlankOrEnd = (c: number): boolean => isBlank(c) || isBreakOrEnd(c);

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[^]\ufeff/;

const lineText = /[^\0\r\n\u0085\u2028\u2029]+/y;

export class Source {
  private readonly text: string;
  index = 0;
  line = 0;
  private lineStart = 0;

  constructor(text: string) {
    // One mark says how the text is written, a second one the scanner passes over.
    const body = text.replace(/^\ufeff{1,2}/, '');
    if (forbidden.test(body)) throw new YamlError('control characters are not allowed');
    // NUL cannot occur in the text: here it marks the end.
    this.text = `${body}\0`;
  }

  get column(): number {
    return this.index - this.lineStart;
  }

  get atEnd(): boolean {
    return this.code(0) === 0;
  }

  code(ahead: number): number {
    return this.text.charCodeAt(this.index + ahead) || 0;
  }

  at(ahead: number): string {
    return this.text[this.index + ahead] ?? '\0';
  }

  skip(count = 1): void {
    this.index += count;
  }

  slice(from: number): string {
    return this.text.slice(from, this.index);
  }

  /** Steps over a line end and says what it stands for: "\n", but for the two Unicode separators. */
  skipBreak(): string {
    const c = this.code(0);
    this.index += c === 13 && this.code(1) === 10 ? 2 : 1;
    this.lineStart = this.index;
    this.line++;
    return c >= 0x2028 ? String.fromCharCode(c) : '\n';
  }

  /** What is left of the line, which stays to be read. */
  lineText(): string {
    const from = this.index;
    this.skipLineText();
    const text = this.slice(from);
    this.index = from;
    return text;
  }

  skipLineText(): void {
    this.advance(lineText);
  }

  /** As match(), where only the step is wanted. */
  advance(pattern: RegExp): void {
    pattern.lastIndex = this.index;
    if (pattern.test(this.text)) this.index = pattern.lastIndex;
  }

  /** `pattern` must be sticky. Steps over what it matches. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.index += found.length;
    return found;
  }

  /** "---" or "..." alone at the start of a line. */
  atDocumentMark(): boolean {
    if (this.column !== 0) return false;
    const c = this.code(0);
    return (c === 45 || c === 46) && this.code(1) === c && this.code(2) === c && isBlankOrEnd(this.code(3));
  }

  forceNewLine(): void {
    if (this.column === 0) return;
    this.lineStart = this.index;
    this.line++;
  }

  /** A scanner's error: at the line where we are, else where the construct began; nothing is said of the first line. */
  error(problem: string, began = 0): YamlError {
    const line = this.line || began;
    return new YamlError(problem, line === 0 ? 0 : line + 1);
  }
}
