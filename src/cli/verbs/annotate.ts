// kubectl annotate. Mirrors pkg/cmd/annotate/annotate.go.
import type { KubeObject } from '../../model/object.js';
import type { Verb } from '../../model/verb.js';
import { checkLocal, checkPairFlags, choose, forEachChosen, listing, pairFlags, parsePairs, resourcesAndPairs } from '../chosen.js';
import type { Client } from '../client.js';
import { UsageError } from '../errors.js';
import { mergePatchTo } from '../merge-patch-to.js';
import { objectPrinter } from '../print/printer.js';
import { dryRunOf, withCause, withDryRun } from '../write-flags.js';

const flags = pairFlags('annotation', 'kubectl-annotate');

export const annotate: Verb<Client> = {
  id: 'annotate',
  use: 'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  short: 'Update the annotations on a resource',
  example: `
    # Set and remove an annotation
    kubectl annotate pod web owner=me
    kubectl annotate pod web owner-`,
  flags,
  run(invocation) {
    const { args, flags: given, io, client } = invocation;
    const dryRun = dryRunOf(given, io);
    const print = objectPrinter(invocation, { operation: withDryRun('annotated', dryRun) });
    const { resources, pairs } = resourcesAndPairs(args, 'annotation');
    const changes = parsePairs(pairs, 'annotation', true);
    const list = given.bool('list');
    checkPairFlags(given);
    checkLocal(given, resources, dryRun, 'rsrc');
    if (changes.set.size === 0 && changes.remove.length === 0 && !list) throw new UsageError('at least one annotation update is required');
    const both = changes.remove.filter((key) => changes.set.has(key));
    if (both.length > 0)
      throw new UsageError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`);

    const choice = choose(invocation, resources, flags);
    const version = given.string('resource-version');
    if (!choice.single && version !== '') throw new UsageError('--resource-version may only be used with a single resource');
    forEachChosen(choice, ({ object, target }) => {
      const sends = dryRun !== 'client' && target !== undefined && !list;
      const changed = annotated(sends ? withCause(object, invocation) : object, changes, given.bool('overwrite') || list, version);
      if (list) return io.out(listing(changed, 'annotations', choice.single));
      io.out(print(sends ? mergePatchTo(target, changed, { client, dryRun, fieldManager: given.string('field-manager') }) : changed));
    });
  },
};

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

function annotated(object: KubeObject, { set, remove }: Changes, overwrite: boolean, version: string): KubeObject {
  const annotations = { ...object.metadata?.annotations };
  const taken = [...set].filter(([key, value]) => (annotations[key] ?? value) !== value).map(([key]) => key);
  if (!overwrite && taken.length > 0) {
    const found = taken.map((key) => `'${key}' already has a value (${annotations[key]})`).join('; ');
    throw new UsageError(`--overwrite is false but found the following declared annotation(s): ${found}`);
  }
  for (const [key, value] of set) annotations[key] = value;
  for (const key of remove) delete annotations[key];
  return { ...object, metadata: { ...object.metadata, annotations, ...(version !== '' && { resourceVersion: version }) } };
}
