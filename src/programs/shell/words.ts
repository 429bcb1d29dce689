// Words of a shell program: quotes, parameters, substitutions. What they mean is expand.ts' business.
import { type Dialect, type List, type Part, SyntaxError, type Word } from './syntax.js';

export abstract class WordReader {
  protected at = 0;

  constructor(
    protected readonly source: string,
    protected readonly dialect: Dialect = 'ash',
  ) {}

  /** Commands up to one of these tokens. */
  protected abstract list(ends: readonly string[]): List;
  /** Passes over blanks and comments; over newlines as well when `lines`. */
  protected abstract blank(lines: boolean): void;
  /** A program that stands in backquotes. */
  protected abstract programOf(text: string): List;
  /** A text of which every character stands for itself but $ and backquotes. */
  protected abstract textOf(text: string): Word;

  protected fail(token: string | undefined): never {
    throw new SyntaxError(
      token === undefined || token === '' ? 'syntax error: unexpected end of file' : `syntax error: unexpected "${token}"`,
    );
  }

  /** `here`: right after "=", where an empty word may stand. */
  protected word(here = false): Word | undefined {
    if (!here) this.blank(false);
    const parts: Part[] = [];
    for (;;) {
      const c = this.source[this.at];
      if (c === undefined || /[\s;&|()<>]/.test(c)) break;
      if (c === '\\' && this.source[this.at + 1] === '\n') this.at += 2;
      else parts.push(...this.part(c));
    }
    return parts.length > 0 || here ? parts : undefined;
  }

