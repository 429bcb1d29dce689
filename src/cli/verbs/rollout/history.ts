// kubectl rollout history. Mirrors pkg/cmd/rollout/rollout_history.go and pkg/polymorphichelpers/history.go.
import { alignTabs } from '../../../lib/tabwriter.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { objectName, objectPrinter, printFlags } from '../../print/printer.js';
import { type Revision, revisionsOf, templateText } from './revisions.js';
import { eachTarget, requireTarget, revisionFlag, targetFlags, withoutRevisions } from './target.js';

export const rolloutHistory: Verb<Client> = {
  id: 'rollout history',
  use: 'history (TYPE NAME | TYPE/NAME) [flags]',
  short: 'View rollout history',
  flags: [...targetFlags, ...printFlags, revisionFlag('revision', 'The revision to show in full.')],
  run(invocation) {
    const { client, flags, io } = invocation;
    requireTarget(invocation);
    const wanted = flags.int('revision');
    if (wanted < 0) throw new UsageError(`revision must be a positive integer: ${wanted}`);
    const asObjects = flags.changed('output') || flags.changed('template');
    const print = objectPrinter(invocation, { operation: '', typed: true });
    eachTarget(invocation, (target) => {
      const revisions = revisionsOf(target, client);
      if (!revisions) throw withoutRevisions(target, 'history', 'history viewer');
      if (asObjects) {
        const shown = wanted > 0 ? [find(revisions, wanted)] : revisions;
        for (const { keeper } of shown) io.out(print(keeper));
        return;
      }
      const head = `${objectName(target.object)} ${wanted > 0 ? `with revision #${wanted}` : ''}`;
      io.out(`${head}\n${history(revisions, wanted)}\n`);
    });
  },
};

function find(revisions: readonly Revision[], wanted: number): Revision {
  const found = revisions.find((r) => r.number === wanted);
  if (!found) throw new UsageError('unable to find the specified revision');
  return found;
}

function history(revisions: readonly Revision[], wanted: number): string {
  if (revisions.length === 0) return 'No rollout history found.';
  if (wanted > 0) return templateText(find(revisions, wanted));
  const rows = revisions.map((r) => `${r.number}\t${r.cause || '<none>'}\n`);
  return alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`);
}
