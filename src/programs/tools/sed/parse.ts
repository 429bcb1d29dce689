// Reads a sed script: addresses, commands, blocks, labels.
import { basic, extended } from '../regex.js';

export type Address =
  | { readonly kind: 'line'; readonly n: number }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'match'; readonly re: RegExp }
  | { readonly kind: 'more'; readonly lines: number };

export interface Command {
  readonly from?: Address;
  readonly to?: Address;
  readonly not: boolean;
  readonly verb: string;
  /** Of a, i, c: the text. Of b, t, :, r, w: the name. */
  readonly text: string;
  readonly substitute?: Substitute;
  readonly map?: ReadonlyMap<string, string>;
  /** Of {: where its } is; of }: nothing. */
  end?: number;
}

export interface Substitute {
  readonly re: RegExp;
  readonly replacement: string;
  /** The how manyth is replaced; all from there on when `all`. */
  readonly nth: number;
  readonly all: boolean;
  readonly print: boolean;
}

/** real: in sed's own words; otherwise something that is not simulated. */
export class SedError extends Error {
  constructor(
    message: string,
    readonly real: boolean,
  ) {
    super(message);
  }
}

export function parseSed(script: string, ere: boolean, busybox: boolean): Command[] {
  const out: Command[] = [];
  const open: number[] = [];
  let at = 0;
  const compile = (source: string, flags = ''): RegExp => new RegExp(ere ? extended(source) : basic(source), flags);
  const fail = (what: string): never => {
    throw new SedError(what, true);
  };
  const number = (): number | undefined => {
    const digits = /^\d+/.exec(script.slice(at))?.[0];
    if (digits === undefined) return undefined;
    at += digits.length;
    return Number(digits);
  };
  /** Up to the delimiter; an escaped delimiter stands for itself, brackets hide it. */
  const until = (mark: string, what: string): string => {
    let text = '';
    for (; at < script.length && script[at] !== mark; at++) {
      if (script[at] === '\\' && script[at + 1] === mark) text += script[++at];
      else if (script[at] === '\\') text += `\\${script[++at] ?? ''}`;
      else if (script[at] === '[' && what === 'pattern') {
        const set = /^\[\^?\]?(?:\[:\w+:\]|[^\]])*\]/.exec(script.slice(at))?.[0];
        text += set ?? '[';
        at += (set?.length ?? 1) - 1;
      } else text += script[at];
    }
    if (script[at] !== mark) fail(busybox ? `unmatched '${mark}'` : `-e expression #1, char ${script.length}: unterminated \`s' command`);
    at++;
    return text;
  };
  const address = (): Address | undefined => {
    const n = number();
    if (n !== undefined) {
      if (script[at] !== '~') return { kind: 'line', n };
      if (busybox) fail('unsupported command ~');
      at++;
      return { kind: 'step', first: n, step: number() ?? 0 };
    }
    if (script[at] === '$') {
      at++;
      return { kind: 'last' };
    }
    if (script[at] === '+') {
      at++;
      return { kind: 'more', lines: number() ?? 0 };
    }
    if (script[at] !== '/' && script[at] !== '\\') return undefined;
    if (script[at] === '\\') at++;
    const mark = script[at++] as string;
    const source = until(mark, 'pattern');
    const flag = /^[IM]*/.exec(script.slice(at))?.[0] ?? '';
    at += flag.length;
    return { kind: 'match', re: compile(source, flag.includes('I') ? 'i' : '') };
  };
  const blank = (): void => {
    while (/[ \t]/.test(script[at] ?? '')) at++;
  };
  /** a, i and c: one line, or several joined by backslashes. */
  const textOf = (): string => {
    if (script[at] === '\\') {
      at++;
      blank();
      if (script[at] === '\n') at++;
    } else blank();
    let text = '';
    for (; at < script.length && script[at] !== '\n'; at++) text += script[at] === '\\' ? (script[++at] ?? '') : script[at];
    return text;
  };
  while (at < script.length) {
    if (/[\s;]/.test(script[at] as string)) {
      at++;
      continue;
    }
    if (script[at] === '#') {
      while (at < script.length && script[at] !== '\n') at++;
      continue;
    }
    const from = address();
    let to: Address | undefined;
    blank();
    if (from && script[at] === ',') {
      at++;
      blank();
      to = address() ?? fail(busybox ? 'no address after comma' : `-e expression #1, char ${at}: unexpected \`,'`);
    }
    blank();
    let not = false;
    while (script[at] === '!') {
      not = true;
      at++;
      blank();
    }
    const verb = script[at++] ?? fail(busybox ? 'missing command' : `-e expression #1, char ${script.length}: missing command`);
    const head = { ...(from && { from }), ...(to && { to }), not, verb };
    if (verb === '{') {
      open.push(out.length);
      out.push({ ...head, text: '' });
    } else if (verb === '}') {
      const begun = open.pop();
      if (begun === undefined) fail(busybox ? 'unexpected }' : `-e expression #1, char ${at}: unexpected \`}'`);
      (out[begun as number] as Command).end = out.length;
      out.push({ ...head, text: '' });
    } else if (verb === 's') {
      const mark = script[at++] ?? '';
      const source = until(mark, 'pattern');
      const replacement = until(mark, 'replacement');
      const flags = /^[gpiIme\d]*/.exec(script.slice(at))?.[0] ?? '';
      at += flags.length;
      if (/[em]/.test(flags) || script[at] === 'w') throw new SedError(`s///${flags || 'w'}`, false);
      if (at < script.length && !/[\s;}]/.test(script[at] as string))
        fail(busybox ? `bad option in substitution expression` : `-e expression #1, char ${at + 1}: unknown option to \`s'`);
      const substitute = {
        re: compile(source, /[iI]/.test(flags) ? 'gi' : 'g'),
        replacement,
        nth: Number(/\d+/.exec(flags)?.[0] ?? 1),
        all: flags.includes('g'),
        print: flags.includes('p'),
      };
      out.push({ ...head, text: '', substitute });
    } else if (verb === 'y') {
      const mark = script[at++] ?? '';
      const [a, b] = [[...until(mark, 'text')], [...until(mark, 'text')]];
      out.push({ ...head, text: '', map: new Map(a.map((c, i): [string, string] => [c, b[i] ?? ''])) });
    } else if ('aic'.includes(verb)) out.push({ ...head, text: textOf() });
    else if (':btT'.includes(verb)) {
      blank();
      const name = /^[^\s;}]*/.exec(script.slice(at))?.[0] ?? '';
      at += name.length;
      out.push({ ...head, text: name });
    } else if ('dpDPnNgGhHx=l'.includes(verb)) out.push({ ...head, text: '' });
    else if (verb === 'q' || verb === 'Q') {
      blank();
      out.push({ ...head, text: String(number() ?? 0) });
    } else if ('rwRWeF'.includes(verb)) throw new SedError(`command ${verb}`, false);
    else fail(busybox ? `unsupported command ${verb}` : `-e expression #1, char ${at}: unknown command: \`${verb}'`);
  }
  if (open.length > 0) fail(busybox ? 'unmatched {' : `-e expression #1, char 0: unmatched \`{'`);
  return out;
}
