// Text order in which numbers count as numbers: a9 before a10. Mirrors github.com/fvbommel/sortorder.NaturalLess.

export function naturalLess(a: string, b: string): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a[i] as string;
    const y = b[j] as string;
    if (!isDigit(x) || !isDigit(y)) {
      if (x !== y) return x < y;
      i++;
      j++;
      continue;
    }
    const m = digits(a, i);
    const n = digits(b, j);
    // Without leading zeros, the longer number is the larger one.
    if (m.value.length !== n.value.length) return m.value.length < n.value.length;
    if (m.value !== n.value) return m.value < n.value;
    if (m.length !== n.length) return m.length < n.length;
    i += m.length;
    j += n.length;
  }
  return a.length - i < b.length - j;
}

const isDigit = (c: string): boolean => c >= '0' && c <= '9';

function digits(text: string, from: number): { value: string; length: number } {
  let end = from;
  while (end < text.length && isDigit(text[end] as string)) end++;
  return { value: text.slice(from, end).replace(/^0+/, ''), length: end - from };
}
