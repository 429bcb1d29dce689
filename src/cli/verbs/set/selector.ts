// kubectl set selector. Mirrors pkg/cmd/set/set_selector.go.
import { type LabelRequirement, parseLabelSelector } from '../../../lib/selector.js';
import { groupKindOf, type KubeObject } from '../../../model/object.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { objectPrinter } from '../../print/printer.js';
import { dryRunOf, withCause, withDryRun } from '../../write-flags.js';
import { choose, forEachChosen } from '../../chosen.js';
import { difference, refuseLocalNames, send, recordedSetFlags } from './pod-template.js';

const flags = [
  ...recordedSetFlags.filter((f) => f.name !== 'selector'),
  { name: 'resource-version', type: 'string', default: '', usage: 'Only change the object when it has this version.' },
] as const;

export const setSelector: Verb<Client> = {
  id: 'set selector',
  use: 'selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  short: 'Set the selector on a resource',
  example: `
    # The pods a service stands for
    kubectl set selector service web app=web,track=stable`,
  flags,
  run(invocation) {
    const { args, flags: given, io } = invocation;
    const dryRun = dryRunOf(given, io);
    const last = args.at(-1);
    const selector = last === undefined ? undefined : parse(last);
    const print = objectPrinter(invocation, { operation: withDryRun('selector updated', dryRun), typed: true });
    if (selector === undefined) throw new UsageError('one selector is required');
    const version = given.string('resource-version');
    refuseLocalNames(given, args.slice(0, -1));
    forEachChosen(choose(invocation, args.slice(0, -1), flags), (one) => {
      const changed = withCause(withSelector(one.object, selector), invocation);
      if (dryRun === 'client' || !one.target) return io.out(print(changed));
      const patch = difference(one.object, changed);
      const body = version === '' ? patch : { ...patch, metadata: { resourceVersion: version } };
      io.out(print(send(one, body, dryRun, invocation)));
    });
  },
};

function parse(text: string): LabelRequirement[] {
  let requirements: LabelRequirement[];
  try {
    requirements = parseLabelSelector(text);
  } catch (e) {
    throw new UsageError(`couldn't parse the selector string "${text}": ${(e as Error).message}`);
  }
  const unequal = requirements.find((r) => r.exact === '!=' || r.operator === 'GreaterThan' || r.operator === 'LessThan');
  if (!unequal) return requirements;
  const shown = unequal.exact ?? (unequal.operator === 'GreaterThan' ? 'gt' : 'lt');
  throw new UsageError(`${JSON.stringify(shown)} is not a valid label selector operator`);
}

function withSelector(object: KubeObject, requirements: readonly LabelRequirement[]): KubeObject {
  if (groupKindOf(object) !== 'Service') throw new UsageError('setting a selector is only supported for Services');
  const [pairs, expressions] = [requirements.filter(isPair), requirements.filter((r) => !isPair(r))];
  if (expressions.length > 0) {
    const shown = expressions.map((r) => `{${r.key} ${r.operator} [${r.values.join(' ')}]}`).join(' ');
    throw new UsageError(`match expression [${shown}] not supported on this object`);
  }
  return { ...object, spec: { ...object.spec, selector: Object.fromEntries(pairs.map((r) => [r.key, r.values[0] ?? ''])) } };
}

const isPair = (r: LabelRequirement): boolean => r.exact === '=' || r.exact === '==';
