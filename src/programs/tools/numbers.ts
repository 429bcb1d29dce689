// seq, expr, factor.
import { basic } from './regex.js';
import type { Program } from '../process.js';
import { flags, refuse } from './arguments.js';

const decimals = (text: string): number => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;

export const seq: Program = (p) => {
  // Negative numbers look like flags.
  const numbers = p.argv.slice(1).filter((a, i, all) => /^-?[\d.]+$/.test(a) && !/^-[sf]$/.test(all[i - 1] ?? ''));
  const f = flags(['seq', ...p.argv.slice(1).filter((a) => !numbers.includes(a))], 's:wf:');
  if (f.unknown || f.rest.length > 0) {
    if (f.unknown) return refuse(p, f.unknown);
    p.err(`seq: invalid floating point argument: '${f.rest[0]}'\n`);
    return 1;
  }
  if (numbers.length === 0) {
    p.err("seq: missing operand\nTry 'seq --help' for more information.\n");
    return 1;
  }
  const [first = '1', step = '1', last = '1'] =
    numbers.length === 1 ? ['1', '1', numbers[0]] : numbers.length === 2 ? [numbers[0], '1', numbers[1]] : numbers;
  const places = Math.max(decimals(first), decimals(step));
  const [from, by, to] = [Number(first), Number(step), Number(last)];
  const out: string[] = [];
  for (let i = 0; by > 0 ? from + i * by <= to + 1e-9 : by < 0 && from + i * by >= to - 1e-9; i++) {
    p.machine.spend();
    out.push((from + i * by).toFixed(places));
  }
  const width = f.has('w') ? Math.max(first.length, last.length, ...out.map((x) => x.length)) : 0;
  const format = f.value('f');
  const shown = out.map((x) =>
    format === undefined
      ? x.padStart(width, '0')
      : format.replace(/%(0?)(\d*)(?:\.(\d+))?[gf]/, (_, zero: string, size: string, d: string | undefined) =>
          (d === undefined ? x : Number(x).toFixed(Number(d))).padStart(Number(size || 0), zero === '0' ? '0' : ' '),
        ),
  );
  if (shown.length > 0) p.out(`${shown.join(f.value('s') ?? '\n')}\n`);
  return 0;
};

class ExprError extends Error {}

export const expr: Program = (p) => {
  const words = p.argv.slice(1);
  let at = 0;
  const levels: readonly (readonly string[])[] = [
    ['|'],
    ['&'],
    ['=', '==', '!=', '<', '<=', '>', '>='],
    ['+', '-'],
    ['*', '/', '%'],
    [':'],
  ];
  const isNumber = (t: string): boolean => /^-?\d+$/.test(t);
  const isNull = (t: string): boolean => t === '' || /^-?0+$/.test(t);
  const apply = (op: string, a: string, b: string): string => {
    if (op === '|') return isNull(a) ? (isNull(b) ? '0' : b) : a;
    if (op === '&') return isNull(a) || isNull(b) ? '0' : a;
    if (op === ':') {
      const found = new RegExp(`^(?:${basic(b)})`).exec(a);
      return /\\\(/.test(b) ? (found?.[1] ?? '') : String(found?.[0].length ?? 0);
    }
    if (['+', '-', '*', '/', '%'].includes(op)) {
      if (!isNumber(a) || !isNumber(b)) throw new ExprError('non-integer argument');
      const [x, y] = [Number(a), Number(b)];
      if ((op === '/' || op === '%') && y === 0) throw new ExprError('division by zero');
      const n = op === '+' ? x + y : op === '-' ? x - y : op === '*' ? x * y : op === '/' ? Math.trunc(x / y) : x % y;
      return String(n);
    }
    const [x, y] = isNumber(a) && isNumber(b) ? [Number(a), Number(b)] : [a, b];
    const verdict =
      op === '=' || op === '==' ? x === y : op === '!=' ? x !== y : op === '<' ? x < y : op === '<=' ? x <= y : op === '>' ? x > y : x >= y;
    return verdict ? '1' : '0';
  };
  const level = (n: number): string => {
    const ops = levels[n];
    if (!ops) return primary();
    let left = level(n + 1);
    while (ops.includes(words[at] ?? '')) left = apply(words[at++] as string, left, level(n + 1));
    return left;
  };
  const primary = (): string => {
    const word = words[at++];
    if (word === undefined) throw new ExprError('syntax error');
    if (word === '(') {
      const value = level(0);
      if (words[at++] !== ')') throw new ExprError('syntax error');
      return value;
    }
    if (at >= words.length) return word;
    if (word === 'length') return String([...primary()].length);
    if (word === 'substr') {
      const [text, from, size] = [primary(), Number(primary()), Number(primary())];
      return from < 1 || size < 1 ? '' : text.slice(from - 1, from - 1 + size);
    }
    if (word === 'index') {
      const [text, set] = [primary(), primary()];
      return String([...text].findIndex((c) => set.includes(c)) + 1);
    }
    return word;
  };
  try {
    const value = level(0);
    if (at < words.length) throw new ExprError('syntax error');
    p.out(`${value}\n`);
    return isNull(value) ? 1 : 0;
  } catch (e) {
    if (!(e instanceof ExprError)) throw e;
    p.err(`expr: ${e.message}\n`);
    return 2;
  }
};

export const factor: Program = (p) => {
  for (const word of p.argv.slice(1)) {
    let n = Number(word);
    const found: number[] = [];
    for (let d = 2; d * d <= n; d++) {
      p.machine.spend();
      for (; n % d === 0; n /= d) found.push(d);
    }
    if (n > 1) found.push(n);
    p.out(`${word}: ${found.join(' ')}\n`);
  }
  return 0;
};
