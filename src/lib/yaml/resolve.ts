// What a plain (unquoted) YAML scalar means: null, bool, number, timestamp or text.
// Mirrors resolve.go of go.yaml.in/yaml/v2, which sigs.k8s.io/yaml reads and writes through; YAML 1.1 with its own exceptions.

const words = new Map<string, null | boolean | number>();
for (const word of ['', '~', 'null', 'Null', 'NULL']) words.set(word, null);
for (const word of ['y', 'yes', 'true', 'on']) for (const form of cases(word)) words.set(form, true);
for (const word of ['n', 'no', 'false', 'off']) for (const form of cases(word)) words.set(form, false);
for (const word of ['.nan', '.NaN', '.NAN']) words.set(word, Number.NaN);
for (const word of ['.inf', '.Inf', '.INF']) {
  words.set(word, Number.POSITIVE_INFINITY);
  words.set(`+${word}`, Number.POSITIVE_INFINITY);
  words.set(`-${word}`, Number.NEGATIVE_INFINITY);
}

function cases(word: string): string[] {
  return [word, word[0]!.toUpperCase() + word.slice(1), word.toUpperCase()];
}

const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const pointFloat = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/;
const sexagesimal = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** The value of a plain scalar; text that is nothing else is itself. Timestamps stay text, as they do in JSON. */
export function resolvePlain(text: string): null | boolean | number | string {
  if (!/^[-+0-9.yYnNtTfFoO~]/.test(text)) return text === '' ? null : text;
  const word = words.get(text);
  if (word !== undefined) return word;
  if (text.startsWith('.')) return pointFloat.test(text) ? finite(text.replaceAll('_', ''), text) : text;
  if (!/^[-+0-9]/.test(text) || isTimestamp(text)) return text;
  const digits = text.replaceAll('_', '');
  const integer = parseInteger(digits);
  if (integer !== undefined) return Number(integer);
  if (float.test(digits)) return finite(digits, text);
  const bits = /^(-?)0b([-+]?[01]+)$/.exec(digits);
  return bits ? Number(`${bits[1]}${Number.parseInt(bits[2]!, 2)}`) : text;
}

function finite(digits: string, text: string): number | string {
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

/** Would a reader of YAML take this text for something else, were it written plainly? */
export const isAmbiguous = (text: string): boolean => {
  const value = resolvePlain(text);
  return typeof value !== 'string' || (/^[-+0-9]/.test(text) && (isTimestamp(text) || sexagesimal.test(text)));
};

/** strconv.ParseInt and ParseUint with base 0, 64 bits. */
function parseInteger(digits: string): bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/.exec(digits);
  if (!match) return undefined;
  const magnitude = BigInt(match[2]!.toLowerCase().replace(/^0(?=[0-7])/, '0o'));
  const sign = match[1];
  const limit = sign === '-' ? 2n ** 63n : sign === '+' ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  if (magnitude > limit) return undefined;
  return sign === '-' ? -magnitude : magnitude;
}

const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

function isTimestamp(text: string): boolean {
  const match = timestamp.exec(text);
  if (!match) return false;
  const [year, month, day, h1, m1, s1, zoneHours, zoneMinutes, h2, m2, s2] = match.slice(1).map((part) => Number(part ?? 0)) as number[];
  const daysInMonth = new Date(Date.UTC(year!, month!, 0)).getUTCDate();
  return (
    month! >= 1 &&
    month! <= 12 &&
    day! >= 1 &&
    day! <= daysInMonth &&
    Math.max(h1!, h2!) <= 23 &&
    Math.max(m1!, m2!, s1!, s2!) <= 59 &&
    zoneHours! <= 24 &&
    zoneMinutes! <= 60
  );
}
