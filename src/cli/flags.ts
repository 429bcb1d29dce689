// Parses a command line as spf13/pflag does: interspersed arguments, --x=y, --x y, -xyz, -n=ns, bare flags, "--".
// oclif's own parser knows neither --watch=false nor bare --dry-run, nor kubectl's error texts.
import type { Flag, FlagValues } from '../model/verb.js';
import { parseFlagValue, type FlagValue } from './flag-values.js';
import { FlagError } from './errors.js';

export interface ParsedArgv {
  readonly args: string[];
  /** Index into args where "--" stood, or -1. */
  readonly dashAt: number;
  readonly flags: FlagValues;
  /** Lines for stderr: "Flag --x has been deprecated, ...". */
  readonly deprecations: string[];
  /** The flags that were given, by name, with their last raw value. */
  readonly given: ReadonlyMap<string, string>;
}

const flagError = (message: string, commandPath: string): FlagError => new FlagError(message, commandPath);

/** What the bare flag means; undefined when the flag needs a value. pflag's NoOptDefVal. */
const bareValue = (flag: Flag): string | undefined => flag.bare ?? (flag.type === 'bool' ? 'true' : undefined);

/** Go's %q of a character. */
const quoteChar = (c: string): string => `'${c === "'" || c === '\\' ? `\\${c}` : c}'`;

export function parseArgv(argv: readonly string[], known: readonly Flag[], commandPath: string): ParsedArgv {
  const byName = new Map(known.map((f) => [f.name, f]));
  const byShort = new Map(known.flatMap((f) => (f.short ? [[f.short, f] as const] : [])));
  const values = new Map<string, FlagValue>();
  const given = new Map<string, string>();
  const deprecations: string[] = [];
  const args: string[] = [];
  let dashAt = -1;

  const set = (flag: Flag, raw: string): void => {
    try {
      values.set(flag.name, parseFlagValue(flag.type, raw, values.get(flag.name)));
    } catch (e) {
      const shown = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
      throw flagError(`invalid argument ${JSON.stringify(raw)} for "${shown}" flag: ${(e as Error).message}`, commandPath);
    }
    given.set(flag.name, raw);
    if (flag.deprecated && !deprecations.includes(flag.deprecated)) deprecations.push(flag.deprecated);
  };

  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      dashAt = args.length;
      args.push(...rest);
      break;
    }
    if (arg.startsWith('--')) long(arg);
    else if (arg.startsWith('-') && arg.length > 1) shorts(arg.slice(1));
    else args.push(arg);
  }
  return { args, dashAt, deprecations, given, flags: flagValues(byName, values) };

  function long(arg: string): void {
    const body = arg.slice(2);
    if (body.startsWith('-') || body.startsWith('=')) throw flagError(`bad flag syntax: ${arg}`, commandPath);
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    // kubectl takes --dry_run for --dry-run (WordSepNormalizeFunc).
    const flag = byName.get(name.replaceAll('_', '-'));
    if (!flag) throw flagError(`unknown flag: --${name}`, commandPath);
    const bare = bareValue(flag);
    if (equals >= 0) set(flag, body.slice(equals + 1));
    else if (bare !== undefined) set(flag, bare);
    else set(flag, next(`--${name}`));
  }

  function shorts(cluster: string): void {
    for (let at = 0; at < cluster.length; at++) {
      const letter = cluster[at] as string;
      const flag = byShort.get(letter);
      if (!flag) throw flagError(`unknown shorthand flag: ${quoteChar(letter)} in -${cluster.slice(at)}`, commandPath);
      const after = cluster.slice(at + 1);
      const bare = bareValue(flag);
      if (after.length > 1 && after[0] === '=') return set(flag, after.slice(1));
      if (bare !== undefined) set(flag, bare);
      else return set(flag, after !== '' ? after : next(`${quoteChar(letter)} in -${cluster.slice(at)}`));
    }
  }

  function next(what: string): string {
    const value = rest.shift();
    if (value === undefined) throw flagError(`flag needs an argument: ${what}`, commandPath);
    return value;
  }
}

/** Reads values by name; the flag's default where it was not given. */
function flagValues(byName: ReadonlyMap<string, Flag>, values: ReadonlyMap<string, FlagValue>): FlagValues {
  const read = (name: string, ...types: Flag['type'][]): FlagValue => {
    const flag = byName.get(name);
    if (!flag) throw new Error(`no flag --${name}`);
    if (!types.includes(flag.type)) throw new Error(`--${name} is a ${flag.type}, not a ${types[0]}`);
    return values.get(name) ?? defaultValue(flag);
  };
  return {
    string: (name) => read(name, 'string') as string,
    bool: (name) => read(name, 'bool') as boolean,
    int: (name) => read(name, 'int') as number,
    duration: (name) => read(name, 'duration') as number,
    strings: (name) => (read(name, 'stringArray', 'stringSlice', 'stringToString') as FlagValue & { items: string[] }).items,
    changed: (name) => {
      if (!byName.has(name)) throw new Error(`no flag --${name}`);
      return values.has(name);
    },
  };
}

function defaultValue(flag: Flag): FlagValue {
  const list = flag.type === 'stringArray' || flag.type === 'stringSlice' || flag.type === 'stringToString';
  if (list) {
    const inside = flag.default.replace(/^\[|\]$/g, '');
    return { items: inside === '' ? [] : inside.split(',') };
  }
  return flag.default === '' && flag.type !== 'string' ? zero[flag.type as 'bool'] : parseFlagValue(flag.type, flag.default, undefined);
}

const zero = { bool: false, int: 0, duration: 0 } as const;

/** Which of `argv`'s words is the first that is no flag and no flag's value: cobra's stripFlags. -1 when there is none. */
export function firstArgument(argv: readonly string[], known: readonly Flag[], from = 0): number {
  for (let i = from; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (arg === '--') return -1;
    if (!arg.startsWith('-') || arg === '-') return i;
    if (arg.includes('=')) continue;
    const flag = arg.startsWith('--') ? known.find((f) => f.name === arg.slice(2)) : known.find((f) => f.short === arg[1]);
    const alone = arg.startsWith('--') || arg.length === 2;
    if (alone && (flag === undefined || bareValue(flag) === undefined)) i++;
  }
  return -1;
}
