// Numbers as strconv.FormatFloat(f, 'g', -1, 64) prints them; whole ones as digits.

export function formatGoFloat(value: number): string {
  if (Number.isInteger(value) && value < 2 ** 64 && value > -(2 ** 63)) return Object.is(value, -0) ? '-0' : BigInt(value).toString();
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
