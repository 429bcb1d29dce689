// Go's regular expressions (RE2 syntax, package regexp/syntax) as JavaScript's, and Go's words about those that are none.

/** The message is what regexp.Compile says. */
export class GoRegExpError extends Error {
  constructor(what: string, expression: string) {
    super(`error parsing regexp: ${what}: \`${expression}\``);
  }
}

/** Throws GoRegExpError. */
export function goRegExp(pattern: string): RegExp {
  const { source, flags } = new Translator(pattern).whole();
  return new RegExp(source, `u${flags}`);
}

const posix: { readonly [name: string]: string } = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Go's \s knows these five only. */
const perl: { readonly [letter: string]: string } = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };

const literal = (c: string): string => (/[\^$\\.*+?()[\]{}|/-]/.test(c) ? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}` : c);

const mostRepeats = 1000;

class Translator {
  #at = 0;
  #out = '';
  #flags = '';
  #depth = 0;
  /** Is there something that a repetition may follow? */
  #repeatable = false;
  /** Where the repetition just read began, or -1. */
  #repeated = -1;

  constructor(private readonly text: string) {}

  whole(): { source: string; flags: string } {
    while (this.#at < this.text.length) {
      const before = this.#at;
      const repeated = this.#repeated;
      this.#repeated = -1;
      this.#step(this.text[this.#at] as string, repeated);
      if (this.#at === before) this.#at++;
    }
    if (this.#depth > 0) throw new GoRegExpError('missing closing )', this.text);
    return { source: this.#out, flags: this.#flags };
  }

  #put(out: string, length: number, repeatable = true): void {
    this.#out += out;
    this.#at += length;
    this.#repeatable = repeatable;
  }

  #step(c: string, repeated: number): void {
    const rest = this.text.slice(this.#at);
    switch (c) {
      case '(':
        this.#depth++;
        if (rest[1] === '?') this.#group(rest);
        else this.#put('(', 1, false);
        return;
      case ')':
        if (this.#depth === 0) throw new GoRegExpError('unexpected )', this.text);
        this.#depth--;
        return this.#put(')', 1);
      case '|':
        return this.#put('|', 1, false);
      case '^':
      case '$':
        return this.#put(this.#flags.includes('m') ? c : c === '^' ? '(?<![^])' : '(?![^])', 1);
      case '.':
        return this.#put(this.#flags.includes('s') ? '[^]' : '[^\\n]', 1);
      case '[':
        return this.#class(rest);
      case '*':
      case '+':
      case '?':
        return this.#repeat(c, repeated);
      case '{': {
        const [counted, low = '', comma, high] = /^\{(\d+)(,(\d*))?\}/.exec(rest) ?? [];
        if (counted === undefined) return this.#put('\\{', 1);
        const max = comma === undefined ? Number(low) : high ? Number(high) : -1;
        if (Number(low) > mostRepeats || max > mostRepeats || (max >= 0 && Number(low) > max))
          throw new GoRegExpError('invalid repeat count', counted);
        return this.#repeat(counted, repeated);
      }
      case '\\':
        return this.#escape(rest);
      default: {
        const whole = String.fromCodePoint(rest.codePointAt(0) as number);
        return this.#put(literal(whole), whole.length);
      }
    }
  }

  #repeat(operator: string, repeated: number): void {
    const start = this.#at;
    const lazy = this.text[start + operator.length] === '?' ? '?' : '';
    const length = operator.length + lazy.length;
    if (repeated >= 0) throw new GoRegExpError('invalid nested repetition operator', this.text.slice(repeated, start + length));
    if (!this.#repeatable) throw new GoRegExpError('missing argument to repetition operator', this.text.slice(start, start + length));
    this.#put(operator + lazy, length);
    this.#repeated = start;
  }

  #group(rest: string): void {
    if (/^\(\?P?</.test(rest)) {
      const named = /^\(\?P?<([^>]*)>/.exec(rest);
      if (!named) throw new GoRegExpError('invalid named capture', rest);
      if (!/^\w+$/.test(named[1] as string)) throw new GoRegExpError('invalid named capture', named[0]);
      return this.#put(`(?<${named[1]}>`, named[0].length, false);
    }
    const [flags] = /^\(\?([imsU]*)(-[imsU]+)?[:)]/.exec(rest) ?? [];
    if (flags === undefined) throw new GoRegExpError('invalid or unsupported Perl syntax', /^\(\?[imsU-]*[^]?/.exec(rest)?.[0] ?? rest);
    const set = flags.slice(2, -1);
    if (flags.endsWith(':')) {
      if (set !== '') throw new GoRegExpError('kubelab reads flags only where a pattern begins', flags);
      return this.#put('(?:', flags.length, false);
    }
    this.#depth--;
    if (this.#out !== '' || /[-U]/.test(set)) throw new GoRegExpError('kubelab reads flags only where a pattern begins', flags);
    this.#flags = [...new Set(this.#flags + set)].join('');
    this.#put('', flags.length, false);
  }

  #escape(rest: string): void {
    const quoted = /^\\Q([^]*?)(\\E|$)/.exec(rest);
    if (quoted) return this.#put([...(quoted[1] as string)].map(literal).join(''), quoted[0].length);
    const edges: { readonly [letter: string]: string } = { A: '(?<![^])', z: '(?![^])', b: '\\b', B: '\\B' };
    const edge = edges[rest[1] ?? ''];
    if (edge !== undefined) return this.#put(edge, 2);
    const kind = /^\\([dwsDWS])/.exec(rest)?.[1];
    if (kind !== undefined) return this.#put(`[${kind < 'a' ? '^' : ''}${perl[kind.toLowerCase()]}]`, 2);
    const { out, length } = this.#character(rest);
    this.#put(out, length);
  }

  /** One character, escaped or not, that stands for itself; or a class of Unicode. */
  #character(rest: string): { out: string; length: number } {
    if (rest[0] !== '\\') {
      const whole = String.fromCodePoint(rest.codePointAt(0) as number);
      return { out: literal(whole), length: whole.length };
    }
    const [escape, c] = /^\\([^])/.exec(rest) ?? [];
    if (escape === undefined) throw new GoRegExpError('trailing backslash at end of expression', '');
    const unicode = /^\\([pP])(?:([A-Z])|\{(\^?)(\w+)\})/.exec(rest);
    if (unicode) return { out: `\\${unicode[1]}{${unicode[2] ?? unicode[4]}}`, length: unicode[0].length };
    const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
    const hex = /^\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]+)\})/.exec(rest);
    const code = octal ? Number.parseInt(octal[1] as string, 8) : hex ? Number.parseInt(hex[1] ?? (hex[2] as string), 16) : undefined;
    if (code !== undefined) return { out: `\\u{${code.toString(16)}}`, length: (octal ?? (hex as RegExpExecArray))[0].length };
    if (c === 'a') return { out: '\\x07', length: 2 };
    if (/[fnrtv]/.test(c as string)) return { out: escape, length: 2 };
    if (!/[0-9A-Za-z]/.test(c as string)) return { out: literal(c as string), length: 2 };
    throw new GoRegExpError('invalid escape sequence', escape);
  }

  #class(rest: string): void {
    let at = rest[1] === '^' ? 2 : 1;
    let out = at === 2 ? '[^' : '[';
    for (let first = true; first || rest[at] !== ']'; first = false) {
      if (at >= rest.length) throw new GoRegExpError('missing closing ]', rest);
      const here = rest.slice(at);
      const named = /^\[:(\^?)(\w+):\]/.exec(here);
      const kind = /^\\([dwsDWS])/.exec(here)?.[1];
      if (named) {
        const members = posix[named[2] as string];
        if (members === undefined || named[1] !== '') throw new GoRegExpError('invalid character class range', named[0]);
        out += members;
        at += named[0].length;
      } else if (kind !== undefined) {
        out += kind === 'D' ? '\\D' : kind === 'W' ? '\\W' : kind === 'S' ? '\\S' : perl[kind];
        at += 2;
      } else {
        const low = this.#character(here);
        at += low.length;
        out += low.out;
        if (rest[at] === '-' && rest[at + 1] !== undefined && rest[at + 1] !== ']') {
          const high = this.#character(rest.slice(at + 1));
          const range = here.slice(0, low.length + 1 + high.length);
          if (codeOf(high.out) < codeOf(low.out)) throw new GoRegExpError('invalid character class range', range);
          out += `-${high.out}`;
          at += 1 + high.length;
        }
      }
    }
    this.#put(`${out}]`, at + 1);
  }
}

/** Of a character as it was put. */
function codeOf(out: string): number {
  const [, hex] = /^\\(?:x|u\{)([0-9a-f]+)\}?$/.exec(out) ?? [];
  const plain: { readonly [escape: string]: number } = { '\\f': 12, '\\n': 10, '\\r': 13, '\\t': 9, '\\v': 11 };
  return hex !== undefined ? Number.parseInt(hex, 16) : (plain[out] ?? (out.codePointAt(0) as number));
}
