// kubectl apply view-last-applied. Mirrors k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go.
import { goJSON, goQuote } from '../../../lib/go-format.js';
import { toYaml } from '../../../lib/yaml/write.js';
import type { KubeObject } from '../../../model/object.js';
import type { Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { lastApplied } from '../../last-applied.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { manifestsOf } from '../../manifest/index.js';
import { findTargets, requestFor, type Target, throwErrors } from '../../resources.js';

export const viewLastApplied: Verb<Client> = {
  id: 'apply view-last-applied',
  use: 'view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  short: 'View the latest last-applied-configuration annotations of a resource/object',
  long: 'Prints the configuration that the last client-side apply left in the annotations of objects.',
  example: `
    # What was last applied to a Deployment
    kubectl apply view-last-applied deployment/web`,
  flags: [
    ...filenameFlags('that contains the last-applied-configuration annotations'),
    { name: 'all', type: 'bool', default: 'false', usage: 'All objects of the types in the namespace.' },
    { name: 'output', short: 'o', type: 'string', default: 'yaml', usage: 'Output format. Must be one of (yaml, json).' },
    { name: 'selector', short: 'l', type: 'string', default: '', usage: "Only objects whose labels match, such as 'app=web'." },
  ],
  run(invocation) {
    const { args, program, namespace, namespaceGiven, flags, io, client } = invocation;
    const selector = flags.string('selector');
    const all = flags.bool('all');
    if (all && selector.trim() !== '')
      throw new UsageError(`found non-empty label selector ${goQuote(selector)} with previously set 'all' parameter. `);
    const { targets, errors } = findTargets(
      {
        args,
        program,
        namespace,
        namespaceGiven,
        all,
        typeAlone: namespaceGiven,
        ...(selector !== '' && { labelSelector: selector }),
        ...(givesFiles(flags) && { manifests: manifestsOf(flags, io) }),
      },
      client,
    );
    throwErrors(errors.slice(0, 1));
    const print = printerOf(flags.string('output'));
    const texts = targets.map((t) => configurationOf(client.call<KubeObject>(requestFor(t, 'get')), t));
    for (const text of texts) if (text !== undefined) io.out(print(JSON.parse(text)));
  },
};

/** kubectl says nothing of an object named on the command line that has no configuration. */
function configurationOf(object: KubeObject, { name, manifest }: Target): string | undefined {
  const text = lastApplied(object);
  if (text === undefined && manifest)
    throw new UsageError(
      `error when no last-applied-configuration annotation found on resource: ${name}\n ${JSON.stringify(manifest.source)}: <nil>`,
    );
  return text;
}

function printerOf(output: string): (value: unknown) => string {
  if (output === 'json') return (value) => `${goJSON(value, '  ')}\n`;
  if (output === 'yaml') return toYaml;
  throw new UsageError(`Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`, true);
}
