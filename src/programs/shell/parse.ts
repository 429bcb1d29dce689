// Reads a shell program: one recursive descent over its characters, since what a character means depends on where it stands.
import type { AndOr, ArrayAssign, Command, Dialect, List, Pipeline, Redirect, Word } from './syntax.js';
import { SyntaxError } from './syntax.js';
import { WordReader } from './words.js';

const reserved = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}', ')', ';;']);
const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

export const parse = (source: string, dialect: Dialect = 'ash'): List => new Parser(source, dialect).program();

/** A word alone: what stands between the quotes of a here-document. */
export const parseText = (source: string): Word => new Parser(source).hereText();

class Parser extends WordReader {
  protected pending: { redirect: { target: Word }; end: string; quoted: boolean; tabs: boolean }[] = [];

  program(): List {
    const list = this.list([]);
    this.blank(true);
    if (this.at < this.source.length) this.fail(this.peekToken() || this.source[this.at]);
    return list;
  }

  protected blank(lines: boolean): void {
    for (;;) {
      const c = this.source[this.at];
      if (c === ' ' || c === '\t' || (c === '\\' && this.source[this.at + 1] === '\n')) this.at += c === '\\' ? 2 : 1;
      else if (c === '#') while (this.at < this.source.length && this.source[this.at] !== '\n') this.at++;
      else if (c === '\n' && lines) this.newline();
      else return;
    }
  }

  protected newline(): void {
    this.at++;
    for (const doc of this.pending.splice(0)) doc.redirect.target = this.hereDocument(doc);
  }

  protected hereDocument({ end, quoted, tabs }: { end: string; quoted: boolean; tabs: boolean }): Word {
    const lines: string[] = [];
    while (this.at < this.source.length) {
      const stop = this.source.indexOf('\n', this.at);
      let line = this.source.slice(this.at, stop < 0 ? undefined : stop);
      this.at = stop < 0 ? this.source.length : stop + 1;
      if (tabs) line = line.replace(/^\t+/, '');
      if (line === end) break;
      lines.push(`${line}\n`);
    }
    const text = lines.join('');
    return quoted ? [{ kind: 'text', text, quoted: true }] : parseText(text);
  }

