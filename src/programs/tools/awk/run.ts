// Runs an awk program over its records.
import type { Process } from '../../process.js';
import { normalPath } from '../../files.js';
import { extended } from '../regex.js';
import { formatted } from './format.js';
import { AwkError, type Expr, type Rule, type Statement } from './syntax.js';

/** A value; text that came from outside and looks like a number compares as one. */
type Value = number | string | { readonly text: string };

class Jump extends Error {
  constructor(
    readonly to: string,
    readonly code = 0,
  ) {
    super(to);
  }
}

const looksNumeric = (text: string): boolean => /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text);

export class Awk {
  readonly #vars = new Map<string, Value>();
  readonly #arrays = new Map<string, Map<string, Value>>();
  readonly #ranges = new Set<Rule>();
  readonly #opened = new Set<string>();
  #fields: string[] = [];
  #record = '';

  constructor(
    private readonly p: Process,
    private readonly rules: readonly Rule[],
  ) {
    for (const [name, value] of Object.entries({ FS: ' ', OFS: ' ', ORS: '\n', RS: '\n', SUBSEP: '\x1c', CONVFMT: '%.6g', OFMT: '%.6g' }))
      this.#vars.set(name, value);
    const environment = new Map<string, Value>();
    for (const [k, v] of p.env) environment.set(k, { text: v });
    this.#arrays.set('ENVIRON', environment);
  }

  set(name: string, value: string): void {
    this.#vars.set(name, { text: value });
  }

  run(inputs: readonly { readonly name: string; readonly text: string }[]): number {
    let code = 0;
    try {
      this.#each('BEGIN');
      if (this.rules.some((r) => r.when !== 'BEGIN')) this.#records(inputs);
    } catch (e) {
      if (!(e instanceof Jump) || e.to !== 'exit') throw e;
      code = e.code;
    }
    try {
      this.#each('END');
    } catch (e) {
      if (!(e instanceof Jump) || e.to !== 'exit') throw e;
      code = e.code;
    }
    return code;
  }

