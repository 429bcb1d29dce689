// Standard base64 as Go checks it. Mirrors encoding/base64 (StdEncoding.Decode).

/** "illegal base64 data at input byte N", or undefined when `text` decodes. Line ends are skipped. */
export function base64Error(text: string): string | undefined {
  const at = firstWrong(text);
  return at === undefined ? undefined : `illegal base64 data at input byte ${at}`;
}

function firstWrong(text: string): number | undefined {
  let quantum = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '\n' || c === '\r') continue;
    if (c === '=') return padding(text, i, quantum);
    if (!/[A-Za-z0-9+/]/.test(c)) return i;
    quantum = (quantum + 1) % 4;
  }
  return quantum === 0 ? undefined : text.length - quantum;
}

/** Padding stands only at the end, one or two characters of it. */
function padding(text: string, at: number, quantum: number): number | undefined {
  if (quantum < 2) return at;
  const next = (from: number): number => {
    let i = from;
    while (i < text.length && /[\r\n]/.test(text.charAt(i))) i++;
    return i;
  };
  let end = next(at + 1);
  if (quantum === 2) {
    if (end === text.length) return text.length;
    if (text.charAt(end) !== '=') return end;
    end = next(end + 1);
  }
  return end < text.length ? end : undefined;
}

export const encodeBase64 = (data: string | Uint8Array): string => Buffer.from(data as string, 'utf8').toString('base64');

/** The bytes; call base64Error first. */
export const decodeBase64 = (text: string): Buffer => Buffer.from(text, 'base64');
