// Brace expansion (bash): {a,b}, {1..3}, {01..10..2}.
import type { Word } from './syntax.js';

const range = /^(-?\d+|[a-z])\.\.(-?\d+|[a-z])(?:\.\.(\d+))?$/i;

function choicesOf(inside: string): string[] | undefined {
  const match = range.exec(inside);
  if (!match) return inside.includes(',') ? inside.split(',') : undefined;
  const [, a = '', b = '', by = '1'] = match;
  const numeric = /\d$/.test(a) && /\d$/.test(b);
  const [from, to] = numeric ? [Number(a), Number(b)] : [a.charCodeAt(0), b.charCodeAt(0)];
  const width = numeric && /^-?0\d|^0\d/.test(`${a} ${b}`) ? Math.max(a.length, b.length) : 0;
  const step = Math.max(1, Number(by)) * (from <= to ? 1 : -1);
  return Array.from({ length: Math.floor(Math.abs(to - from) / Math.abs(step)) + 1 }, (_, i) =>
    numeric ? String(from + i * step).padStart(width, '0') : String.fromCharCode(from + i * step),
  );
}

/** One word for each choice; braces in quotes, and those that enclose no choice, stay. */
export function braces(word: Word): Word[] {
  for (const [i, part] of word.entries()) {
    if (part.kind !== 'text' || part.quoted) continue;
    const match = /\{([^{}]*)\}/.exec(part.text);
    const choices = match ? choicesOf(match[1] as string) : undefined;
    if (!match || !choices) continue;
    const text = (x: string) => ({ ...part, text: part.text.slice(0, match.index) + x + part.text.slice(match.index + match[0].length) });
    return choices.flatMap((x) => braces([...word.slice(0, i), text(x), ...word.slice(i + 1)]));
  }
  return [word];
}