  protected part(c: string): Part[] {
    if (c === "'") {
      const end = this.source.indexOf("'", this.at + 1);
      if (end < 0) throw new SyntaxError('syntax error: unterminated quoted string');
      const text = this.source.slice(this.at + 1, end);
      this.at = end + 1;
      return [{ kind: 'text', text, quoted: true }];
    }
    if (c === '"') {
      this.at++;
      const parts: Part[] = [{ kind: 'text', text: '', quoted: true }];
      while (this.source[this.at] !== '"') {
        if (this.at >= this.source.length) throw new SyntaxError('syntax error: unterminated quoted string');
        parts.push(this.inQuotes('"'));
      }
      this.at++;
      return parts;
    }
    if (c === '$' && this.source[this.at + 1] === "'" && this.dialect !== 'dash') {
      const text = /^\$'((?:\\[^]|[^'\\])*)'/.exec(this.source.slice(this.at));
      if (!text) throw new SyntaxError('syntax error: unterminated quoted string');
      this.at += text[0].length;
      return [{ kind: 'text', text: unescape((text[1] as string).replaceAll("\\'", "'")), quoted: true }];
    }
    if (c === '$' || c === '`') return [this.dollar(false)];
    if (c === '\\') {
      const text = this.source[this.at + 1] ?? '\\';
      this.at += 2;
      return [{ kind: 'text', text, quoted: true }];
    }
    const start = this.at;
    while (this.at < this.source.length && !/[\s;&|()<>"'$`\\]/.test(this.source[this.at] as string)) this.at++;
    return [{ kind: 'text', text: this.source.slice(start, this.at), quoted: false }];
  }

  protected inQuotes(end: string): Part {
    const c = this.source[this.at] as string;
    if (c === '$' || c === '`') return this.dollar(true);
    if (c === '\\') {
      const next = this.source[this.at + 1] ?? '';
      this.at += 2;
      const special = next === '$' || next === '`' || next === '\\' || next === '\n' || (next === end && end !== '');
      return { kind: 'text', text: next === '\n' ? '' : special ? next : `\\${next}`, quoted: true };
    }
    const start = this.at;
    while (this.at < this.source.length && !'$`\\'.includes(this.source[this.at] as string) && this.source[this.at] !== end) this.at++;
    return { kind: 'text', text: this.source.slice(start, this.at), quoted: true };
  }

  hereText(): Word {
    const parts: Part[] = [];
    while (this.at < this.source.length) parts.push(this.inQuotes(''));
    return parts;
  }

  protected dollar(quoted: boolean): Part {
    if (this.source[this.at] === '`') {
      let inner = '';
      for (this.at++; this.source[this.at] !== '`'; this.at++) {
        if (this.at >= this.source.length) throw new SyntaxError('syntax error: EOF in backquote substitution');
        if (this.source[this.at] === '\\' && '$`\\'.includes(this.source[this.at + 1] ?? ' ')) this.at++;
        inner += this.source[this.at];
      }
      this.at++;
      return { kind: 'command', list: this.programOf(inner), quoted };
    }
    this.at++;
    const c = this.source[this.at] ?? '';
    if (this.source.startsWith('((', this.at)) {
      const end = this.closing(this.at + 2);
      if (this.source[end + 1] === ')') {
        const inner = this.source.slice(this.at + 2, end);
        this.at = end + 2;
        return { kind: 'arithmetic', word: this.textOf(inner), quoted };
      }
    }
    if (c === '(') {
      this.at++;
      const list = this.list([')']);
      this.blank(true);
      if (this.source[this.at] !== ')') this.fail(this.source[this.at]);
      this.at++;
      return { kind: 'command', list, quoted };
    }
    if (c === '{') return this.braces(quoted);
    const name = /^([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(this.source.slice(this.at))?.[0];
    if (!name) return { kind: 'text', text: '$', quoted };
    this.at += name.length;
    return { kind: 'param', name, op: '', word: undefined, length: false, quoted };
  }

  /** Index of the parenthesis that closes what opened before `from`. */
  protected closing(from: number): number {
    let depth = 1;
    for (let i = from; i < this.source.length; i++) {
      if (this.source[i] === '(') depth++;
      else if (this.source[i] === ')' && --depth === 0) return i;
    }
    return this.source.length;
  }

  protected braces(quoted: boolean): Part {
    this.at++;
    const head = /^(#?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])/.exec(this.source.slice(this.at));
    if (!head) throw new SyntaxError('syntax error: bad substitution');
    this.at += head[0].length;
    const index = this.dialect === 'bash' ? /^\[([^\]]*)\]/.exec(this.source.slice(this.at)) : null;
    this.at += index?.[0].length ?? 0;
    const op = this.operator();
    this.at += op.length;
    const parts: Part[] = [];
    while (this.source[this.at] !== '}') {
      if (this.at >= this.source.length) throw new SyntaxError('syntax error: missing "}"');
      const c = this.source[this.at] as string;
      if (c === "'" && !quoted) parts.push(...this.part(c));
      else if (c === '"') parts.push(...this.part(c));
      else {
        const part = this.inQuotes('}');
        // Plain characters are a pattern's own after % and #, however the whole is quoted.
        parts.push(part.kind === 'text' && c !== '\\' ? { ...part, quoted: false } : part);
      }
    }
    this.at++;
    return {
      kind: 'param',
      name: head[2] as string,
      op,
      word: op === '' ? undefined : parts,
      length: head[1] === '#',
      quoted,
      ...(index && { index: index[1] as string }),
    };
  }

  /** What stands after the name in ${name...}; only some shells know all of it. */
  protected operator(): string {
    const rest = this.source.slice(this.at);
    const op = (this.dialect === 'bash' ? /^(:?[-=+?]|%%?|##?|\/\/?|\^\^?|,,?|:)?/ : /^(:?[-=+?]|%%?|##?|\/\/?|:)?/).exec(rest)?.[0] ?? '';
    const unknown = op === '' ? rest[0] !== '}' : this.dialect === 'dash' && /^(\/\/?|:)$/.test(op);
    if (unknown) throw new SyntaxError('bad substitution');
    return op;
  }
}

/** Backslashes as echo -e, printf and $'...' read them. */
export const unescape = (text: string): string =>
  text.replace(/\\(n|t|r|a|b|f|v|\\|e|0[0-7]{0,3}|x[0-9a-fA-F]{1,2})/g, (_, c: string) => {
    const simple: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', e: '\x1b' };
    if (c in simple) return simple[c] as string;
    return String.fromCharCode(c.startsWith('x') ? Number.parseInt(c.slice(1), 16) : Number.parseInt(c.slice(1) || '0', 8));
  });
