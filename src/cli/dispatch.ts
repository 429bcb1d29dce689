// Which verb a command line means: cobra's Find. Flags may stand before the verb; several words may name one verb.
import { bareError, notSimulated, UsageError } from './errors.js';
import { firstArgument } from './flags.js';
import { globalFlags } from './global-flags.js';
import { commandGroups, groupAliases, notOffered } from './groups.js';
import { distance } from '../lib/levenshtein.js';
import type { VerbEntry } from './verbs/index.js';

export type Dispatch =
  | { readonly what: 'verb'; readonly entry: VerbEntry; readonly argv: string[] }
  /** A word that only groups verbs ("rollout"), or no word at all (path is []). */
  | { readonly what: 'group'; readonly path: readonly string[]; readonly argv: string[] };

type Verbs = readonly VerbEntry[];
const isGroup = (verbs: Verbs, path: readonly string[]): boolean => verbs.some((v) => v.id.startsWith(`${path.join(' ')} `));
const entryOf = (verbs: Verbs, path: readonly string[]): VerbEntry | undefined => {
  const parent = path.slice(0, -1).join(' ');
  const of = (v: VerbEntry): readonly string[] => [v.id, ...v.aliases.map((a) => (parent === '' ? a : `${parent} ${a}`))];
  return (
    verbs.find((v) => v.id === path.join(' ')) ??
    verbs.find((v) => v.id.split(' ').length === path.length && v.id.startsWith(parent) && of(v).includes(path.join(' ')))
  );
};

export function dispatch(argv: readonly string[], program: string, verbs: Verbs): Dispatch {
  const at = firstArgument(argv, globalFlags);
  if (at < 0) return { what: 'group', path: [], argv: [...argv] };
  const [first = ''] = argv;
  const word = argv[at] as string;
  // kubectl looks for a plugin of that name before it complains of the word.
  if (first.startsWith('-') && !entryOf(verbs, [word]) && !isGroup(verbs, [word]) && !notOffered.has(word))
    throw bareError(`Error: flags cannot be placed before plugin name: ${first}`);
  return descend([word], [...argv.slice(0, at), ...argv.slice(at + 1)], at, program, verbs);
}

/** `rest` is argv without the words of `path`; sub-verbs are looked for from index `from` on. */
function descend(path: string[], rest: string[], from: number, program: string, verbs: Verbs): Dispatch {
  const entry = entryOf(verbs, path);
  if (isGroup(verbs, entry ? entry.id.split(' ') : path)) {
    const here = entry ? entry.id.split(' ') : path;
    const at = firstArgument(rest, globalFlags, from);
    const below = at < 0 ? undefined : [...here, rest[at] as string];
    const deeper = below && [...(groupAliases[below.join(' ')] ?? below)];
    if (deeper && (entryOf(verbs, deeper) || isGroup(verbs, deeper))) {
      return descend(deeper, [...rest.slice(0, at), ...rest.slice(at + 1)], at, program, verbs);
    }
    if (deeper && notOffered.has(deeper.join(' '))) throw notSimulated(`'${program} ${deeper.join(' ')}'`);
    if (!entry) return { what: 'group', path: here, argv: rest };
  }
  if (entry) return { what: 'verb', entry, argv: rest };
  throw unknownCommand(path[0] as string, program);
}

function unknownCommand(word: string, program: string): UsageError {
  if (notOffered.has(word)) return notSimulated(`'${program} ${word}'`);
  const own = program === 'kubectl' ? [] : commandGroups.slice(-1);
  const near = [...commandGroups.slice(0, -1), ...own]
    .flatMap((g) => g.verbs)
    .filter((name) => distance(word.toLowerCase(), name) <= 2 || name.startsWith(word.toLowerCase()));
  const hint = near.length > 0 ? `\n\nDid you mean this?\n${near.map((n) => `\t${n}\n`).join('')}` : '';
  return new UsageError(`unknown command ${JSON.stringify(word)} for ${JSON.stringify(program)}${hint}`);
}
