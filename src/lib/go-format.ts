// How Go prints plain JSON values: fmt's %v, %#v and %q, and encoding/json. Numbers are int64 where they can be, else float64.

/** Whether Go's JSON decoder for unstructured objects would make an int64 of it. */
export const isInt = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 2 ** 63;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** sort.Strings: by code units, where a locale would have its own order. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Go orders map keys by bytes. */
export const sortedKeys = (map: object | undefined): string[] => Object.keys(map ?? {}).sort(byText);

/** encoding/json of maps: keys sorted, `<`, `>` and `&` escaped. */
export const goJSON = (value: unknown, indent = ''): string => orderedJSON(sorted(value), indent);

/** encoding/json of structs, whose fields have the order that they are given in. */
export function orderedJSON(value: unknown, indent = ''): string {
  const escape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent).replace(/[<>&\u2028\u2029]/g, escape);
}

/** The value with the keys of every object sorted. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  return isObject(value) ? withSortedKeys(value, sorted) : value;
}

export const withSortedKeys = (map: Readonly<Record<string, unknown>>, each: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(sortedKeys(map).map((key) => [key, each(map[key])]));

/** %v of a number: shortest form, an exponent below 10^-4 and (for float64) from 10^21 or, when all digits are used up, 10^6 on. */
export function goNumber(value: number): string {
  if (isInt(value)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** %v: `map[a:1 b:[x y]]`, `<nil>`. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return goNumber(value);
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (isObject(value))
    return `map[${sortedKeys(value)
      .map((k) => `${k}:${goValue(value[k])}`)
      .join(' ')}]`;
  return String(value);
}

/** %#v: `map[string]interface {}{"a":1}`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'number') return goNumber(value);
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isObject(value))
    return `map[string]interface {}{${sortedKeys(value)
      .map((k) => `${goQuote(k)}:${goSyntax(value[k])}`)
      .join(', ')}}`;
  return String(value);
}

/** The type's name, as reflect prints it. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return isInt(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** %q: strconv.Quote. */
export function goQuote(text: string): string {
  // Printable is: letters, marks, numbers, punctuation, symbols and the ASCII blank.
  const escaped = text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (c) => {
    const code = c.codePointAt(0) ?? 0;
    if (named[c]) return named[c];
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
