// A whole command line, from argv to exit code: dispatch, oclif, help, errors.
import { Config } from '@oclif/core';
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
    const config = await oclifConfig(target.entry, around);
    return (await config.runCommand(oclifId(target.entry), target.argv)) as number;
  } catch (e) {
    if (!isExpected(e)) throw e;
    around.io.err(errorText(e, path));
    return e instanceof Exit ? e.code : 1;
  }
}

/** oclif separates the words of an id with colons. */
const oclifId = (entry: VerbEntry): string => entry.id.replaceAll(' ', ':');

/**
 * The plugin is handed over as an object: oclif then reads no package.json, no manifest and no plugin folders. It holds the one
 * command that was asked for: registering all of them takes oclif a millisecond.
 */
async function oclifConfig(entry: VerbEntry, around: Surroundings): Promise<Config> {
  const name = 'kubelab';
  const pjson = {
    name,
    version: '0.1.0',
    type: 'module',
    oclif: { bin: name, dirname: name, commands: { strategy: 'explicit', target: 'none' } },
  };
  const plugin = {
    ...{ name, alias: name, version: pjson.version, root: '/', pjson, type: 'core', moduleType: 'module', _base: '' },
    ...{
      isRoot: true,
      valid: true,
      hasManifest: true,
      hooks: {},
      topics: [],
      options: {},
      commandIDs: [oclifId(entry)],
      load: async () => {},
    },
    commands: [
      {
        ...{
          id: oclifId(entry),
          aliases: [],
          hiddenAliases: [],
          args: {},
          flags: {},
          strict: false,
          pluginAlias: name,
          pluginType: 'core',
        },
        load: async () => commandClass(await entry.load(), around),
      },
    ],
  };
  const options = { root: '/', pjson, plugins: new Map([[name, plugin]]), ...(around.io.env.DEBUG ? {} : { logger: quiet }) };
  return (await Config.load(options as unknown as Parameters<typeof Config.load>[0])) as Config;
}

interface Logger {
  child(): Logger;
  [level: string]: unknown;
}
const silent = (): void => {};
const quiet: Logger = { child: () => quiet, debug: silent, error: silent, info: silent, trace: silent, warn: silent, namespace: 'oclif' };

/** No verb was named: help, or a complaint about what stands there instead. */
async function group({ path, argv }: Extract<Dispatch, { what: 'group' }>, commandPath: string, around: Surroundings): Promise<number> {
  const parsed = parseArgv(argv, [...globalFlags, helpFlag], commandPath);
  if (path[0] === 'help' || path.length === 0) {
    around.io.out(await rootText(around));
    return 0;
  }
  const help = parsed.flags.bool('help');
  if (parsed.args.length > 0 && !help) throw new UsageError(`unknown command ${JSON.stringify(parsed.args[0])}`, true);
  const text = await groupText(path, around);
  if (help) around.io.out(text);
  else around.io.err(text);
  return help ? 0 : 1;
}
