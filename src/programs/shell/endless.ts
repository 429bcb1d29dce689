// Loops that never end by themselves, told by their text.
import type { List } from './syntax.js';

/** `while true`, `while :`, `while [ 1 ]`, `until false`. */
export function alwaysTrue(test: List, until: boolean): boolean {
  const only = test.length === 1 && test[0]?.rest.length === 0 ? test[0].first : undefined;
  const command = only?.commands.length === 1 && !only.not ? only.commands[0] : undefined;
  if (command?.kind !== 'simple') return false;
  const words = command.words.map((w) => w.map((p) => (p.kind === 'text' ? p.text : '$')).join('')).join(' ');
  return until ? words === 'false' : ['true', ':', '[ 1 ]', 'sleep infinity'].includes(words);
}

/** Is there a word in it that could end the loop? */
export const canLeave = (body: List): boolean => /"text":"(break|exit|return|exec)"/.test(JSON.stringify(body));
