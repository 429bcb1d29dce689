// Cuts a template into text and the tokens of its actions. Mirrors Go's text/template/parse/lex.go.

export type TokenType =
  | 'text'
  | 'open'
  | 'close'
  | 'space'
  | 'identifier'
  | 'field'
  | 'variable'
  | 'dot'
  | 'number'
  | 'char'
  | 'string'
  | 'declare'
  | 'assign'
  | 'pipe'
  | 'comma'
  | '('
  | ')'
  | 'eof';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly position: number;
}

export class TemplateError extends Error {}

/** "template: output:1: unclosed action" */
export const syntaxError = (source: string, position: number, message: string): TemplateError =>
  new TemplateError(`template: output:${source.slice(0, position).split('\n').length}: ${message}`);

export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const end = open < 0 ? source.length : open;
    const trims = open >= 0 && /^\{\{-[ \t\r\n]/.test(source.slice(open, open + 4));
    let text = source.slice(at, end);
    if (trimNext) text = text.trimStart();
    if (trims) text = text.trimEnd();
    if (text !== '') tokens.push({ type: 'text', text, position: at });
    if (open < 0) break;
    const inside = lexAction(source, open + (trims ? 3 : 2), tokens);
    at = inside.at;
    trimNext = inside.trims;
  }
  tokens.push({ type: 'eof', text: '', position: source.length });
  return tokens;
}

const comment = /^\s*\/\*([^]*?)\*\/\s*?( ?-)?\}\}/;

/** A function, because regular expressions with Unicode classes take a millisecond to make. */
const makeShapes = (): readonly [TokenType, RegExp][] => [
  ['space', /^[ \t\r\n]+/],
  ['declare', /^:=/],
  ['assign', /^=/],
  ['pipe', /^\|/],
  ['comma', /^,/],
  ['(', /^\(/],
  [')', /^\)/],
  ['variable', /^\$[\p{L}\p{Nd}_]*/u],
  ['number', /^[-+]?(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(\d[\d_]*)?\.?\d[\d_]*\.?([eE][-+]?\d+)?)/],
  ['field', /^\.[\p{L}\p{Nd}_]+/u],
  ['dot', /^\./],
  ['identifier', /^[\p{L}_][\p{L}\p{Nd}_]*/u],
  ['string', /^"(?:[^"\\\n]|\\.)*"/],
  ['string', /^`[^`]*`/],
  ['char', /^'(?:[^'\\\n]|\\.[^']*)'/],
];
let shapes: ReturnType<typeof makeShapes> | undefined;

function lexAction(source: string, start: number, tokens: Token[]): { at: number; trims: boolean } {
  const note = comment.exec(source.slice(start));
  if (note) return { at: start + note[0].length, trims: note[2] !== undefined };
  if (/^\s*\/\*/.test(source.slice(start))) throw syntaxError(source, start, 'unclosed comment');
  tokens.push({ type: 'open', text: '{{', position: start });
  let at = start;
  let parens = 0;
  for (;;) {
    const rest = source.slice(at);
    const close = /^([ \t\r\n]-)?\}\}/.exec(rest);
    if (close) {
      if (parens > 0) throw syntaxError(source, at, 'unclosed left paren');
      tokens.push({ type: 'close', text: '}}', position: at });
      return { at: at + close[0].length, trims: close[1] !== undefined };
    }
    if (rest === '') throw syntaxError(source, at, 'unclosed action');
    const found = match(rest, tokens.at(-1));
    if (!found) throw syntaxError(source, at, badCharacter(rest, tokens));
    const [type, text] = found;
    if (type === '(') parens++;
    if (type === ')' && --parens < 0) throw syntaxError(source, at, "unexpected right paren U+0029 ')'");
    tokens.push({ type, text, position: at });
    at += text.length;
  }
}

function match(rest: string, before: Token | undefined): [TokenType, string] | undefined {
  shapes ??= makeShapes();
  for (const [type, shape] of shapes) {
    const text = shape.exec(rest)?.[0];
    if (text === undefined || text === '') continue;
    // ".5" is a number, but "a.5" would be a field of a.
    if (type === 'number' && text.startsWith('.') && before && before.type !== 'space' && before.type !== 'open') continue;
    return [type, text];
  }
  return undefined;
}

function badCharacter(rest: string, before: readonly Token[]): string {
  if (rest.startsWith('"')) return 'unterminated quoted string';
  if (rest.startsWith('`')) return 'unterminated raw quoted string';
  if (rest.startsWith("'")) return 'unterminated character constant';
  const code = rest.codePointAt(0) ?? 0;
  const char = String.fromCodePoint(code);
  if (char === ':') return 'expected :=';
  const last = before.findLast((t) => t.type !== 'space');
  const place = last && ['open', 'pipe', 'declare', 'assign', '('].includes(last.type) ? 'command' : 'operand';
  if (/[\x21-\x7e]/.test(char) && !['field', 'variable', 'identifier'].includes(before.at(-1)?.type ?? ''))
    return `unexpected ${JSON.stringify(char)} in ${place}`;
  return `bad character U+${code.toString(16).toUpperCase().padStart(4, '0')} '${char}'`;
}
