import { expect, test } from 'vitest';
import { UsageError } from '../../src/cli/errors.js';
import { parseArgv } from '../../src/cli/flags.js';
import { helpFlag } from '../../src/cli/global-flags.js';
import type { Flag } from '../../src/model/verb.js';

const flag = (name: string, type: Flag['type'], more: Partial<Flag> = {}): Flag => ({ name, type, default: '', usage: '', ...more });
const flags: Flag[] = [
  flag('namespace', 'string', { short: 'n' }),
  flag('watch', 'bool', { short: 'w' }),
  flag('all', 'bool', { short: 'A' }),
  flag('chunk-size', 'int', { default: '500' }),
  flag('since', 'duration', { default: '0s' }),
  flag('dry-run', 'string', { default: 'none', bare: 'unchanged' }),
  flag('label-columns', 'stringSlice', { short: 'L', default: '[]' }),
  flag('from-literal', 'stringArray', { default: '[]' }),
  helpFlag,
];
const parse = (...argv: string[]) => parseArgv(argv, flags, 'kubectl get');
const error = (...argv: string[]): string => {
  try {
    parse(...argv);
    return 'no error';
  } catch (e) {
    expect(e).toBeInstanceOf(UsageError);
    return (e as Error).message;
  }
};
const see = "\nSee 'kubectl get --help' for usage.";

test('values of every shape', () => {
  const p = parse(
    'a',
    '-n=x',
    '--watch=false',
    'b',
    '--chunk-size',
    '0x10',
    '--since=1h2m3.5s',
    '--dry-run',
    'c',
    '-La,b',
    '-L',
    'c',
    '--from-literal',
    'x,y',
    '--',
    '-z',
  );
  expect(p.args).toEqual(['a', 'b', 'c', '-z']);
  expect(p.dashAt).toBe(3);
  expect(p.flags.string('namespace')).toBe('x');
  expect(p.flags.bool('watch')).toBe(false);
  expect(p.flags.changed('watch')).toBe(true);
  expect(p.flags.bool('all')).toBe(false);
  expect(p.flags.changed('all')).toBe(false);
  expect(p.flags.int('chunk-size')).toBe(16);
  expect(p.flags.duration('since')).toBe(3_723_500);
  expect(p.flags.string('dry-run')).toBe('unchanged');
  expect(p.flags.strings('label-columns')).toEqual(['a', 'b', 'c']);
  expect(p.flags.strings('from-literal')).toEqual(['x,y']);
});

test('defaults, and short flags in one word', () => {
  const p = parse('-wAnfoo', '--chunk_size=7');
  expect(p.flags.bool('watch') && p.flags.bool('all')).toBe(true);
  expect(p.flags.string('namespace')).toBe('foo');
  expect(p.flags.int('chunk-size')).toBe(7);
  expect(parse().flags.int('chunk-size')).toBe(500);
  expect(parse().flags.string('dry-run')).toBe('none');
});

test('the words of kubectl for what is wrong', () => {
  expect(error('--foo')).toBe(`unknown flag: --foo${see}`);
  expect(error('-wZ')).toBe(`unknown shorthand flag: 'Z' in -Z${see}`);
  expect(error('--namespace')).toBe(`flag needs an argument: --namespace${see}`);
  expect(error('-wn')).toBe(`flag needs an argument: 'n' in -n${see}`);
  expect(error('--=x')).toBe(`bad flag syntax: --=x${see}`);
  expect(error('--watch=maybe')).toBe(
    `invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax${see}`,
  );
  expect(error('--chunk-size=a')).toBe(`invalid argument "a" for "--chunk-size" flag: strconv.ParseInt: parsing "a": invalid syntax${see}`);
  expect(error('--since=a')).toBe(`invalid argument "a" for "--since" flag: time: invalid duration "a"${see}`);
  expect(error('--since=10')).toBe(`invalid argument "10" for "--since" flag: time: missing unit in duration "10"${see}`);
});

test('asking for a flag that does not exist is a bug', () => {
  expect(() => parse().flags.bool('nope')).toThrow('no flag --nope');
  expect(() => parse().flags.bool('namespace')).toThrow('--namespace is a string, not a bool');
});
