// Numbers with their Go kind: constants and results of functions. Numbers of the data are plain: int64 where they can be, else float64.
import { goNumber, isInt } from '../go-format.js';

export type NumberKind = 'int' | 'int64' | 'float64' | 'uint8';

export class Num {
  constructor(
    readonly value: number,
    readonly kind: NumberKind,
  ) {}

  toString(): string {
    return this.kind === 'float64' && Number.isInteger(this.value) && Math.abs(this.value) >= 1e21 ? goNumber(this.value) : floatText(this);
  }
}

/** A float64 that happens to be whole prints like one: 1e+06. */
const floatText = ({ value, kind }: Num): string => (kind === 'float64' ? goFloat(value) : String(value));

export function goFloat(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) < 1e6) return goNumber(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return Math.abs(value) < 1e21 && Number(exponent) < 6 ? String(value) : `${mantissa}e+${exponent.replace('+', '').padStart(2, '0')}`;
}

export const int = (value: number): Num => new Num(value, 'int');

/** The number behind a value, plain or not; undefined when it is none. */
export function asNum(value: unknown): Num | undefined {
  if (value instanceof Num) return value;
  if (typeof value !== 'number') return undefined;
  return new Num(value, isInt(value) ? 'int64' : 'float64');
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39 };

/** A constant of a template: 1, 0x1f, 1_000, 1.5e3, 'a'. */
export function parseNumber(text: string): Num | undefined {
  if (text.startsWith("'")) {
    const body = text.slice(1, -1);
    if (!body.startsWith('\\')) return [...body].length === 1 ? int(body.codePointAt(0) as number) : undefined;
    const code = /^\\[xuU]([0-9a-fA-F]+)$/.exec(body)?.[1];
    return code !== undefined
      ? int(Number.parseInt(code, 16))
      : escapes[body.slice(1)] !== undefined
        ? int(escapes[body.slice(1)] as number)
        : undefined;
  }
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  if (/^0[0-7]+$/.test(digits)) return int(sign * Number.parseInt(digits, 8));
  const value = Number(digits);
  if (digits === '' || Number.isNaN(value)) return undefined;
  const isFloat = !/^0[xX]/.test(digits) && /[.eE]/.test(digits);
  return new Num(sign * value, isFloat ? 'float64' : 'int');
}
