// POSIX regular expressions as JavaScript's.

const classes: Readonly<Record<string, string>> = {
  '[:space:]': '\\s',
  '[:blank:]': ' \\t',
  '[:digit:]': '0-9',
  '[:alpha:]': 'A-Za-z',
  '[:alnum:]': 'A-Za-z0-9',
  '[:upper:]': 'A-Z',
  '[:lower:]': 'a-z',
  '[:xdigit:]': '0-9A-Fa-f',
  '[:punct:]': '!-\\/:-@\\[-`{-~',
};

/** Walks over a pattern; what stands in brackets is told apart from the rest. */
function pieces(re: string, plain: (piece: string) => string): string {
  return re.replace(/\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\\.|[^[\\]+|[^]/g, (piece) => {
    if (!piece.startsWith('[') || piece.length === 1) return plain(piece);
    const inside = piece.slice(1, -1).replace(/\[:\w+:\]|\[|\\/g, (c) => classes[c] ?? `\\${c}`);
    return `[${inside.replace(/^(\^?)\]/, '$1\\]')}]`;
  });
}

/** Extended: POSIX classes are what differs. */
export const extended = (re: string): string => pieces(re, (x) => (x === '\\<' || x === '\\>' ? '\\b' : x));

/** Basic: ( ) { } + ? | are plain unless they are escaped, and * at the beginning is. */
export const basic = (re: string): string =>
  pieces(re, (x) => {
    if (x === '\\<' || x === '\\>') return '\\b';
    if (/^\\[(){}+?|]$/.test(x)) return x.slice(1);
    return x.startsWith('\\') ? x : x.replace(/[(){}+?|]/g, '\\$&');
  }).replace(/^(\^?)\*/, '$1\\*');

export const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
