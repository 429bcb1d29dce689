// kubectl taint. Mirrors k8s.io/kubectl/pkg/cmd/taint (taint.go, utils.go).
import { isQualifiedName, isValidLabelValue } from '../../lib/names.js';
import type { Taint } from '../../model/generated/api.js';
import type { Json, KubeObject } from '../../model/object.js';
import type { APIResource } from '../../model/request.js';
import type { Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { bareError, severalErrors, UsageError } from '../errors.js';
import { objectPrinter, printFlags } from '../print/printer.js';
import { findTargets, requestFor, type Target, throwErrors } from '../resources.js';
import { dryRunFlag, dryRunOf, fieldManagerFlag, validateFlag, validationOf } from '../write-flags.js';

export const taint: Verb<Client> = {
  id: 'taint',
  use: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  short: 'Update the taints on one or more nodes',
  example: `
    # Keep Pods away that do not tolerate it, then allow them again
    kubectl taint nodes node01 dedicated=db:NoSchedule
    kubectl taint nodes node01 dedicated=db:NoSchedule-`,
  flags: [
    { name: 'all', type: 'bool', default: 'false', usage: 'All nodes.' },
    dryRunFlag,
    fieldManagerFlag('kubectl-taint'),
    { name: 'overwrite', type: 'bool', default: 'false', usage: 'Whether taints that are there may be changed.' },
    ...printFlags,
    { name: 'selector', short: 'l', type: 'string', default: '', usage: 'Only nodes whose labels match.' },
    validateFlag,
  ],
  run(invocation) {
    const { flags, io, client } = invocation;
    const dryRun = dryRunOf(flags, io);
    const fieldValidation = validationOf(flags);
    const { resources, changes } = readArguments(invocation);
    const { targets, errors } = findNodes(resources, invocation);
    const failed: Error[] = [...errors];
    for (const target of targets) {
      try {
        const { taints, done } = changedTaints(target, changes, flags.bool('overwrite'));
        const body = { spec: { taints: taints.length > 0 ? (taints as unknown as Json) : null } };
        const options = {
          patchType: 'merge',
          fieldManager: flags.string('field-manager'),
          fieldValidation,
          ...(dryRun === 'server' && { dryRun: true }),
        } as const;
        const node =
          dryRun === 'client'
            ? { ...target.object, spec: { ...target.object.spec, taints } }
            : client.call<KubeObject>(requestFor(target, 'patch', { body, options }));
        io.out(objectPrinter(invocation, { operation: done })(node));
      } catch (e) {
        failed.push(e as Error);
      }
    }
    throwErrors(failed);
  },
};

interface Changes {
  readonly add: readonly Taint[];
  readonly remove: readonly Taint[];
}

function readArguments({ args, flags, client }: Invocation<Client>): { resources: string[]; changes: Changes } {
  const isTaint = (word: string): boolean => /[=:]/.test(word) || word.endsWith('-');
  const first = args.findIndex(isTaint);
  const resources = args.slice(0, first < 0 ? args.length : first);
  const specs = first < 0 ? [] : args.slice(first);
  const stray = specs.find((s) => !isTaint(s));
  if (stray !== undefined) throw new UsageError(`all resources must be specified before taint changes: ${stray}`);
  if (resources.length === 0) throw new UsageError('one or more resources must be specified as <resource> <name>');
  if (specs.length === 0) throw new UsageError('at least one taint update is required');
  const changes = readChanges(specs);
  const type = (resources[0] as string).toLowerCase();
  if (resourceNamed(type, client).kind !== 'Node') throw new UsageError(`invalid resource type ${type}, only node types are supported`);
  const both = changes.add.flatMap((a) => changes.remove.filter((r) => r.key === a.key && (!r.effect || r.effect === a.effect)));
  if (both.length > 0)
    throw new UsageError(
      `can not both modify and remove the following taint(s) in the same command: ${both.map((t) => `${t.key}=${t.effect ?? ''}`).join(', ')}`,
    );
  if (flags.bool('all') && flags.string('selector') !== '')
    throw new UsageError("setting 'all' parameter with a non empty selector is prohibited");
  if (!flags.bool('all') && flags.string('selector') === '' && resources.length < 2)
    throw new UsageError("at least one resource name must be specified since 'all' parameter is not set");
  return { resources: [...resources], changes };
}

/** kubectl says what it does not know without "error: " here. */
function resourceNamed(type: string, client: Client): APIResource {
  try {
    return client.mapper.find(type);
  } catch (e) {
    throw bareError((e as Error).message);
  }
}

function readChanges(specs: readonly string[]): Changes {
  const add: Taint[] = [];
  const remove: Taint[] = [];
  for (const spec of specs) {
    if (spec.endsWith('-')) {
      remove.push(readTaint(spec.slice(0, -1)));
      continue;
    }
    const taint = readTaint(spec);
    if (!taint.effect) throw new UsageError(`invalid taint spec: ${spec}`, true);
    if (add.some((a) => a.key === taint.key && a.effect === taint.effect))
      throw new UsageError(
        `duplicated taints with the same key and effect: {${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`,
        true,
      );
    add.push(taint);
  }
  return { add, remove };
}

const effects = new Set(['NoSchedule', 'PreferNoSchedule', 'NoExecute']);

/** "key=value:effect", "key:effect" or "key". */
function readTaint(spec: string): Taint {
  const wrong = (why = ''): UsageError => new UsageError(`invalid taint spec: ${spec}${why}`, true);
  const [head = '', effect, ...more] = spec.split(':');
  if (more.length > 0) throw wrong();
  if (effect !== undefined && !effects.has(effect)) throw new UsageError(`invalid taint effect: ${effect}, unsupported taint effect`, true);
  const [key = '', value, ...rest] = effect === undefined ? [head] : head.split('=');
  if (rest.length > 0) throw wrong();
  const problems = value === undefined ? [] : isValidLabelValue(value);
  if (problems.length > 0) throw wrong(`, ${problems.join('; ')}`);
  const names = isQualifiedName(key);
  if (names.length > 0) throw wrong(`, ${names.join('; ')}`);
  return { key, effect: effect ?? '', ...(value && { value }) };
}

function findNodes(resources: readonly string[], { flags, program, namespace, client }: Invocation<Client>) {
  const all = flags.bool('all');
  const labelSelector = flags.string('selector');
  const args = all || labelSelector !== '' ? ['nodes'] : ['nodes', ...resources.slice(1)];
  return findTargets({ args, program, namespace, all, labelSelector }, client);
}

/** The node's taints afterwards, and the word for what was done. */
function changedTaints({ name, object }: Target, { add, remove }: Changes, overwrite: boolean): { taints: Taint[]; done: string } {
  const old: readonly Taint[] = object.spec?.taints ?? [];
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;
  const clash = add.filter((a) => old.some((o) => same(a, o))).map((a) => a.key);
  if (!overwrite && clash.length > 0)
    throw new UsageError(`node ${name} already has ${clash.join(',')} taint(s) with same effect(s) and --overwrite is false`);
  let taints = [...add, ...old.filter((o) => !add.some((a) => same(a, o)))];
  const added = taints.length !== old.length;
  const missing: Error[] = [];
  let removed = false;
  for (const r of remove) {
    const left = taints.filter((t) => t.key !== r.key || (r.effect !== '' && t.effect !== r.effect));
    if (left.length === taints.length) missing.push(new UsageError(`taint "${r.key}${r.effect ? `:${r.effect}` : ''}" not found`));
    else removed = true;
    taints = left;
  }
  if (missing.length > 0) throw severalErrors(missing);
  return { taints, done: (added && removed) || overwrite ? 'modified' : added ? 'tainted' : 'untainted' };
}
