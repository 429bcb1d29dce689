// The parser of kubectl's JSONPath dialect: text with {actions}. Mirrors k8s.io/client-go/util/jsonpath/parser.go, error texts included.

/** One slice bound: unknown means absent. `derived` marks the end that [n] implies. */
export interface Bound {
  readonly value: number | undefined;
  readonly derived?: boolean;
}

export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'value'; readonly value: number | boolean }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'slice'; readonly bounds: readonly [Bound, Bound, Bound] }
  | { readonly type: 'filter'; readonly left: readonly Node[]; readonly operator: string; readonly right: readonly Node[] }
  | { readonly type: 'union'; readonly paths: readonly (readonly Node[])[] }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' };

/** Literal text outside braces, or the nodes of one {action}. */
export type Part = { readonly text: string } | { readonly action: readonly Node[] };

export class JSONPathError extends Error {}

export function parseTemplate(template: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open !== at) parts.push({ text: template.slice(at, open < 0 ? undefined : open) });
    if (open < 0) break;
    const [action, end] = parseAction(template, open + 1);
    parts.push({ action });
    at = end;
  }
  return parts;
}

const terminators = /[ \t\r\n.,[\]$@{}]/;

/** Nodes from `start` up to and over the closing brace. */
function parseAction(text: string, start: number): [Node[], number] {
  const nodes: Node[] = [];
  let at = start;

  function word(): string {
    const from = at;
    while (at < text.length && !terminators.test(text[at] as string)) at++;
    return text.slice(from, at);
  }

  function field(): void {
    const from = at;
    while (at < text.length && !terminators.test(text[at] as string)) at += text[at] === '\\' ? 2 : 1;
    at = Math.min(at, text.length);
    const name = text.slice(from, at);
    nodes.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') });
  }

  /** The index after the quoted string that begins at `at`. */
  function quoted(quote: string): void {
    const from = at++;
    while (at < text.length && text[at] !== '\n' && !(text[at] === quote && text[at - 1] !== '\\')) at++;
    if (text[at] !== quote) throw new JSONPathError('unterminated quoted string');
    nodes.push({ type: 'text', text: unquote(text.slice(from, ++at)) });
  }

  function array(): void {
    const end = text.slice(at).search(/[\]\n]/);
    if (end < 0 || text[at + end] === '\n') throw new JSONPathError('unterminated array');
    nodes.push(...arrayNodes(text.slice(at + 1, at + end)));
    at += end + 1;
  }

  function filter(): void {
    const from = at + 3;
    let quote = '';
    let closed = false;
    for (at = from; ; at++) {
      const c = text[at];
      if (c === undefined || c === '\n') throw new JSONPathError('unterminated filter');
      if ((c === '"' || c === "'") && quote === '') quote = c;
      else if (c === quote && text[at - 1] !== '\\') closed = true;
      else if (c === ')' && (quote === '') === !closed) break;
    }
    const condition = text.slice(from, at);
    if (text[at + 1] !== ']') throw new JSONPathError('unclosed array expect ]');
    at += 2;
    const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/s.exec(condition) ?? [];
    nodes.push({
      type: 'filter',
      left: parsePath(left ?? condition),
      operator: operator ?? 'exists',
      right: right === undefined ? [] : parsePath(right),
    });
  }

  for (;;) {
    const c = text[at];
    if (c === '}') return [nodes, at + 1];
    if (c === undefined || c === '\n' || c === '\r') throw new JSONPathError('unclosed action');
    if (text.startsWith('[?(', at)) filter();
    else if (text.startsWith('..', at)) {
      if (nodes.at(-1)?.type === 'recursive') throw new JSONPathError('invalid multiple recursive descent');
      at += 2;
      nodes.push({ type: 'recursive' });
      if (/[\p{L}\p{Nd}_]/u.test(text[at] ?? '')) field();
    } else if (c === ' ' || c === '@' || c === '$') at++;
    else if (c === '[') array();
    else if (c === '"' || c === "'") quoted(c);
    else if (c === '.') {
      at++;
      field();
    } else if (/[-+0-9]/.test(c)) {
      const [digits = ''] = /^[-+]?[0-9.]*/.exec(text.slice(at)) ?? [];
      if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(digits)) throw new JSONPathError(`cannot parse number ${digits}`);
      nodes.push({ type: 'value', value: Number(digits) });
      at += digits.length;
    } else if (/[\p{L}\p{Nd}_]/u.test(c)) {
      const name = word();
      nodes.push(name === 'true' || name === 'false' ? { type: 'value', value: name === 'true' } : { type: 'identifier', name });
    } else throw new JSONPathError(`unrecognized character in action: ${unicode(text, at)}`);
  }
}

function unicode(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  const char = String.fromCodePoint(code);
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char) ? `U+${hex} '${char}'` : `U+${hex}`;
}

/** The path inside an action; text after a stray closing brace is dropped, as upstream does. */
const parsePath = (text: string): Node[] => parseAction(`${text}}`, 0)[0];

function arrayNodes(inside: string): Node[] {
  const text = inside === '*' ? ':' : inside;
  const parts = text.split(',');
  if (parts.length > 1) return [{ type: 'union', paths: parts.map((p) => parsePath(`[${p.replace(/^ +| +$/g, '')}]`)) }];
  const key = /^'([^']*)'$/.exec(text);
  if (key) return parsePath(`.${key[1]}`);
  const slice = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (!slice) throw new JSONPathError(`invalid array index ${text}`);
  const start = number(slice[1] ?? '');
  const end: Bound = slice[2] === undefined ? { value: (start ?? 0) + 1, derived: true } : { value: number(slice[2].slice(1)) };
  return [{ type: 'slice', bounds: [{ value: start }, end, { value: number((slice[3] ?? ':').slice(1)) }] }];
}

function number(digits: string): number | undefined {
  if (digits === '') return undefined;
  if (digits === '-') throw new JSONPathError(`array index ${digits} is not a number`);
  return Number(digits);
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** strconv.Unquote that takes single quotes around strings too. */
function unquote(literal: string): string {
  const quote = literal[0] as string;
  return literal.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.|$)/gs, (_, code: string) => {
    if (/^[xuU]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    const char = code === quote ? quote : escapes[code];
    if (char === undefined) throw new JSONPathError(`unquote string ${literal} error invalid syntax`);
    return char;
  });
}
