// Reads a shell program: one recursive descent over its characters, since what a character means depends on where it stands.
import type { AndOr, Command, List, Part, Pipeline, Redirect, Word } from './syntax.js';
import { SyntaxError } from './syntax.js';

const reserved = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}', ')', ';;']);
const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

export const parse = (source: string): List => new Parser(source).program();

/** A word alone: what stands between the quotes of a here-document. */
export const parseText = (source: string): Word => new Parser(source).hereText();

class Parser {
  #at = 0;
  #pending: { redirect: { target: Word }; end: string; quoted: boolean; tabs: boolean }[] = [];

  constructor(private readonly source: string) {}

  program(): List {
    const list = this.#list([]);
    this.#blank(true);
    if (this.#at < this.source.length) this.#fail(this.#peekToken() || this.source[this.#at]);
    return list;
  }

  #fail(token: string | undefined): never {
    throw new SyntaxError(
      token === undefined || token === '' ? 'syntax error: unexpected end of file' : `syntax error: unexpected "${token}"`,
    );
  }

  #blank(lines: boolean): void {
    for (;;) {
      const c = this.source[this.#at];
      if (c === ' ' || c === '\t' || (c === '\\' && this.source[this.#at + 1] === '\n')) this.#at += c === '\\' ? 2 : 1;
      else if (c === '#') while (this.#at < this.source.length && this.source[this.#at] !== '\n') this.#at++;
      else if (c === '\n' && lines) this.#newline();
      else return;
    }
  }

  #newline(): void {
    this.#at++;
    for (const doc of this.#pending.splice(0)) doc.redirect.target = this.#hereDocument(doc);
  }

  #hereDocument({ end, quoted, tabs }: { end: string; quoted: boolean; tabs: boolean }): Word {
    const lines: string[] = [];
    while (this.#at < this.source.length) {
      const stop = this.source.indexOf('\n', this.#at);
      let line = this.source.slice(this.#at, stop < 0 ? undefined : stop);
      this.#at = stop < 0 ? this.source.length : stop + 1;
      if (tabs) line = line.replace(/^\t+/, '');
      if (line === end) break;
      lines.push(`${line}\n`);
    }
    const text = lines.join('');
    return quoted ? [{ kind: 'text', text, quoted: true }] : parseText(text);
  }

  /** The operator or bare word that comes next, not consumed. */
  #peekToken(): string {
    this.#blank(false);
    const rest = this.source.slice(this.#at, this.#at + 64);
    return /^(&&|\|\||;;|[;&|()\n]|[^\s;&|()<>"'$`\\]+)/.exec(rest)?.[0] ?? '';
  }

  #take(token: string): boolean {
    if (this.#peekToken() !== token) return false;
    this.#at += token.length;
    return true;
  }

  #expect(token: string): void {
    this.#blank(true);
    if (!this.#take(token)) this.#fail(this.#peekToken() || this.source[this.#at]);
  }

  #list(ends: readonly string[]): List {
    const list: AndOr[] = [];
    for (;;) {
      this.#blank(true);
      const next = this.#peekToken();
      if (this.#at >= this.source.length || ends.includes(next)) return list;
      if (reserved.has(next)) {
        if (ends.length === 0) this.#fail(next);
        return list;
      }
      list.push(this.#andOr());
    }
  }

  #body(...ends: string[]): List {
    const list = this.#list(ends);
    if (list.length === 0) this.#fail(this.#peekToken());
    return list;
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: ['&&' | '||', Pipeline][] = [];
    for (;;) {
      const op = this.#peekToken();
      if (op !== '&&' && op !== '||') break;
      this.#at += 2;
      this.#blank(true);
      rest.push([op, this.#pipeline()]);
    }
    const background = this.#peekToken() === '&' && this.#take('&');
    if (!background) this.#take(';');
    return { first, rest, background };
  }

  #pipeline(): Pipeline {
    const not = this.#take('!');
    const commands = [this.#command()];
    while (this.#peekToken() === '|') {
      this.#at++;
      this.#blank(true);
      commands.push(this.#command());
    }
    return { not, commands };
  }

  #command(): Command {
    const token = this.#peekToken();
    switch (token) {
      case 'if':
        return this.#if();
      case 'while':
      case 'until': {
        this.#take(token);
        const test = this.#body('do');
        return { kind: 'while', until: token === 'until', test, body: this.#doGroup(), redirects: this.#redirects() };
      }
      case 'for':
        return this.#for();
      case 'case':
        return this.#case();
      case '{': {
        this.#take('{');
        const list = this.#body('}');
        this.#expect('}');
        return { kind: 'group', list, redirects: this.#redirects() };
      }
      case '(': {
        this.#take('(');
        const list = this.#body(')');
        this.#expect(')');
        return { kind: 'subshell', list, redirects: this.#redirects() };
      }
      default:
        return this.#simple();
    }
  }

  #if(): Command {
    this.#take('if');
    const branches: [List, List][] = [];
    let otherwise: List | undefined;
    for (;;) {
      const test = this.#body('then');
      this.#expect('then');
      branches.push([test, this.#body('elif', 'else', 'fi')]);
      if (this.#take('elif')) continue;
      if (this.#take('else')) otherwise = this.#body('fi');
      this.#expect('fi');
      return { kind: 'if', branches, otherwise, redirects: this.#redirects() };
    }
  }

  #doGroup(): List {
    this.#expect('do');
    const body = this.#body('done');
    this.#expect('done');
    return body;
  }

  #for(): Command {
    this.#take('for');
    const name = this.#peekToken();
    if (!isName(name)) this.#fail(name);
    this.#take(name);
    this.#blank(true);
    let words: Word[] | undefined;
    if (this.#take('in')) {
      words = [];
      for (let w = this.#word(); w; w = this.#word()) words.push(w);
    }
    this.#take(';');
    return { kind: 'for', name, words, body: this.#doGroup(), redirects: this.#redirects() };
  }

  #case(): Command {
    this.#take('case');
    const word = this.#word() ?? this.#fail(this.#peekToken());
    this.#expect('in');
    const items: { patterns: Word[]; body: List }[] = [];
    for (;;) {
      this.#blank(true);
      if (this.#take('esac')) return { kind: 'case', word, items, redirects: this.#redirects() };
      this.#take('(');
      const patterns: Word[] = [];
      do patterns.push(this.#word() ?? this.#fail(this.#peekToken()));
      while (this.#take('|'));
      this.#expect(')');
      const body = this.#list([';;', 'esac']);
      this.#blank(true);
      this.#take(';;');
      items.push({ patterns, body });
    }
  }

  #redirects(): Redirect[] {
    const all: Redirect[] = [];
    for (let r = this.#redirect(); r; r = this.#redirect()) all.push(r);
    return all;
  }

  #redirect(): Redirect | undefined {
    this.#blank(false);
    const match = /^(\d*)(<<-?|<>|<&|>>|>&|>\||<|>)/.exec(this.source.slice(this.#at, this.#at + 8));
    if (!match) return undefined;
    this.#at += match[0].length;
    const [, digits = '', op = ''] = match;
    const fd = digits === '' ? (op.startsWith('<') ? 0 : 1) : Number(digits);
    this.#blank(false);
    if (op.startsWith('<<')) {
      const raw = this.source.slice(this.#at);
      const word = this.#word() ?? this.#fail(this.#peekToken());
      const redirect = { fd, op: '<<' as const, target: [] as Word };
      this.#pending.push({
        redirect,
        end: word.map((p) => (p.kind === 'text' ? p.text : '')).join(''),
        quoted: /^[^\s]*["'\\]/.test(raw),
        tabs: op === '<<-',
      });
      return redirect;
    }
    return { fd, op: op as Redirect['op'], target: this.#word() ?? this.#fail(this.#peekToken()) };
  }

  #simple(): Command {
    const assigns: [string, Word][] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const redirect = this.#redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      const assign = words.length === 0 ? /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(this.source.slice(this.#at)) : null;
      if (assign) {
        this.#at += assign[0].length;
        assigns.push([assign[1] as string, this.#word(true) ?? []]);
        continue;
      }
      const word = this.#word();
      if (!word) break;
      words.push(word);
      const only = word.length === 1 ? word[0] : undefined;
      if (words.length === 1 && only?.kind === 'text' && !only.quoted && isName(only.text) && this.#peekToken() === '(')
        return this.#function(only.text);
    }
    if (words.length + assigns.length + redirects.length === 0) this.#fail(this.#peekToken() || this.source[this.#at]);
    return { kind: 'simple', assigns, words, redirects };
  }

  #function(name: string): Command {
    this.#take('(');
    this.#expect(')');
    this.#blank(true);
    return { kind: 'function', name, body: this.#command() };
  }

  /** `here`: right after "=", where an empty word may stand. */
  #word(here = false): Word | undefined {
    if (!here) this.#blank(false);
    const parts: Part[] = [];
    for (;;) {
      const c = this.source[this.#at];
      if (c === undefined || /[\s;&|()<>]/.test(c)) break;
      if (c === '\\' && this.source[this.#at + 1] === '\n') this.#at += 2;
      else parts.push(...this.#part(c));
    }
    return parts.length > 0 || here ? parts : undefined;
  }

  #part(c: string): Part[] {
    if (c === "'") {
      const end = this.source.indexOf("'", this.#at + 1);
      if (end < 0) throw new SyntaxError('syntax error: unterminated quoted string');
      const text = this.source.slice(this.#at + 1, end);
      this.#at = end + 1;
      return [{ kind: 'text', text, quoted: true }];
    }
    if (c === '"') {
      this.#at++;
      const parts: Part[] = [{ kind: 'text', text: '', quoted: true }];
      while (this.source[this.#at] !== '"') {
        if (this.#at >= this.source.length) throw new SyntaxError('syntax error: unterminated quoted string');
        parts.push(this.#inQuotes('"'));
      }
      this.#at++;
      return parts;
    }
    if (c === '$' || c === '`') return [this.#dollar(false)];
    if (c === '\\') {
      const text = this.source[this.#at + 1] ?? '\\';
      this.#at += 2;
      return [{ kind: 'text', text, quoted: true }];
    }
    const start = this.#at;
    while (this.#at < this.source.length && !/[\s;&|()<>"'$`\\]/.test(this.source[this.#at] as string)) this.#at++;
    return [{ kind: 'text', text: this.source.slice(start, this.#at), quoted: false }];
  }

  #inQuotes(end: string): Part {
    const c = this.source[this.#at] as string;
    if (c === '$' || c === '`') return this.#dollar(true);
    if (c === '\\') {
      const next = this.source[this.#at + 1] ?? '';
      this.#at += 2;
      const special = next === '$' || next === '`' || next === '\\' || next === '\n' || (next === end && end !== '');
      return { kind: 'text', text: next === '\n' ? '' : special ? next : `\\${next}`, quoted: true };
    }
    const start = this.#at;
    while (this.#at < this.source.length && !'$`\\'.includes(this.source[this.#at] as string) && this.source[this.#at] !== end) this.#at++;
    return { kind: 'text', text: this.source.slice(start, this.#at), quoted: true };
  }

  hereText(): Word {
    const parts: Part[] = [];
    while (this.#at < this.source.length) parts.push(this.#inQuotes(''));
    return parts;
  }

  #dollar(quoted: boolean): Part {
    if (this.source[this.#at] === '`') {
      let inner = '';
      for (this.#at++; this.source[this.#at] !== '`'; this.#at++) {
        if (this.#at >= this.source.length) throw new SyntaxError('syntax error: EOF in backquote substitution');
        if (this.source[this.#at] === '\\' && '$`\\'.includes(this.source[this.#at + 1] ?? ' ')) this.#at++;
        inner += this.source[this.#at];
      }
      this.#at++;
      return { kind: 'command', list: parse(inner), quoted };
    }
    this.#at++;
    const c = this.source[this.#at] ?? '';
    if (this.source.startsWith('((', this.#at)) {
      const end = this.#closing(this.#at + 2);
      if (this.source[end + 1] === ')') {
        const inner = this.source.slice(this.#at + 2, end);
        this.#at = end + 2;
        return { kind: 'arithmetic', word: parseText(inner), quoted };
      }
    }
    if (c === '(') {
      this.#at++;
      const list = this.#list([')']);
      this.#blank(true);
      if (this.source[this.#at] !== ')') this.#fail(this.source[this.#at]);
      this.#at++;
      return { kind: 'command', list, quoted };
    }
    if (c === '{') return this.#braces(quoted);
    const name = /^([A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(this.source.slice(this.#at))?.[0];
    if (!name) return { kind: 'text', text: '$', quoted };
    this.#at += name.length;
    return { kind: 'param', name, op: '', word: undefined, length: false, quoted };
  }

  /** Index of the parenthesis that closes what opened before `from`. */
  #closing(from: number): number {
    let depth = 1;
    for (let i = from; i < this.source.length; i++) {
      if (this.source[i] === '(') depth++;
      else if (this.source[i] === ')' && --depth === 0) return i;
    }
    return this.source.length;
  }

  #braces(quoted: boolean): Part {
    this.#at++;
    const head = /^(#?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])/.exec(this.source.slice(this.#at));
    if (!head) throw new SyntaxError('syntax error: bad substitution');
    this.#at += head[0].length;
    const op = /^(:?[-=+?]|%%?|##?|\/\/?|:)?/.exec(this.source.slice(this.#at))?.[0] ?? '';
    this.#at += op.length;
    const parts: Part[] = [];
    while (this.source[this.#at] !== '}') {
      if (this.#at >= this.source.length) throw new SyntaxError('syntax error: missing "}"');
      const c = this.source[this.#at] as string;
      if (c === "'" && !quoted) parts.push(...this.#part(c));
      else if (c === '"') parts.push(...this.#part(c));
      else {
        const part = this.#inQuotes('}');
        // Plain characters are a pattern's own after % and #, however the whole is quoted.
        parts.push(part.kind === 'text' && c !== '\\' ? { ...part, quoted: false } : part);
      }
    }
    this.#at++;
    return { kind: 'param', name: head[2] as string, op, word: op === '' ? undefined : parts, length: head[1] === '#', quoted };
  }
}
