// printf of awk.

interface Argument {
  readonly text: string;
  readonly number: number;
  readonly isNumber: boolean;
}

const converted: Readonly<Record<string, (n: number, digits: number | undefined) => string>> = {
  o: (n) => Math.trunc(n).toString(8),
  x: (n) => Math.trunc(n).toString(16),
  X: (n) => Math.trunc(n).toString(16).toUpperCase(),
  f: (n, digits) => n.toFixed(digits ?? 6),
  e: (n, digits) => n.toExponential(digits ?? 6).replace(/e([-+])(\d)$/, 'e$10$2'),
  g: (n, digits) => String(Number(n.toPrecision(digits || 6))),
};

function one(verb: string, digits: number | undefined, { text, number, isNumber }: Argument): string {
  if (verb === 's') return text.slice(0, digits);
  if (verb === 'c') return isNumber ? String.fromCharCode(number) : text.slice(0, 1);
  if ('diu'.includes(verb)) return String(Math.trunc(number)).padStart(digits ?? 0, '0');
  const convert = converted[verb] ?? converted[verb.toLowerCase()];
  return (convert as (n: number, digits: number | undefined) => string)(number, digits);
}

export const formatted = (format: string, next: () => Argument): string =>
  format.replace(
    /%([-+ 0#]*)(\d+|\*)?(?:\.(\d+))?([diouxXeEfgGcs%])/g,
    (_, signs: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      const size = width === '*' ? next().number : Number(width ?? 0);
      const argument = next();
      const plain = one(verb, precision === undefined ? undefined : Number(precision), argument);
      const text = signs.includes('+') && argument.number >= 0 && verb !== 's' && verb !== 'c' ? `+${plain}` : plain;
      if (signs.includes('-')) return text.padEnd(size);
      return text.padStart(size, signs.includes('0') && verb !== 's' ? '0' : ' ');
    },
  );
