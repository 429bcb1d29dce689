// Wraps lines at a width, keeping runs of blanks within a line. Mirrors github.com/mitchellh/go-wordwrap.

export function wordWrap(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  let out = '';
  let used = 0;
  let blanks = '';
  for (const [, space = '', word = ''] of line.matchAll(/([^\S\u00a0]*)((?:\S|\u00a0)*)/g)) {
    if (word === '') {
      // Blanks at the end stay where they fit.
      if (used + space.length <= width) out += space;
      continue;
    }
    blanks = space;
    const length = [...word].length;
    if (used + blanks.length + length > width && wrapsBefore(used + blanks.length, length, width)) {
      out += '\n';
      used = 0;
      blanks = '';
    }
    out += blanks + word;
    used += blanks.length + length;
  }
  return out;
}

/** A word that fills a line by itself only moves to a new one when more than a character stands before it. */
const wrapsBefore = (used: number, length: number, width: number): boolean => length < width || used > 1;
