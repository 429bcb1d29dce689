// YAML text exactly as `kubectl -o yaml` prints it: sorted keys, quotes only where needed, lines folded after 80 columns.
// Mirrors the emitter of go.yaml.in/yaml/v2 behind sigs.k8s.io/yaml. No setting of a YAML package gives this text.
import { goNumber } from '../go-format.js';
import { compareKeys } from './key-order.js';
import { isBreak, isPrintable, isSimple, scalarStyle } from './scalar-style.js';

/** One document, newline included. Fields that are undefined are left out, as in JSON. */
export function toYaml(value: unknown): string {
  const emitter = new Emitter();
  emitter.node(value, -1, false);
  return emitter.finish();
}

const bestWidth = 80;

const escapes: Readonly<Record<number, string>> = {
  0: '0',
  7: 'a',
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  27: 'e',
  34: '"',
  92: '\\',
  133: 'N',
  160: '_',
  8232: 'L',
  8233: 'P',
};

function escape(c: number): string {
  const short = escapes[c];
  if (short !== undefined) return `\\${short}`;
  const hex = c.toString(16).toUpperCase();
  if (c <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return c <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

class Emitter {
  private readonly out: string[] = [];
  private column = 0;
  /** Was the last character a blank (or the line's start)? */
  private whitespace = true;
  /** Has the line nothing but indentation and indicators so far? Then a nested collection may begin on it. */
  private indention = true;

  finish(): string {
    if (this.column > 0) this.newline();
    return this.out.join('');
  }

  /** `indent` is that of the enclosing collection, -1 at the root. */
  node(value: unknown, indent: number, inMapping: boolean): void {
    if (typeof value === 'string') this.scalar(value, Math.max(indent, 0) + 2, false);
    else if (Array.isArray(value)) this.sequence(value, indent, inMapping);
    else if (typeof value === 'object' && value !== null) this.mapping(value as Record<string, unknown>, indent);
    else this.word(typeof value === 'number' ? goNumber(value) : typeof value === 'undefined' ? 'null' : String(value));
  }

  private sequence(items: readonly unknown[], indent: number, inMapping: boolean): void {
    if (items.length === 0) return this.word('[]');
    // A list under a key starts in the key's own column.
    const own = indent < 0 ? 0 : inMapping && !this.indention ? indent : indent + 2;
    for (const item of items) {
      this.indentTo(own);
      this.indicator('-', true, true);
      this.node(item, own, false);
    }
  }

  private mapping(fields: Readonly<Record<string, unknown>>, indent: number): void {
    const keys = Object.keys(fields).filter((key) => fields[key] !== undefined);
    if (keys.length === 0) return this.word('{}');
    const own = indent < 0 ? 0 : indent + 2;
    for (const key of keys.sort(compareKeys)) {
      this.indentTo(own);
      if (Buffer.byteLength(key) <= 128 && !/[\n\r\u0085\u2028\u2029]/.test(key)) {
        this.scalar(key, own + 2, true);
        this.put(':');
        this.whitespace = false;
        this.indention = false;
      } else {
        this.indicator('?', true, true);
        this.scalar(key, own + 2, false);
        this.indentTo(own);
        this.indicator(':', true, true);
      }
      this.node(fields[key], own, true);
    }
  }

  /** `indent` is where the scalar's own further lines begin. */
  private scalar(text: string, indent: number, isKey: boolean): void {
    if (isSimple(text)) return this.word(text);
    const codes = Array.from(text, (c) => c.codePointAt(0)!);
    const style = scalarStyle(text, codes, isKey);
    if (style === 'literal') return this.literal(codes, indent);
    if (style === 'double') this.double(codes, indent, isKey);
    else this.flowing(codes, indent, isKey, style === 'single');
    this.whitespace = false;
    this.indention = false;
  }

  /** Plain or single-quoted text; a long one is folded at a single blank. */
  private flowing(codes: readonly number[], indent: number, isKey: boolean, quoted: boolean): void {
    if (!this.whitespace) this.put(' ');
    if (quoted) this.put("'");
    const inner = (i: number): boolean => !quoted || (i > 0 && i < codes.length - 1);
    let afterSpace = false;
    let afterBreak = false;
    codes.forEach((c, i) => {
      if (c === 32) {
        if (!isKey && !afterSpace && this.column > bestWidth && inner(i) && codes[i + 1] !== 32) this.indentTo(indent);
        else this.putCode(c);
      } else if (isBreak(c)) {
        if (!afterBreak && c === 10) this.newline();
        this.putBreak(c);
        this.indention = true;
      } else {
        if (afterBreak) this.indentTo(indent);
        this.putCode(c);
        if (quoted && c === 39) this.put("'");
        this.indention = false;
      }
      if (c === 32) afterSpace = true;
      else if (isBreak(c)) afterBreak = true;
      else {
        afterSpace = false;
        afterBreak = false;
      }
    });
    if (quoted) this.put("'");
  }

  private double(codes: readonly number[], indent: number, isKey: boolean): void {
    if (!this.whitespace) this.put(' ');
    this.put('"');
    let afterSpace = false;
    codes.forEach((c, i) => {
      if (!isPrintable(c) || isBreak(c) || c === 34 || c === 92) this.put(escape(c));
      else if (c === 32 && !isKey && !afterSpace && this.column > bestWidth && i > 0 && i < codes.length - 1) {
        this.indentTo(indent);
        if (codes[i + 1] === 32) this.put('\\');
      } else this.putCode(c);
      afterSpace = c === 32;
    });
    this.put('"');
  }

  private literal(codes: readonly number[], indent: number): void {
    const last = codes.at(-1)!;
    const hint = codes[0] === 32 || isBreak(codes[0]!) ? '2' : '';
    const chomp = !isBreak(last) ? '-' : codes.length === 1 || isBreak(codes.at(-2)!) ? '+' : '';
    if (!this.whitespace) this.put(' ');
    this.put(`|${hint}${chomp}`);
    this.newline();
    this.indention = true;
    this.whitespace = true;
    let afterBreak = true;
    for (const c of codes) {
      if (isBreak(c)) {
        this.putBreak(c);
        this.indention = true;
        afterBreak = true;
        continue;
      }
      if (afterBreak) this.indentTo(indent);
      this.putCode(c);
      this.indention = false;
      afterBreak = false;
    }
  }

  private word(text: string): void {
    if (!this.whitespace) this.put(' ');
    this.put(text);
    this.whitespace = false;
    this.indention = false;
  }

  /** `-`, `?` and `:`: after them a blank counts as written, and a nested collection may begin on their line. */
  private indicator(text: string, whitespaceAfter: boolean, keepsIndention: boolean): void {
    if (!this.whitespace) this.put(' ');
    this.put(text);
    this.whitespace = !whitespaceAfter;
    this.indention = this.indention && keepsIndention;
  }

  private indentTo(indent: number): void {
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace)) this.newline();
    if (this.column < indent) this.put(' '.repeat(indent - this.column));
    this.whitespace = true;
    this.indention = true;
  }

  private put(text: string): void {
    this.out.push(text);
    this.column += text.length;
  }

  private putCode(c: number): void {
    this.out.push(String.fromCodePoint(c));
    this.column++;
  }

  private putBreak(c: number): void {
    if (c === 10) return this.newline();
    this.out.push(String.fromCodePoint(c));
    this.column = 0;
  }

  private newline(): void {
    this.out.push('\n');
    this.column = 0;
  }
}
