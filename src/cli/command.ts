// One oclif Command per Verb. oclif finds and loads commands; the command line itself is read by flags.ts, as pflag would.
import { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import type { Io } from '../model/io.js';
import type { Flag, Invocation, Verb } from '../model/verb.js';
import { Client, type Connection } from './client.js';
import { errorText, Exit, FlagError, isExpected, UsageError } from './errors.js';
import { parseArgv } from './flags.js';
import { checkGlobals, globalFlags, helpFlag } from './global-flags.js';
import { usedContext } from './kubeconfig.js';
import { verbText } from './help-command.js';
import type { Surroundings } from './surroundings.js';

export function commandClass(verb: Verb<Client>, around: Surroundings): Command.Class {
  class VerbCommand extends Command {
    // oclif's own run() loads its whole Config a second time (4 ms).
    static override run = (async (argv: string[], config: Config) => new VerbCommand(argv, config).run()) as unknown as typeof Command.run;

    async run(): Promise<number> {
      return verb.errorCode === undefined ? runVerb(verb, this.argv, around) : runWithCode(verb, this.argv, around, verb.errorCode);
    }
  }
  VerbCommand.id = verb.id;
  return VerbCommand as unknown as Command.Class;
}

async function runWithCode(verb: Verb<Client>, argv: readonly string[], around: Surroundings, code: number): Promise<number> {
  try {
    return await runVerb(verb, argv, around);
  } catch (e) {
    if (!isExpected(e) || e instanceof Exit) throw e;
    const error = e instanceof FlagError ? new UsageError(e.problem, true) : e;
    around.io.err(errorText(error, `${around.program} ${verb.id}`));
    throw new Exit(code);
  }
}

async function runVerb(verb: Verb<Client>, argv: readonly string[], around: Surroundings): Promise<number> {
  const { program, connect, clusterPath, namespace } = around;
  const globals = globalFlags.filter((g) => !verb.flags.some((f) => f.name === g.name)).map((g) => yielding(g, verb));
  const flags = [...verb.flags, ...globals, helpFlag];
  const parsed = parseArgv(argv, flags, `${program} ${verb.id}`);
  for (const line of parsed.deprecations) around.io.err(`${line}\n`);
  if (parsed.flags.bool('help')) {
    around.io.out(await verbText(verb, around));
    return 0;
  }
  checkGlobals(parsed, verb);
  const missing = verb.flags.filter((f) => f.required && !parsed.given.has(f.name)).map((f) => JSON.stringify(f.name));
  if (missing.length > 0) throw new UsageError(`required flag(s) ${missing.sort().join(', ')} not set`);

  const told = verb.together ? new Held(around.io) : undefined;
  const io = told ?? around.io;
  const wanted = verb.flags.some((f) => f.name === 'context') ? '' : parsed.flags.string('context');
  const client = new Client(() => inContext(connect(), wanted, verb), io);
  try {
    const given = parsed.flags.string('namespace');
    const invocation: Invocation<Client> = {
      args: parsed.args,
      dashAt: parsed.dashAt,
      flags: parsed.flags,
      io,
      client,
      clusterPath,
      program,
      commandLine: [program, verb.id, ...parsed.args, ...[...parsed.given].map(([name, value]) => `--${name}=${value}`)].join(' '),
      get namespace() {
        if (given !== '') return given;
        return wanted === '' ? namespace(client) : usedContext(client.connection, wanted).namespace || 'default';
      },
      namespaceGiven: given !== '',
    };
    const code = (told ? together(verb, invocation, told) : await verb.run(invocation)) ?? 0;
    refuseWarnings(client, parsed.flags.bool('warnings-as-errors'), around.io);
    return code;
  } finally {
    client.close();
  }
}

/** The connection, where the context that is used leads to this cluster. */
function inContext(opened: Connection, wanted: string, verb: Verb<Client>): Connection {
  try {
    if (!verb.anyContext) usedContext(opened, wanted, verb.id);
    return opened;
  } catch (e) {
    opened.close();
    throw e;
  }
}

/** Runs the verb with its writes in one transaction, which an error that the user is to see does not undo. */
function together(verb: Verb<Client>, invocation: Invocation<Client>, told: Held): number | void {
  const outcome = invocation.client.connection.together(() => {
    try {
      return { code: verb.run(invocation) as number | void };
    } catch (error) {
      if (!isExpected(error)) throw error;
      return { error };
    }
  });
  told.tell();
  if ('error' in outcome) throw outcome.error;
  return outcome.code;
}

/** A verb's own letter wins: -s is curl's --silent, not --server. */
function yielding(global: Flag, verb: Verb<Client>): Flag {
  if (!verb.flags.some((f) => f.short !== undefined && f.short === global.short)) return global;
  const { short: _taken, ...rest } = global;
  return rest;
}

/** --warnings-as-errors: the command did its work, but ends as failed. */
function refuseWarnings(client: Client, wanted: boolean, io: Io): void {
  if (!wanted || client.warnings === 0) return;
  io.err(`error: ${client.warnings} warning${client.warnings === 1 ? '' : 's'} received\n`);
  throw new Exit(1);
}

// An Io that keeps what is said until its writes are on disk: nothing is reported that a crash could still undo.

class Held implements Io {
  readonly #lines: { readonly to: 'out' | 'err'; readonly text: string }[] = [];

  constructor(private readonly io: Io) {}

  out(text: string): void {
    this.#lines.push({ to: 'out', text });
  }

  err(text: string): void {
    this.#lines.push({ to: 'err', text });
  }

  /** Says it all, in the order it came. */
  tell(): void {
    for (const { to, text } of this.#lines.splice(0)) this.io[to](text);
  }

  stdin(): string {
    return this.io.stdin();
  }

  get inputIsTTY(): boolean {
    return this.io.inputIsTTY;
  }

  get outputIsTTY(): boolean {
    return this.io.outputIsTTY;
  }

  get env(): Io['env'] {
    return this.io.env;
  }

  get cwd(): string {
    return this.io.cwd;
  }
}
