// A whole command line, from argv to exit code: dispatch, oclif, help, errors.
import type { Command, Interfaces } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { setLogger } from '@oclif/core/logger';
import { commandClass } from './command.js';
import type { Surroundings } from './surroundings.js';
import { type Dispatch, dispatch } from './dispatch.js';
import { errorText, Exit, isExpected, UsageError } from './errors.js';
import { parseArgv } from './flags.js';
import { globalFlags, helpFlag } from './global-flags.js';
import { groupText, rootText } from './help-command.js';
import type { VerbEntry } from './verbs/index.js';

/** Runs `argv` and returns the exit code; expected errors are printed, bugs are thrown. */
export async function runCommandLine(argv: readonly string[], around: Surroundings): Promise<number> {
  let path = around.program;
  try {
    const target = dispatch(argv, around.program, around.verbs);
    if (target.what === 'group') {
      path = [around.program, ...target.path].join(' ');
      return await group(target, path, around);
    }
    path = `${around.program} ${target.entry.id}`;
    return await runWithOclif(target.entry, target.argv, around);
  } catch (e) {
    if (!isExpected(e)) throw e;
    around.io.err(errorText(e, path));
    return e instanceof Exit ? e.code : 1;
  }
}

/**
 * oclif runs the one command that was asked for, which is handed over as an object. Its Config stays as it was made: load() would look for
 * plugins, hooks, themes, the shell and folders that are not used here, and takes longer than reading the cluster.
 */
function runWithOclif(entry: VerbEntry, argv: string[], around: Surroundings): Promise<number> {
  if (!around.io.env.DEBUG) setLogger({ root: '/', logger: quiet });
  const config = new Config({ root: '/' });
  config.bin = around.program;
  config.pjson = { name: 'kubelab', version: '0.1.0', oclif: {} } as unknown as Config['pjson'];
  const id = entry.id.replaceAll(' ', ':'); // oclif separates the words of an id with colons
  const command = { id, aliases: [], hiddenAliases: [], args: {}, flags: {}, load: async () => commandClass(await entry.load(), around) };
  return config.runCommand<number>(id, argv, command as unknown as Command.Loadable);
}

const silent = (): void => {};
const quiet: Interfaces.Logger = {
  child: () => quiet,
  namespace: 'oclif',
  debug: silent,
  error: silent,
  info: silent,
  trace: silent,
  warn: silent,
};

/** No verb was named: help, or a complaint about what stands there instead. */
async function group({ path, argv }: Extract<Dispatch, { what: 'group' }>, commandPath: string, around: Surroundings): Promise<number> {
  const parsed = parseArgv(argv, [...globalFlags, helpFlag], commandPath);
  if (path[0] === 'help' || path.length === 0) {
    around.io.out(await rootText(around));
    return 0;
  }
  const help = parsed.flags.bool('help');
  if (parsed.args.length > 0 && !help) throw new UsageError(`unknown command ${JSON.stringify(parsed.args.join(' '))}`, true);
  const text = await groupText(path, around);
  if (help) around.io.out(text);
  else around.io.err(text);
  return help ? 0 : 1;
}
