// Reads an awk program.
import { AwkError, type Expr, type Rule, type Statement } from './syntax.js';

interface Token {
  readonly kind: 'number' | 'string' | 'regex' | 'name' | 'op' | 'newline' | 'end';
  readonly text: string;
  /** A blank before it: tells `f(x)` from `f (x)`. */
  readonly spaced: boolean;
}

const operators = /^(\*\*=|&&|\|\||\+\+|--|[-+*/%^<>!=]=|!~|\*\*|>>|[-+*/%^<>!=~?:;,(){}[\]$|])/;

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};
const unescape = (text: string): string =>
  text.replace(
    /\\(u?[0-7]{1,3}|[^])/g,
    (whole, c: string) => escapes[c] ?? (/^[0-7]+$/.test(c) ? String.fromCharCode(Number.parseInt(c, 8)) : whole),
  );

function tokens(source: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  const add = (kind: Token['kind'], text: string, length: number, spaced: boolean): void => {
    out.push({ kind, text, spaced });
    at += length;
  };
  for (;;) {
    const start = at;
    const blank = /^(?:[ \t\r]|\\\n|#[^\n]*)*/.exec(source.slice(at))?.[0].length ?? 0;
    at += blank;
    const spaced = at > start;
    const rest = source.slice(at);
    if (rest === '') break;
    const last = out.at(-1);
    // A slash divides after a value, and begins a pattern elsewhere.
    const value =
      last && (last.kind === 'number' || last.kind === 'string' || last.kind === 'name' || [')', ']', '$', '++', '--'].includes(last.text));
    const number = /^(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(rest);
    const name = /^[A-Za-z_]\w*/.exec(rest);
    const text = /^"((?:\\[^]|[^"\\])*)"/.exec(rest);
    const regex = value ? null : /^\/((?:\\[^]|\[[^\]]*\]|[^/\\\n])*)\//.exec(rest);
    if (rest[0] === '\n') add('newline', '\n', 1, spaced);
    else if (number) add('number', number[0], number[0].length, spaced);
    else if (name) add('name', name[0], name[0].length, spaced);
    else if (text) add('string', unescape(text[1] as string), text[0].length, spaced);
    else if (regex) add('regex', (regex[1] as string).replaceAll('\\/', '/'), regex[0].length, spaced);
    else {
      const op = operators.exec(rest)?.[0];
      if (op === undefined) throw new AwkError(rest[0] as string);
      add('op', op === '**' ? '^' : op === '**=' ? '^=' : op, op.length, spaced);
    }
  }
  out.push({ kind: 'end', text: '', spaced: false });
  return out;
}

const functions = new Set([
  'length',
  'substr',
  'index',
  'split',
  'sub',
  'gsub',
  'match',
  'sprintf',
  'tolower',
  'toupper',
  'int',
  'sqrt',
  'exp',
  'log',
  'sin',
  'cos',
  'atan2',
  'rand',
  'srand',
  'systime',
  'strftime',
]);

export const parseAwk = (source: string): Rule[] => new Parser(tokens(source)).program();

class Parser {
  #at = 0;
  /** Inside `print` without parentheses, > is a redirection. */
  #noGreater = false;

  constructor(private readonly all: readonly Token[]) {}

  get #next(): Token {
    return this.all[this.#at] as Token;
  }

  #is(text: string): boolean {
    return this.#next.text === text && (this.#next.kind === 'op' || this.#next.kind === 'name');
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw new AwkError(this.#next.text || 'the end of the program');
  }

  #lines(): void {
    while (this.#next.kind === 'newline' || this.#is(';')) this.#at++;
  }

  #newlines(): void {
    while (this.#next.kind === 'newline') this.#at++;
  }

