// The order in which go-yaml writes the keys of a mapping: "natural", a9 before a10, other characters before letters.
// Mirrors keyList.Less of go.yaml.in/yaml/v2 (sorter.go).

/** Comparator for Array.sort. */
export function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === shorter) return a.length - b.length;
  const x = a.charCodeAt(i);
  const y = b.charCodeAt(i);
  const xIsLetter = isLetter(x);
  const yIsLetter = isLetter(y);
  if (xIsLetter && yIsLetter) return x - y;
  if (xIsLetter || yIsLetter) return yIsLetter ? -1 : 1;
  // Zeros in the middle of a number count as digits of it.
  const inNumber = (x === zero || y === zero) && endsInNonZeroNumber(a.slice(0, i));
  const left = digitsAt(a, i, inNumber);
  const right = digitsAt(b, i, inNumber);
  return left.value - right.value || left.end - right.end || x - y;
}

const zero = 48;

const isDigit = (c: number): boolean => (c >= zero && c <= 57) || (c > 127 && /\p{Nd}/u.test(String.fromCharCode(c)));

const isLetter = (c: number): boolean =>
  (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || (c > 127 && /\p{L}/u.test(String.fromCharCode(c)));

function endsInNonZeroNumber(before: string): boolean {
  for (let j = before.length - 1; j >= 0 && isDigit(before.charCodeAt(j)); j--) if (before.charCodeAt(j) !== zero) return true;
  return false;
}

function digitsAt(text: string, start: number, inNumber: boolean): { value: number; end: number } {
  let value = inNumber ? 1 : 0;
  let end = start;
  for (; end < text.length && isDigit(text.charCodeAt(end)); end++) value = value * 10 + (text.charCodeAt(end) - zero);
  return { value, end };
}