  /** The operator or bare word that comes next, not consumed. */
  protected peekToken(): string {
    this.blank(false);
    const rest = this.source.slice(this.at, this.at + 64);
    return /^(&&|\|\||;;|[;&|()\n]|[^\s;&|()<>"'$`\\]+)/.exec(rest)?.[0] ?? '';
  }

  protected take(token: string): boolean {
    if (this.peekToken() !== token) return false;
    this.at += token.length;
    return true;
  }

  protected expect(token: string): void {
    this.blank(true);
    if (!this.take(token)) this.fail(this.peekToken() || this.source[this.at]);
  }

  protected list(ends: readonly string[]): List {
    const list: AndOr[] = [];
    for (;;) {
      this.blank(true);
      const next = this.peekToken();
      if (this.at >= this.source.length || ends.includes(next)) return list;
      if (reserved.has(next)) {
        if (ends.length === 0) this.fail(next);
        return list;
      }
      list.push(this.andOr());
    }
  }

  protected body(...ends: string[]): List {
    const list = this.list(ends);
    if (list.length === 0) this.fail(this.peekToken());
    return list;
  }

  protected andOr(): AndOr {
    const first = this.pipeline();
    const rest: ['&&' | '||', Pipeline][] = [];
    for (;;) {
      const op = this.peekToken();
      if (op !== '&&' && op !== '||') break;
      this.at += 2;
      this.blank(true);
      rest.push([op, this.pipeline()]);
    }
    const background = this.peekToken() === '&' && this.take('&');
    if (!background) this.take(';');
    return { first, rest, background };
  }

  protected pipeline(): Pipeline {
    const timed = this.dialect === 'bash' && this.take('time');
    const not = this.take('!');
    const commands = [this.command()];
    while (this.peekToken() === '|') {
      this.at++;
      this.blank(true);
      commands.push(this.command());
    }
    return { not, commands, ...(timed && { timed }) };
  }

  protected command(): Command {
    const token = this.peekToken();
    switch (token) {
      case 'if':
        return this.if();
      case 'while':
      case 'until': {
        this.take(token);
        const test = this.body('do');
        return { kind: 'while', until: token === 'until', test, body: this.doGroup(), redirects: this.redirects() };
      }
      case 'for':
        return this.for();
      case 'case':
        return this.case();
      case '{': {
        this.take('{');
        const list = this.body('}');
        this.expect('}');
        return { kind: 'group', list, redirects: this.redirects() };
      }
      case 'function':
        if (this.dialect === 'dash') return this.simple();
        this.take('function');
        return this.named();
      case '(': {
        if (this.dialect === 'bash' && this.source.startsWith('((', this.at)) {
          const end = this.closing(this.at + 2);
          if (this.source[end + 1] === ')') {
            const text = parseText(this.source.slice(this.at + 2, end));
            this.at = end + 2;
            return { kind: 'arith', text, redirects: this.redirects() };
          }
        }
        this.take('(');
        const list = this.body(')');
        this.expect(')');
        return { kind: 'subshell', list, redirects: this.redirects() };
      }
      default:
        if (this.dialect !== 'dash' && /^\[\[\s/.test(this.source.slice(this.at, this.at + 3))) return this.cond();
        return this.simple();
    }
  }

  /** `function name { ... }` */
  protected named(): Command {
    const name = this.peekToken();
    this.take(name);
    if (this.take('(')) this.expect(')');
    this.blank(true);
    return { kind: 'function', name, body: this.command() };
  }

  protected cond(): Command {
    this.at += 2;
    const items: (Word | string)[] = [];
    for (;;) {
      this.blank(true);
      const rest = this.source.slice(this.at);
      if (rest === '') this.fail('');
      if (/^\]\](?![^\s;&|)])/.test(rest)) break;
      const op = /^(&&|\|\||[()<>])/.exec(rest)?.[0];
      if (op !== undefined) {
        this.at += op.length;
        items.push(op);
      } else if (items.at(-1) === '=~') {
        // A pattern ends at the first blank outside its parentheses.
        const raw = /^(?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]|[^\s()])+/.exec(rest)?.[0] ?? this.fail(rest[0]);
        this.at += raw.length;
        items.push(parseText(raw.replace(/^(['"])(.*)\1$/, '$2')));
      } else {
        const word = this.word() ?? this.fail(rest[0]);
        const only = word.length === 1 && word[0]?.kind === 'text' && !word[0].quoted ? word[0].text : undefined;
        items.push(only !== undefined && /^(==?|!=|=~|!|-[a-z]{1,2})$/.test(only) ? only : word);
      }
    }
    this.at += 2;
    return { kind: 'cond', items, redirects: this.redirects() };
  }

  protected if(): Command {
    this.take('if');
    const branches: [List, List][] = [];
    let otherwise: List | undefined;
    for (;;) {
      const test = this.body('then');
      this.expect('then');
      branches.push([test, this.body('elif', 'else', 'fi')]);
      if (this.take('elif')) continue;
      if (this.take('else')) otherwise = this.body('fi');
      this.expect('fi');
      return { kind: 'if', branches, otherwise, redirects: this.redirects() };
    }
  }

  protected doGroup(): List {
    this.expect('do');
    const body = this.body('done');
    this.expect('done');
    return body;
  }

  protected for(): Command {
    this.take('for');
    this.blank(false);
    if (this.dialect === 'bash' && this.source.startsWith('((', this.at)) return this.count();
    const name = this.peekToken();
    if (name === '(') throw new SyntaxError('syntax error: bad for loop variable');
    if (!isName(name)) this.fail(name);
    this.take(name);
    this.blank(true);
    let words: Word[] | undefined;
    if (this.take('in')) {
      words = [];
      for (let w = this.word(); w; w = this.word()) words.push(w);
    }
    this.take(';');
    return { kind: 'for', name, words, body: this.doGroup(), redirects: this.redirects() };
  }

  /** for ((init; test; step)) */
  protected count(): Command {
    const end = this.closing(this.at + 2);
    const [init = '', test = '', step = ''] = this.source.slice(this.at + 2, end).split(';');
    this.at = end + 2;
    this.take(';');
    const body = this.doGroup();
    return { kind: 'count', init: parseText(init), test: parseText(test), step: parseText(step), body, redirects: this.redirects() };
  }

  protected case(): Command {
    this.take('case');
    const word = this.word() ?? this.fail(this.peekToken());
    this.expect('in');
    const items: { patterns: Word[]; body: List }[] = [];
    for (;;) {
      this.blank(true);
      if (this.take('esac')) return { kind: 'case', word, items, redirects: this.redirects() };
      this.take('(');
      const patterns: Word[] = [];
      do patterns.push(this.word() ?? this.fail(this.peekToken()));
      while (this.take('|'));
      this.expect(')');
      const body = this.list([';;', 'esac']);
      this.blank(true);
      this.take(';;');
      items.push({ patterns, body });
    }
  }

  protected redirects(): Redirect[] {
    const all: Redirect[] = [];
    for (let r = this.redirect(); r; r = this.redirect()) all.push(r);
    return all;
  }

  protected redirect(): Redirect | undefined {
    this.blank(false);
    const ahead = this.source.slice(this.at, this.at + 8);
    const both = this.dialect === 'dash' ? null : /^&>>?/.exec(ahead);
    if (both) {
      this.at += both[0].length;
      this.blank(false);
      return { fd: 1, op: both[0] as Redirect['op'], target: this.word() ?? this.fail(this.peekToken()) };
    }
    const match = /^(\d*)(<<<|<<-?|<>|<&|>>|>&|>\||<|>)/.exec(ahead);
    if (!match) return undefined;
    if (/^\d*[<>]\(/.test(ahead) && this.dialect === 'bash') throw new SyntaxError('kubelab: process substitution is not simulated');
    if (match[2] === '<<<' && this.dialect !== 'bash') throw new SyntaxError('syntax error: unexpected redirection');
    this.at += match[0].length;
    const [, digits = '', op = ''] = match;
    const fd = digits === '' ? (op.startsWith('<') ? 0 : 1) : Number(digits);
    this.blank(false);
    if (op === '<<' || op === '<<-') {
      const raw = this.source.slice(this.at);
      const word = this.word() ?? this.fail(this.peekToken());
      const redirect = { fd, op: '<<' as const, target: [] as Word };
      this.pending.push({
        redirect,
        end: word.map((p) => (p.kind === 'text' ? p.text : '')).join(''),
        quoted: /^[^\s]*["'\\]/.test(raw),
        tabs: op === '<<-',
      });
      return redirect;
    }
    return { fd, op: op as Redirect['op'], target: this.word() ?? this.fail(this.peekToken()) };
  }

  protected simple(): Command {
    const assigns: [string, Word][] = [];
    const arrays: ArrayAssign[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (;;) {
      const redirect = this.redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      const array = this.dialect === 'bash' && words.length === 0 ? this.arrayAssign() : undefined;
      if (array) {
        arrays.push(array);
        continue;
      }
      const assign = words.length === 0 ? /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(this.source.slice(this.at)) : null;
      if (assign) {
        this.at += assign[0].length;
        // Only bash knows lists of values.
        if (this.source[this.at] === '(') this.fail('(');
        assigns.push([assign[1] as string, this.word(true) ?? []]);
        continue;
      }
      const word = this.word();
      if (!word) break;
      words.push(word);
      const only = word.length === 1 ? word[0] : undefined;
      if (words.length === 1 && only?.kind === 'text' && !only.quoted && isName(only.text) && this.peekToken() === '(')
        return this.function(only.text);
    }
    if (words.length + assigns.length + arrays.length + redirects.length === 0) this.fail(this.peekToken() || this.source[this.at]);
    return { kind: 'simple', assigns, words, redirects, ...(arrays.length > 0 && { arrays }) };
  }

  /** a=(x y), a+=(z), a[1]=x, a+=x */
  protected arrayAssign(): ArrayAssign | undefined {
    const match = /^([A-Za-z_]\w*)(?:\[([^\]]*)\])?(\+?)=(\(?)/.exec(this.source.slice(this.at));
    if (!match || (match[2] === undefined && match[3] === '' && match[4] === '')) return undefined;
    const [whole, name = '', index, plus = '', open = ''] = match;
    this.at += whole.length;
    const values: Word[] = [];
    if (open === '') values.push(this.word(true) ?? []);
    else {
      for (this.blank(true); this.source[this.at] !== ')'; this.blank(true)) values.push(this.word() ?? this.fail(this.source[this.at]));
      this.at++;
    }
    return { name, append: plus === '+', ...(index !== undefined && { index }), values, list: open !== '' };
  }

  protected function(name: string): Command {
    this.take('(');
    this.expect(')');
    this.blank(true);
    return { kind: 'function', name, body: this.command() };
  }

  protected programOf(text: string): List {
    return parse(text, this.dialect);
  }

  protected textOf(text: string): Word {
    return parseText(text);
  }
}