  #each(when: 'BEGIN' | 'END'): void {
    for (const r of this.rules) if (r.when === when) this.#do(r.body);
  }

  #records(inputs: readonly { readonly name: string; readonly text: string }[]): void {
    let n = 0;
    for (const { name, text } of inputs) {
      this.#vars.set('FILENAME', name);
      const separator = this.#text(this.#vars.get('RS') ?? '\n');
      const by = separator === '' ? /\n\n+/ : separator.length === 1 ? separator : new RegExp(extended(separator));
      const records = text === '' ? [] : text.replace(separator === '' ? /\n+$/ : /\n$/, '').split(by);
      for (const [i, record] of records.entries()) {
        this.p.machine.spend();
        this.#vars.set('NR', ++n);
        this.#vars.set('FNR', i + 1);
        this.#setRecord(record);
        try {
          for (const r of this.rules) if (this.#applies(r)) this.#do(r.body);
        } catch (e) {
          if (!(e instanceof Jump) || e.to !== 'next') throw e;
        }
      }
    }
  }

  #applies(rule: Rule): boolean {
    if (rule.when === 'always') return true;
    if (rule.when === 'BEGIN' || rule.when === 'END') return false;
    const { from, to } = rule.when;
    if (!to) return this.#true(this.#value(from));
    if (!this.#ranges.has(rule)) {
      if (!this.#true(this.#value(from))) return false;
      this.#ranges.add(rule);
    }
    if (this.#true(this.#value(to))) this.#ranges.delete(rule);
    return true;
  }

  #split(text: string, by: string): string[] {
    if (by === ' ') return text.trim() === '' ? [] : text.trim().split(/[ \t\n]+/);
    if (text === '') return [];
    if (by === '') return [...text];
    return text.split(by.length === 1 && by !== '\\' ? by : new RegExp(extended(by)));
  }

  #setRecord(text: string): void {
    this.#record = text;
    this.#fields = this.#split(text, this.#text(this.#vars.get('FS') ?? ' '));
    this.#vars.set('NF', this.#fields.length);
  }

  #join(): void {
    this.#record = this.#fields.join(this.#text(this.#vars.get('OFS') ?? ' '));
    this.#vars.set('NF', this.#fields.length);
  }

  #number(v: Value | undefined): number {
    if (typeof v === 'number') return v;
    const text = v === undefined ? '' : typeof v === 'string' ? v : v.text;
    return Number(/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(text)?.[0] ?? 0);
  }

  #text(v: Value | undefined): string {
    if (typeof v !== 'number') return v === undefined ? '' : typeof v === 'string' ? v : v.text;
    return Number.isInteger(v) ? String(v) : String(Number(v.toPrecision(6)));
  }

  #true(v: Value): boolean {
    if (typeof v === 'number') return v !== 0;
    if (typeof v === 'string') return v !== '';
    return looksNumeric(v.text) ? Number(v.text) !== 0 : v.text !== '';
  }

  #array(name: string): Map<string, Value> {
    let a = this.#arrays.get(name);
    if (!a) this.#arrays.set(name, (a = new Map()));
    return a;
  }

  #key(keys: readonly Expr[]): string {
    return keys.map((k) => this.#text(this.#value(k))).join('\x1c');
  }

  #regex(e: Expr, flags = ''): RegExp {
    return new RegExp(extended(e.kind === 'regex' ? e.source : this.#text(this.#value(e))), flags);
  }

  #value(e: Expr): Value {
    this.p.machine.spend();
    switch (e.kind) {
      case 'number':
      case 'string':
        return e.value;
      case 'regex':
        return Number(new RegExp(extended(e.source)).test(this.#record));
      case 'var':
        return this.#vars.get(e.name) ?? { text: '' };
      case 'index': {
        const a = this.#array(e.name);
        const key = this.#key(e.keys);
        if (!a.has(key)) a.set(key, { text: '' });
        return a.get(key) as Value;
      }
      case 'field': {
        const n = this.#number(this.#value(e.of));
        return { text: n === 0 ? this.#record : (this.#fields[n - 1] ?? '') };
      }
      case 'assign': {
        const right = this.#value(e.value);
        const value = e.op === '=' ? right : this.#arithmetic(e.op.slice(0, -1), this.#number(this.#value(e.to)), this.#number(right));
        this.#store(e.to, value);
        return value;
      }
      case 'step': {
        const old = this.#number(this.#value(e.to));
        this.#store(e.to, old + e.by);
        return e.before ? old + e.by : old;
      }
      case 'unary': {
        const v = this.#value(e.of);
        return e.op === '!' ? Number(!this.#true(v)) : e.op === '-' ? -this.#number(v) : this.#number(v);
      }
      case 'in':
        return Number(this.#array(e.name).has(this.#key(e.keys)));
      case 'choice':
        return this.#true(this.#value(e.test)) ? this.#value(e.yes) : this.#value(e.no);
      case 'call':
        return this.#call(e.name, e.args);
      case 'binary':
        return this.#binary(e.op, e.left, e.right);
    }
  }

  #store(to: Expr, value: Value): void {
    if (to.kind === 'var') {
      this.#vars.set(to.name, value);
      if (to.name !== 'NF') return;
      const n = this.#number(value);
      this.#fields = Array.from({ length: n }, (_, i) => this.#fields[i] ?? '');
      this.#join();
    } else if (to.kind === 'index') this.#array(to.name).set(this.#key(to.keys), value);
    else if (to.kind === 'field') {
      const n = this.#number(this.#value(to.of));
      if (n === 0) {
        this.#setRecord(this.#text(value));
        return;
      }
      while (this.#fields.length < n) this.#fields.push('');
      this.#fields[n - 1] = this.#text(value);
      this.#join();
    }
  }

  #arithmetic(op: string, a: number, b: number): number {
    if ((op === '/' || op === '%') && b === 0) throw new AwkError('division by zero');
    const results: Readonly<Record<string, () => number>> = {
      '+': () => a + b,
      '-': () => a - b,
      '*': () => a * b,
      '/': () => a / b,
      '%': () => a % b,
      '^': () => a ** b,
    };
    return (results[op] as () => number)();
  }

  #binary(op: string, left: Expr, right: Expr): Value {
    if (op === '&&') return Number(this.#true(this.#value(left)) && this.#true(this.#value(right)));
    if (op === '||') return Number(this.#true(this.#value(left)) || this.#true(this.#value(right)));
    if (op === '~' || op === '!~') return Number(this.#regex(right).test(this.#text(this.#value(left))) === (op === '~'));
    const [a, b] = [this.#value(left), this.#value(right)];
    if (op === ' ') return this.#text(a) + this.#text(b);
    if (!['<', '<=', '==', '!=', '>', '>='].includes(op)) return this.#arithmetic(op, this.#number(a), this.#number(b));
    const numeric = (v: Value): boolean => typeof v === 'number' || (typeof v === 'object' && (looksNumeric(v.text) || v.text === ''));
    const byNumber = numeric(a) && numeric(b) && !(typeof a === 'object' && typeof b === 'object' && (a.text === '' || b.text === ''));
    const [x, y] = byNumber ? [this.#number(a), this.#number(b)] : [this.#text(a), this.#text(b)];
    const verdict = op === '<' ? x < y : op === '<=' ? x <= y : op === '==' ? x === y : op === '!=' ? x !== y : op === '>' ? x > y : x >= y;
    return Number(verdict);
  }

  #call(name: string, args: readonly Expr[]): Value {
    const text = (i: number): string => this.#text(args[i] ? this.#value(args[i] as Expr) : { text: '' });
    const number = (i: number): number => this.#number(args[i] ? this.#value(args[i] as Expr) : 0);
    switch (name) {
      case 'length': {
        const [of] = args;
        if (of?.kind === 'var' && this.#arrays.has(of.name)) return this.#array(of.name).size;
        return (of ? text(0) : this.#record).length;
      }
      case 'substr': {
        const start = Math.round(number(1));
        const end = args[2] ? start + Math.round(number(2)) : Number.POSITIVE_INFINITY;
        return text(0).slice(Math.max(0, start - 1), Math.max(0, end - 1));
      }
      case 'index':
        return text(0).indexOf(text(1)) + 1;
      case 'tolower':
        return text(0).toLowerCase();
      case 'toupper':
        return text(0).toUpperCase();
      case 'int':
        return Math.trunc(number(0));
      case 'sqrt':
      case 'exp':
      case 'log':
      case 'sin':
      case 'cos':
        return Math[name](number(0));
      case 'atan2':
        return Math.atan2(number(0), number(1));
      case 'rand':
        return this.p.machine.host.pick(1_000_000) / 1_000_000;
      case 'srand':
        return 0;
      case 'systime':
        return Math.floor(this.p.machine.now / 1000);
      case 'sprintf':
        return this.#format(args);
      case 'split': {
        const by = args[2] ? (args[2].kind === 'regex' ? args[2].source : text(2)) : this.#text(this.#vars.get('FS') ?? ' ');
        const parts = this.#split(text(0), by);
        const to = args[1]?.kind === 'var' ? args[1].name : '';
        this.#arrays.set(to, new Map(parts.map((x, i): [string, Value] => [String(i + 1), { text: x }])));
        return parts.length;
      }
      case 'match': {
        const found = this.#regex(args[1] as Expr).exec(text(0));
        this.#vars.set('RSTART', found ? found.index + 1 : 0);
        this.#vars.set('RLENGTH', found ? found[0].length : -1);
        return found ? found.index + 1 : 0;
      }
      case 'sub':
      case 'gsub': {
        const target = args[2] ?? ({ kind: 'field', of: { kind: 'number', value: 0 } } as const);
        let n = 0;
        const with_ = text(1);
        const next = this.#text(this.#value(target)).replace(this.#regex(args[0] as Expr, name === 'gsub' ? 'g' : ''), (hit) => {
          n++;
          return with_.replace(/\\\\&|\\&|&/g, (x) => (x === '&' ? hit : '&'));
        });
        if (n > 0) this.#store(target, next);
        return n;
      }
      default:
        throw new AwkError(`${name}()`);
    }
  }

  #format(args: readonly Expr[]): string {
    const [format, ...rest] = args.map((a) => this.#value(a));
    let i = 0;
    return formatted(this.#text(format), () => {
      const value = rest[i++];
      return { text: this.#text(value), number: this.#number(value), isNumber: typeof value === 'number' };
    });
  }

  #do(s: Statement): void {
    this.p.machine.spend();
    switch (s.kind) {
      case 'expr':
        this.#value(s.expr);
        return;
      case 'print':
        this.#print(s);
        return;
      case 'block':
        for (const x of s.list) this.#do(x);
        return;
      case 'if':
        if (this.#true(this.#value(s.test))) this.#do(s.yes);
        else if (s.no) this.#do(s.no);
        return;
      case 'while':
        if (s.first) this.#turn(s.body);
        while (this.#true(this.#value(s.test))) if (!this.#turn(s.body)) return;
        return;
      case 'for':
        if (s.init) this.#do(s.init);
        while (!s.test || this.#true(this.#value(s.test))) {
          if (!this.#turn(s.body)) return;
          if (s.step) this.#do(s.step);
        }
        return;
      case 'each':
        for (const key of Array.from(this.#array(s.of).keys())) {
          this.#vars.set(s.name, { text: key });
          if (!this.#turn(s.body)) return;
        }
        return;
      case 'delete':
        if (s.keys) this.#array(s.name).delete(this.#key(s.keys));
        else this.#array(s.name).clear();
        return;
      case 'jump':
        throw new Jump(s.to, s.code ? this.#number(this.#value(s.code)) : 0);
    }
  }

  /** False: the loop was left. */
  #turn(body: Statement): boolean {
    try {
      this.#do(body);
    } catch (e) {
      if (!(e instanceof Jump) || (e.to !== 'break' && e.to !== 'continue')) throw e;
      return e.to === 'continue';
    }
    return true;
  }

  #print(s: Extract<Statement, { kind: 'print' }>): void {
    const ofs = this.#text(this.#vars.get('OFS') ?? ' ');
    const text = s.format
      ? this.#format(s.args)
      : `${s.args.length === 0 ? this.#record : s.args.map((a) => this.#text(this.#value(a))).join(ofs)}${this.#text(this.#vars.get('ORS') ?? '\n')}`;
    if (!s.to) {
      this.p.out(text);
      return;
    }
    const file = this.#text(this.#value(s.to.file));
    if (file === '/dev/stderr') this.p.err(text);
    else if (file === '/dev/stdout' || file === '-') this.p.out(text);
    else this.p.machine.files.write(normalPath(file, this.p.cwd), text, s.to.op === '>>' || this.#opened.has(file), this.p.machine.now);
    this.#opened.add(file);
  }
}
