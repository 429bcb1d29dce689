// kubectl label. Mirrors pkg/cmd/label/label.go.
import { isValidLabelValue } from '../../lib/names.js';
import type { KubeObject } from '../../model/object.js';
import type { Verb } from '../../model/verb.js';
import { checkLocal, checkPairFlags, choose, forEachChosen, listing, pairFlags, resourcesAndPairs } from '../chosen.js';
import type { Client } from '../client.js';
import { severalErrors, UsageError } from '../errors.js';
import { mergePatchTo } from '../merge-patch-to.js';
import { objectPrinter } from '../print/printer.js';
import { dryRunOf, withCause, withDryRun } from '../write-flags.js';

const flags = pairFlags('label', 'kubectl-label');

export const label: Verb<Client> = {
  id: 'label',
  use: 'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the labels on a resource',
  example: `
    # Set, change and remove a label
    kubectl label pod web tier=front
    kubectl label pod web tier=back --overwrite
    kubectl label pod web tier-`,
  flags,
  run(invocation) {
    const { args, flags: given, io, client } = invocation;
    const dryRun = dryRunOf(given, io);
    const { resources, pairs } = resourcesAndPairs(args, 'label');
    const changes = parseLabels(pairs);
    const list = given.bool('list');
    checkPairFlags(given);
    checkLocal(given, resources, dryRun);
    if (changes.set.size === 0 && changes.remove.length === 0 && !list) throw new UsageError('at least one label update is required');

    const choice = choose(invocation, resources, flags);
    const version = given.string('resource-version');
    if (!choice.single && version !== '') throw new UsageError('--resource-version may only be used with a single resource');
    forEachChosen(choice, ({ object, target }) => {
      const sends = dryRun !== 'client' && !list && target !== undefined;
      if (sends) for (const key of missing(object, changes.remove)) io.out(`label ${JSON.stringify(key)} not found.\n`);
      const labels = labelled(object, changes, given.bool('overwrite'), version);
      const changed = sends ? withCause(labels, invocation) : labels;
      if (sends) mergePatchTo(target, changed, { client, dryRun, fieldManager: given.string('field-manager') });
      if (list) return io.out(listing(changed, 'labels', choice.single));
      const done = whatHappened(object, changed);
      io.out(objectPrinter(invocation, { operation: withDryRun(done, dryRun) })(changed));
    });
  },
};

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

function parseLabels(specs: readonly string[]): Changes {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const spec of specs) {
    const [key = '', value, ...more] = spec.split('=');
    if (value === undefined) {
      if (!spec.endsWith('-')) throw new UsageError(`unknown label spec: ${spec}`);
      remove.push(spec.slice(0, -1));
      continue;
    }
    if (more.length > 0) throw new UsageError(`invalid label spec: ${spec}`);
    const errors = isValidLabelValue(value);
    if (errors.length > 0) throw new UsageError(`invalid label value: ${JSON.stringify(spec)}: ${errors.join(';')}`);
    set.set(key, value);
  }
  if (remove.some((key) => set.has(key))) throw new UsageError('can not both modify and remove a label in the same command');
  return { set, remove };
}

const missing = (object: KubeObject, keys: readonly string[]): string[] =>
  keys.filter((key) => object.metadata.labels?.[key] === undefined);

function labelled(object: KubeObject, { set, remove }: Changes, overwrite: boolean, version: string): KubeObject {
  const labels = { ...object.metadata?.labels };
  if (!overwrite) {
    const taken = [...set].filter(([key, value]) => (labels[key] ?? value) !== value).map(([key]) => key);
    if (taken.length > 0)
      throw severalErrors(taken.map((key) => new UsageError(`'${key}' already has a value (${labels[key]}), and --overwrite is false`)));
  }
  for (const [key, value] of set) labels[key] = value;
  for (const key of remove) delete labels[key];
  return { ...object, metadata: { ...object.metadata, labels, ...(version !== '' && { resourceVersion: version }) } };
}

function whatHappened(before: KubeObject, after: KubeObject): string {
  const [old, now] = [before.metadata?.labels ?? {}, after.metadata.labels ?? {}];
  const removed = Object.keys(old).some((key) => now[key] === undefined);
  const set = Object.keys(now).some((key) => now[key] !== old[key]);
  if (removed) return set ? 'modified' : 'unlabeled';
  return set ? 'labeled' : 'not labeled';
}
