// $((...)): integers, variables, C's operators.

interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  fail(message: string): never;
}

const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
];

export function arithmetic(text: string, variables: Variables): number {
  const tokens =
    text.match(/[A-Za-z_]\w*|0[xX][0-9a-fA-F]+|\d+|<<=|>>=|\+\+|--|\*\*|[-+*/%&|^]=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%<>=!~&|^?:(),]/g) ?? [];
  if (tokens.length === 0) return 0;
  let at = 0;
  const number = (name: string): number => {
    const value = variables.get(name) ?? '0';
    return /^-?\d+$/.test(value) ? Number(value) : value === '' ? 0 : arithmetic(value, variables);
  };
  const assign = (): number => {
    const name = tokens[at] ?? '';
    const op = tokens[at + 1] ?? '';
    if (/^[A-Za-z_]/.test(name) && /^([-+*/%&|^]|<<|>>)?=$/.test(op) && op !== '==') {
      at += 2;
      const right = assign();
      const value = op === '=' ? right : binary(op.slice(0, -1), number(name), right);
      variables.set(name, String(value));
      return value;
    }
    return ternary();
  };
  const ternary = (): number => {
    const test = level(0);
    if (tokens[at] !== '?') return test;
    at++;
    const yes = assign();
    at++;
    const no = assign();
    return test ? yes : no;
  };
  const level = (n: number): number => {
    const ops = levels[n];
    if (!ops) return unary();
    let left = level(n + 1);
    while (ops.includes(tokens[at] ?? '')) {
      const op = tokens[at++] as string;
      left = binary(op, left, level(n + 1));
    }
    return left;
  };
  const binary = (op: string, a: number, b: number): number => {
    if ((op === '/' || op === '%') && b === 0) variables.fail('divide by zero');
    const results: Record<string, () => number> = {
      '||': () => (a || b ? 1 : 0),
      '&&': () => (a && b ? 1 : 0),
      '|': () => a | b,
      '^': () => a ^ b,
      '&': () => a & b,
      '==': () => Number(a === b),
      '!=': () => Number(a !== b),
      '<=': () => Number(a <= b),
      '>=': () => Number(a >= b),
      '<': () => Number(a < b),
      '>': () => Number(a > b),
      '<<': () => a << b,
      '>>': () => a >> b,
      '+': () => a + b,
      '-': () => a - b,
      '*': () => a * b,
      '/': () => Math.trunc(a / b),
      '%': () => a % b,
      '**': () => a ** b,
    };
    return (results[op] as () => number)();
  };
  const unary = (): number => {
    const t = tokens[at++] ?? variables.fail('arithmetic syntax error');
    if (t === '-') return -unary();
    if (t === '+') return unary();
    if (t === '!') return unary() ? 0 : 1;
    if (t === '~') return ~unary();
    if (t === '++' || t === '--') {
      const name = tokens[at++] ?? '';
      const value = number(name) + (t === '++' ? 1 : -1);
      variables.set(name, String(value));
      return value;
    }
    if (t === '(') {
      const value = assign();
      at++;
      return value;
    }
    if (/^\d/.test(t)) return /^0[0-7]+$/.test(t) ? Number.parseInt(t, 8) : Number(t);
    if (!/^[A-Za-z_]/.test(t)) variables.fail('arithmetic syntax error');
    const value = number(t);
    if (tokens[at] === '++' || tokens[at] === '--') variables.set(t, String(value + (tokens[at++] === '++' ? 1 : -1)));
    return value;
  };
  const value = assign();
  if (at < tokens.length) variables.fail('arithmetic syntax error');
  return value;
}
