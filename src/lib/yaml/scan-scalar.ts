// The three ways to write text in YAML: plain, quoted, as a block. Line folding as in libyaml's scanner.
import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, type Source } from './source.js';

/** Collects the gap between two pieces of text on different lines, and says what it folds into. */
class Gap {
  blanks = '';
  private firstBreak = '';
  private furtherBreaks = '';

  get hasBreak(): boolean {
    return this.firstBreak !== '';
  }

  addBreak(text: string): void {
    if (this.firstBreak === '') {
      this.blanks = '';
      this.firstBreak = text;
    } else this.furtherBreaks += text;
  }

  /** An escaped line end: blanks before the next text vanish, nothing stands for the end itself. */
  addEscapedBreak(): void {
    this.firstBreak = '\\';
  }

  folded(): string {
    if (this.firstBreak === '') return this.blanks;
    if (this.firstBreak === '\\') return this.furtherBreaks;
    if (this.firstBreak === '\n') return this.furtherBreaks === '' ? ' ' : this.furtherBreaks;
    return this.firstBreak + this.furtherBreaks;
  }
}

export function scanPlainScalar(source: Source, parentIndent: number, flow: boolean): { text: string; endsAfterBreak: boolean } {
  const began = source.line;
  const indent = parentIndent + 1;
  let text = '';
  let gap = new Gap();
  while (!source.atDocumentMark() && source.at(0) !== '#') {
    const from = source.index;
    skipPlainText(source, flow);
    if (source.index > from) {
      text += gap.folded() + source.slice(from);
      gap = new Gap();
    }
    if (!isBlank(source.code(0)) && !isBreak(source.code(0))) break;
    while (isBlank(source.code(0)) || isBreak(source.code(0))) {
      if (isBreak(source.code(0))) gap.addBreak(source.skipBreak());
      else {
        if (gap.hasBreak && source.column < indent && source.at(0) === '\t') {
          throw source.error('found a tab character that violates indentation', began);
        }
        if (!gap.hasBreak) gap.blanks += source.at(0);
        source.skip();
      }
    }
    if (!flow && source.column < indent) break;
  }
  return { text, endsAfterBreak: gap.hasBreak };
}

const inBlock = /[^\0 \t\r\n\u0085\u2028\u2029:]+/y;
const inFlow = /[^\0 \t\r\n\u0085\u2028\u2029:,?[\]{}]+/y;

/** Up to a blank, a line end, a colon before either, and within brackets to what divides them. */
function skipPlainText(source: Source, flow: boolean): void {
  for (;;) {
    source.advance(flow ? inFlow : inBlock);
    if (source.code(0) !== 58 || isBlankOrEnd(source.code(1))) return;
    source.skip();
  }
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

export function scanQuotedScalar(source: Source): string {
  const began = source.line;
  const quote = source.at(0);
  source.skip();
  let text = '';
  let gap = new Gap();
  for (;;) {
    if (source.atDocumentMark()) throw source.error('found unexpected document indicator', began);
    if (source.atEnd) throw source.error('found unexpected end of stream', began);
    let piece = '';
    let escapedBreak = false;
    while (!isBlankOrEnd(source.code(0)) && !escapedBreak) {
      const c = source.at(0);
      if (c === quote) {
        if (quote === '"' || source.at(1) !== "'") break;
        piece += "'";
        source.skip(2);
      } else if (c === '\\' && quote === '"') {
        if (isBreak(source.code(1))) {
          source.skip();
          source.skipBreak();
          escapedBreak = true;
        } else piece += scanEscape(source, began);
      } else {
        piece += c;
        source.skip();
      }
    }
    if (piece !== '' || escapedBreak || source.at(0) === quote) {
      text += gap.folded() + piece;
      gap = new Gap();
      if (escapedBreak) gap.addEscapedBreak();
    }
    if (source.at(0) === quote) break;
    while (isBlank(source.code(0)) || isBreak(source.code(0))) {
      if (isBreak(source.code(0))) gap.addBreak(source.skipBreak());
      else {
        if (!gap.hasBreak) gap.blanks += source.at(0);
        source.skip();
      }
    }
  }
  source.skip();
  return text;
}

function scanEscape(source: Source, began: number): string {
  const kind = source.at(1);
  const simple = escapes[kind];
  if (simple !== undefined) {
    source.skip(2);
    return simple;
  }
  const length = hexDigits[kind];
  if (length === undefined) throw source.error('found unknown escape character', began);
  source.skip(2);
  const digits = source.match(new RegExp(`[0-9A-Fa-f]{${length}}`, 'y'));
  if (digits === '') throw source.error('did not find expected hexdecimal number', began);
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) throw source.error('found invalid Unicode character escape code', began);
  return String.fromCodePoint(code);
}

/** `|` and `>` with their hints: chomping (+ keep, - strip) and indentation. */
export function scanBlockScalar(source: Source, parentIndent: number): string {
  const began = source.line;
  const literal = source.at(0) === '|';
  source.skip();
  const hints = source.match(/[-+]?[0-9]?[-+]?/y);
  const digit = /[0-9]/.exec(hints)?.[0];
  if (digit === '0') throw source.error('found an indentation indicator equal to 0', began);
  source.match(/[ \t]*/y);
  if (source.at(0) === '#') source.skipLineText();
  if (!isBreakOrEnd(source.code(0))) throw source.error('did not find expected comment or line break', began);
  if (isBreak(source.code(0))) source.skipBreak();
  let indent = digit === undefined ? 0 : Math.max(parentIndent, 0) + Number(digit);

  let text = '';
  let lineEnd = '';
  let afterBlank = false;
  let breaks: string;
  ({ indent, breaks } = scanEmptyLines(source, parentIndent, indent, began));
  while (source.column === indent && !source.atEnd) {
    const onBlank = isBlank(source.code(0));
    const folds = !literal && lineEnd === '\n' && !afterBlank && !onBlank;
    text += folds ? (breaks === '' ? ' ' : '') : lineEnd;
    text += breaks;
    afterBlank = onBlank;
    const from = source.index;
    source.skipLineText();
    text += source.slice(from);
    lineEnd = isBreak(source.code(0)) ? source.skipBreak() : '';
    ({ breaks } = scanEmptyLines(source, parentIndent, indent, began));
  }
  if (hints.includes('-')) return text;
  return text + lineEnd + (hints.includes('+') ? breaks : '');
}

/** Indentation and empty lines; without a hint the first text line tells the indentation. */
function scanEmptyLines(source: Source, parentIndent: number, indent: number, began: number): { indent: number; breaks: string } {
  let breaks = '';
  let deepest = 0;
  for (;;) {
    while ((indent === 0 || source.column < indent) && source.at(0) === ' ') source.skip();
    deepest = Math.max(deepest, source.column);
    if ((indent === 0 || source.column < indent) && source.at(0) === '\t') {
      throw source.error('found a tab character where an indentation space is expected', began);
    }
    if (!isBreak(source.code(0))) break;
    breaks += source.skipBreak();
  }
  return { indent: indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent, breaks };
}
