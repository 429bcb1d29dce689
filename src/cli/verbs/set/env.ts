// kubectl set env. Mirrors pkg/cmd/set/set_env.go and pkg/cmd/set/env.
import type { Container, EnvVar } from '../../../model/generated/api.js';
import type { Io } from '../../../model/io.js';
import type { KubeObject } from '../../../model/object.js';
import { isEnvVarName } from '../../../lib/names.js';
import type { Flag, Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { findTargets } from '../../resources.js';
import { chooseAll, containersFlag, selectContainers, setFlags, readOutput, updateAll, withPodSpec } from './pod-template.js';
import { flag } from '../../flag.js';
import { referenceText, resolvedReference } from './references.js';

const flags: readonly Flag[] = [
  ...setFlags,
  containersFlag,
  flag('env', 'stringArray', '[]', 'A variable and its value, key=value.', 'e'),
  flag('from', 'string', '', 'The config map or secret to take variables from.'),
  flag('keys', 'stringSlice', '[]', 'With --from: only these keys.'),
  flag('list', 'bool', 'false', 'Show the variables.'),
  flag('overwrite', 'bool', 'true', 'Whether a variable that is there may get another value.'),
  flag('prefix', 'string', '', 'Put before the names of the variables.'),
  flag('resolve', 'bool', 'false', 'With --list: show the values behind references.'),
];

export const setEnv: Verb<Client> = {
  id: 'set env',
  use: 'env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  short: 'Update environment variables on a pod template',
  example: `
    # Set and remove a variable
    kubectl set env deployment/web MODE=test
    kubectl set env deployment/web MODE-

    # All keys of a config map
    kubectl set env --from=configmap/settings deployment/web`,
  flags,
  run(invocation) {
    const { args, flags: given, io } = invocation;
    if (given.bool('all') && given.string('selector') !== '') throw new UsageError('cannot set --all and --selector at the same time');
    const { resources, specs } = split(args);
    const dryRun = readOutput(invocation);
    const list = given.bool('list');
    if (given.bool('local') && dryRun === 'server')
      throw new UsageError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    if (given.strings('filename').length === 0 && resources.length === 0)
      throw new UsageError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (list && given.string('output') !== '') throw new UsageError('--list and --output may not be specified together');
    if (given.strings('keys').length > 0 && given.string('from') === '')
      throw new UsageError('when specifying --keys, a configmap or secret must be provided with --from');
    const { env, remove } = parseEnv([...given.strings('env'), ...specs], io.stdin);
    const all = [...env, ...fromObjects(invocation)].map((v) => ({ ...v, name: given.string('prefix') + v.name }));
    const choice = chooseAll(invocation, resources, flags);
    const change = (object: KubeObject): KubeObject => withEnv(object, all, remove, invocation);
    if (list) {
      for (const { object } of choice.chosen) change(object);
      return;
    }
    const failure = 'failed to patch env update to pod template: ';
    updateAll(choice, { dryRun, done: 'env updated', failure, change, recorded: false }, invocation);
  },
};

const isSpec = (arg: string): boolean => arg.indexOf('=') > 0 || arg.endsWith('-');

function split(args: readonly string[]): { resources: string[]; specs: string[] } {
  const first = args.findIndex(isSpec);
  if (first < 0) return { resources: [...args], specs: [] };
  const specs = args.slice(first);
  if (!specs.every(isSpec)) throw new UsageError(`all resources must be specified before environment changes: ${args.join(' ')}`);
  return { resources: args.slice(0, first), specs };
}

/** `A=b`, `A-`, and `-` for lines of standard input. */
function parseEnv(specs: readonly string[], stdin: () => string): { env: EnvVar[]; remove: string[] } {
  const env: EnvVar[] = [];
  const remove: string[] = [];
  for (const spec of specs) {
    if (spec === '-')
      env.push(
        ...stdin()
          .split('\n')
          .filter((line) => line.includes('='))
          .map(variable),
      );
    else if (spec.includes('=')) env.push(variable(spec));
    else if (spec.endsWith('-')) remove.push(spec.slice(0, -1));
    else throw new UsageError(`unknown environment variable: ${spec}`);
  }
  if (remove.some((name) => env.some((v) => v.name === name)))
    throw new UsageError('can not both modify and remove the same environment variable in the same command');
  return { env, remove };
}

function variable(spec: string): EnvVar {
  const equals = spec.indexOf('=');
  const name = spec.slice(0, equals);
  const errors = isEnvVarName(name);
  if (errors.length > 0) throw new UsageError(`${JSON.stringify(name)} is not a valid key name: ${errors.join(';')}`);
  const value = spec.slice(equals + 1);
  return { name, ...(value !== '' && { value }) };
}

/** --from: a reference for each key. */
function fromObjects(invocation: Invocation<Client>): EnvVar[] {
  const { flags: given, namespace, program, client } = invocation;
  if (given.string('from') === '') return [];
  const { targets, errors } = findTargets(
    { args: [given.string('from')], program, namespace, labelSelector: given.string('selector') },
    client,
  );
  if (errors[0]) throw errors[0];
  const wanted = given.strings('keys');
  return targets.flatMap(({ object }) => {
    const field = object.kind === 'Secret' ? 'secretKeyRef' : object.kind === 'ConfigMap' ? 'configMapKeyRef' : undefined;
    if (!field) throw new UsageError('unsupported resource specified in --from');
    return Object.keys(object.data ?? {})
      .filter((key) => wanted.length === 0 || wanted.includes(key))
      .sort()
      .map((key) => ({
        name: nameOf(key, invocation.io),
        valueFrom: { [field]: { key, name: object.metadata.name } },
      }));
  });
}

function nameOf(key: string, io: Io): string {
  const name = key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
  if (name !== key) io.err(`Warning: key ${key} transferred to ${name}\n`);
  return name;
}

function withEnv(object: KubeObject, env: readonly EnvVar[], remove: readonly string[], invocation: Invocation<Client>): KubeObject {
  const { flags: given, io } = invocation;
  const pattern = given.string('containers');
  return withPodSpec(object, (spec) => {
    const containers = selectContainers(spec, pattern);
    if (containers.length === 0)
      io.err(`Warning: ${object.kind}/${object.metadata.name} does not have any containers matching ${JSON.stringify(pattern)}\n`);
    for (const container of containers) {
      if (!given.bool('overwrite')) refuseOverwrites(container, env);
      const updated = updatedEnv(container.env ?? [], env, remove);
      if (updated.length > 0) container.env = updated;
      else delete container.env;
      if (given.bool('list')) list(object, container, invocation);
    }
  });
}

function refuseOverwrites(container: Container, env: readonly EnvVar[]): void {
  for (const { name, value = '' } of env) {
    const old = container.env?.find((v) => v.name === name);
    if (old && (old.value ?? '') !== value)
      throw new UsageError(`'${name}' already has a value (${old.value ?? ''}), and --overwrite is false`);
  }
}

/** Changed in place, then the new ones. */
function updatedEnv(existing: readonly EnvVar[], env: readonly EnvVar[], remove: readonly string[]): EnvVar[] {
  const covered = new Set(remove);
  const kept = existing.flatMap((old) => {
    if (covered.has(old.name)) return [];
    const newer = env.find((v) => v.name === old.name);
    if (newer) covered.add(old.name);
    return [newer ?? old];
  });
  const added = env.filter((v) => !covered.has(v.name) && covered.add(v.name));
  return [...kept, ...added];
}

/** --list: one line for each variable; --resolve looks behind references, and says afterwards what it did not find. */
function list(object: KubeObject, container: Container, invocation: Invocation<Client>): void {
  const { flags: given, io } = invocation;
  const missing = new Map<string, string[]>();
  io.out(`# ${object.kind} ${object.metadata.name}, container ${container.name}\n`);
  for (const { name, value = '', valueFrom } of container.env ?? []) {
    try {
      const shown =
        valueFrom && given.bool('resolve') ? resolvedReference(valueFrom, object, container, invocation) : valueFrom ? undefined : value;
      io.out(shown === undefined ? `# ${name} from ${referenceText(valueFrom ?? {})}\n` : `${name}=${shown}\n`);
    } catch (e) {
      const { message } = e as Error;
      missing.set(message, [...(missing.get(message) ?? []), name].sort());
      io.out(`# ${name} from ${referenceText(valueFrom ?? {})}\n`);
    }
  }
  const errors = [...missing].map(([message, names]) => `error retrieving reference for ${names.join(', ')}: ${message}\n`);
  io.err(errors.sort().join(''));
}