  program(): Rule[] {
    const rules: Rule[] = [];
    for (this.#lines(); this.#next.kind !== 'end'; this.#lines()) rules.push(this.#rule());
    return rules;
  }

  #rule(): Rule {
    const printing: Statement = { kind: 'print', args: [], format: false };
    if (this.#is('function') || this.#is('func')) throw new AwkError('function');
    if (this.#is('BEGIN') || this.#is('END')) {
      const when = this.#next.text as 'BEGIN' | 'END';
      this.#at++;
      return { when, body: this.#block() };
    }
    if (this.#is('{')) return { when: 'always', body: this.#block() };
    const from = this.#expr();
    const to = this.#take(',') ? this.#expr() : undefined;
    return { when: { from, ...(to && { to }) }, body: this.#is('{') ? this.#block() : printing };
  }

  #block(): Statement {
    this.#newlines();
    this.#need('{');
    const list: Statement[] = [];
    for (this.#lines(); !this.#take('}'); this.#lines()) list.push(this.#statement());
    return { kind: 'block', list };
  }

  #body(): Statement {
    this.#newlines();
    if (this.#take(';')) return { kind: 'block', list: [] };
    return this.#statement();
  }

  #statement(): Statement {
    if (this.#is('{')) return this.#block();
    if (this.#take('if')) {
      const test = this.#inParens();
      const yes = this.#body();
      const back = this.#at;
      this.#lines();
      if (this.#take('else')) return { kind: 'if', test, yes, no: this.#body() };
      this.#at = back;
      return { kind: 'if', test, yes };
    }
    if (this.#take('while')) {
      const test = this.#inParens();
      return { kind: 'while', test, body: this.#body(), first: false };
    }
    if (this.#take('do')) {
      const body = this.#body();
      this.#lines();
      this.#need('while');
      return { kind: 'while', test: this.#inParens(), body, first: true };
    }
    if (this.#take('for')) return this.#for();
    return this.#simple();
  }

  #inParens(): Expr {
    this.#need('(');
    const e = this.#expr();
    this.#need(')');
    return e;
  }

  #for(): Statement {
    this.#need('(');
    const [name, , of] = this.all.slice(this.#at, this.#at + 3);
    if (name?.kind === 'name' && this.all[this.#at + 1]?.text === 'in' && of?.kind === 'name' && this.all[this.#at + 3]?.text === ')') {
      this.#at += 4;
      return { kind: 'each', name: name.text, of: of.text, body: this.#body() };
    }
    const init = this.#is(';') ? undefined : this.#simple();
    this.#need(';');
    this.#newlines();
    const test = this.#is(';') ? undefined : this.#expr();
    this.#need(';');
    this.#newlines();
    const step = this.#is(')') ? undefined : this.#simple();
    this.#need(')');
    return { kind: 'for', ...(init && { init }), ...(test && { test }), ...(step && { step }), body: this.#body() };
  }

  #simple(): Statement {
    const { text } = this.#next;
    if (text === 'print' || text === 'printf') return this.#print();
    if (text === 'next' || text === 'exit' || text === 'break' || text === 'continue') {
      this.#at++;
      const ends = this.#next.kind === 'newline' || this.#next.kind === 'end' || this.#is(';') || this.#is('}');
      return { kind: 'jump', to: text, ...(text === 'exit' && !ends && { code: this.#expr() }) };
    }
    if (this.#take('delete')) {
      const name = this.#next.text;
      this.#at++;
      return { kind: 'delete', name, keys: this.#take('[') ? this.#list(']') : undefined };
    }
    if (text === 'getline' || text === 'return' || text === 'nextfile') throw new AwkError(text);
    return { kind: 'expr', expr: this.#expr() };
  }

  #print(): Statement {
    const format = this.#next.text === 'printf';
    this.#at++;
    const before = this.#noGreater;
    this.#noGreater = true;
    let args: Expr[] = [];
    // print (a, b) > "f": the parentheses may be those of the list.
    const back = this.#at;
    if (this.#take('(')) {
      this.#noGreater = false;
      const inside = this.#list(')');
      const ends = ['newline', 'end'].includes(this.#next.kind) || [';', '}', '>', '>>', '|'].includes(this.#next.text);
      if (ends) args = inside;
      else this.#at = back;
      this.#noGreater = true;
    }
    if (args.length === 0 && !['newline', 'end'].includes(this.#next.kind) && ![';', '}', '>', '>>', '|'].includes(this.#next.text)) {
      args.push(this.#expr());
      while (this.#take(',')) args.push(this.#expr());
    }
    this.#noGreater = before;
    if (this.#is('|')) throw new AwkError('a pipe');
    const op = this.#next.text;
    if (this.#take('>') || this.#take('>>')) return { kind: 'print', args, format, to: { op, file: this.#concat() } };
    return { kind: 'print', args, format };
  }

  #list(end: string): Expr[] {
    const out: Expr[] = [];
    this.#newlines();
    while (!this.#take(end)) {
      out.push(this.#expr());
      this.#newlines();
      if (!this.#take(',') && !this.#is(end)) throw new AwkError(this.#next.text || 'the end of the program');
      this.#newlines();
    }
    return out;
  }

  #expr(): Expr {
    const left = this.#choice();
    const op = this.#next.text;
    if (this.#next.kind === 'op' && /^(=|[-+*/%^]=)$/.test(op) && ['var', 'index', 'field'].includes(left.kind)) {
      this.#at++;
      this.#newlines();
      return { kind: 'assign', to: left, op, value: this.#expr() };
    }
    return left;
  }

  #choice(): Expr {
    const test = this.#or();
    if (!this.#take('?')) return test;
    this.#newlines();
    const yes = this.#expr();
    this.#newlines();
    this.#need(':');
    this.#newlines();
    return { kind: 'choice', test, yes, no: this.#expr() };
  }

  #chain(ops: readonly string[], below: () => Expr): Expr {
    let left = below();
    while (this.#next.kind === 'op' && ops.includes(this.#next.text)) {
      const op = this.#next.text;
      this.#at++;
      this.#newlines();
      left = { kind: 'binary', op, left, right: below() };
    }
    return left;
  }

  #or = (): Expr => this.#chain(['||'], this.#and);
  #and = (): Expr => this.#chain(['&&'], this.#in);

  #in = (): Expr => {
    let left = this.#match();
    while (this.#take('in')) {
      left = { kind: 'in', keys: [left], name: this.#next.text };
      this.#at++;
    }
    return left;
  };

  #match = (): Expr => this.#chain(['~', '!~'], this.#compare);

  #compare = (): Expr => {
    const left = this.#concat();
    const op = this.#next.text;
    if (this.#next.kind !== 'op' || !['<', '<=', '==', '!=', '>', '>='].includes(op) || (op === '>' && this.#noGreater)) return left;
    this.#at++;
    return { kind: 'binary', op, left, right: this.#concat() };
  };

  #concat(): Expr {
    let left = this.#sum();
    for (;;) {
      const { kind, text } = this.#next;
      const starts =
        kind === 'number' ||
        kind === 'string' ||
        (kind === 'name' && text !== 'in') ||
        (kind === 'op' && ['$', '!', '(', '-', '+', '++', '--'].includes(text));
      if (!starts || (kind === 'op' && ['-', '+', '!'].includes(text))) return left;
      left = { kind: 'binary', op: ' ', left, right: this.#sum() };
    }
  }

  #sum = (): Expr => this.#chain(['+', '-'], this.#product);
  #product = (): Expr => this.#chain(['*', '/', '%'], this.#unary);

  #unary = (): Expr => {
    for (const op of ['!', '-', '+']) if (this.#next.kind === 'op' && this.#take(op)) return { kind: 'unary', op, of: this.#unary() };
    return this.#power();
  };

  #power(): Expr {
    const left = this.#step();
    return this.#next.kind === 'op' && this.#take('^') ? { kind: 'binary', op: '^', left, right: this.#unary() } : left;
  }

  #step(): Expr {
    for (const op of ['++', '--']) if (this.#take(op)) return { kind: 'step', to: this.#primary(), by: op === '++' ? 1 : -1, before: true };
    const e = this.#primary();
    if (['var', 'index', 'field'].includes(e.kind))
      for (const op of ['++', '--']) if (this.#take(op)) return { kind: 'step', to: e, by: op === '++' ? 1 : -1, before: false };
    return e;
  }

  #primary(): Expr {
    const { kind, text } = this.#next;
    this.#at++;
    if (kind === 'number') return { kind: 'number', value: Number(text) };
    if (kind === 'string') return { kind: 'string', value: text };
    if (kind === 'regex') return { kind: 'regex', source: text };
    if (kind === 'op' && text === '$') return { kind: 'field', of: this.#step() };
    if (kind === 'op' && text === '(') {
      const before = this.#noGreater;
      this.#noGreater = false;
      const list = this.#list(')');
      this.#noGreater = before;
      if (list.length === 1) return list[0] as Expr;
      if (!this.#take('in')) throw new AwkError(',');
      const name = this.#next.text;
      this.#at++;
      return { kind: 'in', keys: list, name };
    }
    if (kind !== 'name') throw new AwkError(text === '' ? 'the end of the program' : text);
    if (text === 'getline') throw new AwkError('getline');
    if (functions.has(text)) return { kind: 'call', name: text, args: this.#take('(') ? this.#list(')') : [] };
    if (this.#is('(') && !this.#next.spaced) throw new AwkError(`${text}()`);
    if (this.#take('[')) return { kind: 'index', name: text, keys: this.#list(']') };
    return { kind: 'var', name: text };
  }
}
