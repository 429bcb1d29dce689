// Amounts such as 500m, 1.5Gi, 2e3: exact, compared by value, printed canonically.
// Mirrors k8s.io/apimachinery/pkg/api/resource/quantity.go, with one BigInt of billionths instead of its int64 and inf.Dec.

export interface Quantity {
  /** The value times 10^9; nothing finer exists. */
  readonly nano: bigint;
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
}

const NANO = 10n ** 9n;
const MAX = (2n ** 63n - 1n) * NANO;

const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const decimalSuffix = new Map(Object.entries(decimal).map(([suffix, power]) => [power, suffix]));
const binarySuffix = new Map(Object.entries(binary).map(([suffix, power]) => [power, suffix]));

export const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";
const wrongNumber = 'unable to parse numeric part of quantity';

/** Throws an Error whose message is the one of resource.ParseQuantity. */
export function parseQuantity(text: string): Quantity {
  const match = /^([-+]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (text === '' || !match) throw new Error(wrongFormat);
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '' && text.includes('.')) throw new Error(wrongNumber);
  const { scale, power, format } = readSuffix(suffix);
  // value = digits * scale * 10^power, rounded away from zero to billionths
  const digits = BigInt(`${whole}${fraction}` || '0') * scale;
  const exponent = power - fraction.length + 9;
  const magnitude =
    exponent >= 0 ? digits * 10n ** BigInt(Math.min(exponent, 40)) : divideUp(digits, 10n ** BigInt(Math.min(-exponent, 60)));
  const capped = magnitude > MAX ? MAX : magnitude;
  const fractional = format === 'BinarySI' && capped > 0n && capped < NANO && sign !== '-';
  return { nano: sign === '-' ? -capped : capped, format: fractional ? 'DecimalSI' : format };
}

function readSuffix(suffix: string): { scale: bigint; power: number; format: Quantity['format'] } {
  const power = decimal[suffix];
  if (power !== undefined) return { scale: 1n, power, format: 'DecimalSI' };
  const bits = binary[suffix];
  if (bits !== undefined) return { scale: 2n ** BigInt(bits), power: 0, format: 'BinarySI' };
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) throw new Error(wrongSuffix);
  return { scale: 1n, power: Number(suffix.slice(1)), format: 'DecimalExponent' };
}

const divideUp = (n: bigint, by: bigint): bigint => (n + by - 1n) / by;

/** The canonical form: as short as possible, no fraction, the largest suffix that fits. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const magnitude = nano < 0n ? -nano : nano;
  if (format === 'BinarySI' && magnitude >= 1024n * NANO && nano % NANO === 0n) return formatBinary(nano / NANO);
  let mantissa = nano;
  let exponent = -9;
  while (mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    exponent += 3;
  }
  if (format === 'DecimalExponent') return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`;
  return `${mantissa}${decimalSuffix.get(exponent) ?? ''}`;
}

function formatBinary(value: bigint): string {
  let mantissa = value;
  let power = 0;
  while (mantissa % 1024n === 0n && power < 60) {
    mantissa /= 1024n;
    power += 10;
  }
  return `${mantissa}${binarySuffix.get(power) ?? ''}`;
}

/** How the API stores what a client wrote: "0.5" -> "500m", 1024Mi -> "1Gi". Throws as parseQuantity. */
export const canonicalQuantity = (text: string | number): string => formatQuantity(parseQuantity(String(text).trim()));

export const compareQuantities = (a: Quantity, b: Quantity): number => (a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0);

/** The first one's format stays, unless it is zero: as Quantity.Add. */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nano: a.nano + b.nano,
  format: a.nano === 0n ? b.format : a.format,
});

export const zeroQuantity: Quantity = { nano: 0n, format: 'DecimalSI' };

/** Quantity.Value(): whole units, rounded away from zero. */
export const wholeValue = (q: Quantity): bigint => scaled(q, NANO);

/** "64Mi" as a number of bytes. */
export const bytesOf = (text: string): number => Number(wholeValue(parseQuantity(text)));

/** Quantity.MilliValue(). */
export const milliValue = (q: Quantity): bigint => scaled(q, NANO / 1000n);

const scaled = ({ nano }: Quantity, unit: bigint): bigint => (nano < 0n ? -divideUp(-nano, unit) : divideUp(nano, unit));
