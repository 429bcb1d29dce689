// Which help a command line asks for: the root's, a group's ("rollout") or a verb's, with the verbs below it.
import type { Verb } from '../model/verb.js';
import type { Client } from './client.js';
import type { Surroundings } from './surroundings.js';
import { dispatch } from './dispatch.js';
import { isExpected } from './errors.js';
import { firstArgument } from './flags.js';
import { globalFlags } from './global-flags.js';
import { groupShorts } from './groups.js';
import { groupHelp, rootHelp, verbHelp } from './help.js';
import type { VerbEntry } from './verbs/index.js';

/** `kubectl help [COMMAND...]` is `kubectl [COMMAND...] --help`; undefined when argv asks for something else. */
export async function helpCommand(argv: readonly string[], around: Surroundings): Promise<number | undefined> {
  const at = firstArgument(argv, globalFlags);
  if (at < 0 || argv[at] !== 'help') return undefined;
  const words = argv.slice(at + 1).filter((a) => !a.startsWith('-'));
  around.io.out(await helpOn(words, around));
  return 0;
}

async function helpOn(words: readonly string[], around: Surroundings): Promise<string> {
  if (words.length === 0) return rootText(around);
  try {
    const target = dispatch(words, around.program, around.verbs);
    return target.what === 'verb' ? await verbText(await target.entry.load(), around) : await groupText(target.path, around);
  } catch (e) {
    if (!isExpected(e)) throw e;
    return `Unknown help topic [${words.map((w) => `\`${w}\``).join(' ')}]\n\n${await rootText(around)}`;
  }
}

export const rootText = async ({ verbs, program }: Surroundings): Promise<string> =>
  rootHelp(new Map(await childrenOf([], verbs)), program);

export const groupText = async (path: readonly string[], { verbs, program }: Surroundings): Promise<string> =>
  groupHelp(path, await childrenOf(path, verbs), program);

export const verbText = async (verb: Verb<Client>, { verbs, program }: Surroundings): Promise<string> =>
  verbHelp(verb, await childrenOf(verb.id.split(' '), verbs), program);

/** The words that may follow `path`, each with its one line. */
async function childrenOf(path: readonly string[], verbs: readonly VerbEntry[]): Promise<(readonly [string, string])[]> {
  const below = verbs.filter((v) => path.every((word, i) => v.id.split(' ')[i] === word) && v.id.split(' ').length > path.length);
  const words = [...new Set(below.map((v) => v.id.split(' ')[path.length] as string))];
  return Promise.all(
    words.map(async (word) => {
      const id = [...path, word].join(' ');
      const verb = await below.find((v) => v.id === id)?.load();
      return [word, verb?.short ?? groupShorts[id] ?? ''] as const;
    }),
  );
}
