// kubectl apply set-last-applied. Mirrors k8s.io/kubectl/pkg/cmd/apply/apply_set_last_applied.go.
import { goJSON } from '../../../lib/go-format.js';
import type { KubeObject } from '../../../model/object.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { lastApplied, lastAppliedAnnotation } from '../../last-applied.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { allObjects, manifestsOf } from '../../manifest/index.js';
import { objectPrinter, printFlags } from '../../print/printer.js';
import { manifestItem, missingResource, placedObject, requestFor } from '../../resources.js';
import { dryRunFlag, dryRunOf, withDryRun } from '../../write-flags.js';

export const setLastApplied: Verb<Client> = {
  id: 'apply set-last-applied',
  use: 'set-last-applied -f FILENAME',
  short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  long: 'Makes the next apply believe that this file was applied last; nothing else of the object changes.',
  example: `
    # Remember a file as the last applied configuration
    kubectl apply set-last-applied -f deployment.yaml`,
  flags: [
    ...filenameFlags('that contains the last-applied-configuration annotations'),
    ...printFlags,
    dryRunFlag,
    { name: 'create-annotation', type: 'bool', default: 'false', usage: 'Write the annotation even where there is none yet.' },
  ],
  run({ program, namespace, namespaceGiven, flags, io, client }) {
    const dryRun = dryRunOf(flags, io);
    if (!givesFiles(flags)) throw new UsageError(missingResource);
    const print = objectPrinter({ flags, io }, { operation: withDryRun('configured', dryRun) });
    const changes = allObjects(manifestsOf(flags, io)).flatMap((manifest) => {
      const item = manifestItem(manifest, { args: [], program, namespace, namespaceGiven }, client.mapper);
      const live = client.call<KubeObject>(requestFor(item, 'get'));
      const before = lastApplied(live);
      if (before === undefined && !flags.bool('create-annotation'))
        throw new UsageError(
          `no last-applied-configuration annotation found on resource: ${item.name}, to create the annotation, run the command with --create-annotation`,
        );
      const text = goJSON(placedObject(item));
      if (text !== canonical(before)) return [{ item, live, text }];
      io.out(`set-last-applied ${item.name}: no changes required.\n`);
      return [];
    });
    for (const { item, live, text } of changes) {
      const body = { metadata: { annotations: { [lastAppliedAnnotation]: text } } };
      const options = { patchType: 'merge', dryRun: dryRun === 'server' } as const;
      io.out(print(dryRun === 'client' ? live : client.call<KubeObject>(requestFor(item, 'patch', { body, options }))));
    }
  },
};

/** The annotation's text as it would be written now: texts are compared as JSON. */
function canonical(text: string | undefined): string | undefined {
  try {
    return text && goJSON(JSON.parse(text));
  } catch {
    return text;
  }
}
