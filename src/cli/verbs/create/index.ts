// kubectl create -f. Mirrors pkg/cmd/create/create.go.
import type { KubeObject } from '../../../model/object.js';
import { matches } from '../../../model/selector.js';
import type { Flag, Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { addSource, notSimulated, severalErrors, UsageError } from '../../errors.js';
import { withLastApplied } from '../../last-applied.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { type ManifestObject, manifestsOf } from '../../manifest/index.js';
import { objectPrinter } from '../../print/printer.js';
import { dryRunOf, recordFlag, validationOf, withCause, withDryRun } from '../../write-flags.js';
import { manifestItem, requestFor, requirements } from '../../resources.js';
import { createFlags } from './typed.js';

const flags: readonly Flag[] = [
  ...filenameFlags('to use to create the resource.'),
  ...createFlags,
  { name: 'edit', type: 'bool', default: 'false', usage: 'Edit the resource before it is created. Not simulated.' },
  { name: 'raw', type: 'string', default: '', usage: 'Raw URI to POST to. Not simulated.' },
  recordFlag,
  { name: 'selector', short: 'l', type: 'string', default: '', usage: "Only objects whose labels match, such as 'app=web'." },
  // Without --edit it means nothing to kubectl either.
  { name: 'windows-line-endings', type: 'bool', default: 'false', usage: 'With --edit: the line endings of the file.' },
];

export const create: Verb<Client> = {
  id: 'create',
  use: 'create -f FILENAME',
  short: 'Create a resource from a file or from stdin',
  example: `
    # Create what a file describes
    kubectl create -f web.yaml

    # From standard input
    cat web.yaml | kubectl create -f -`,
  flags,
  together: true,
  run(invocation) {
    const { args, flags: given, io } = invocation;
    if (!givesFiles(given) && args.length === 0 && given.string('raw') === '') throw new UsageError('must specify one of -f and -k');
    if (args.length > 0) throw new UsageError(`Unexpected args: [${args.join(' ')}]`, true);
    if (given.string('raw') !== '') throw notSimulated('create --raw');
    if (given.bool('edit')) throw notSimulated('create --edit');
    const createOne = creator(invocation);
    const manifests = manifestsOf(given, io, { validate: validationOf(given) === 'Strict' });
    const selector = requirements(given.string('selector').trim());
    const errors: Error[] = [];
    let any = false;
    for (const entry of manifests.inOrder) {
      if (!(entry instanceof Error) && !matches(selector, entry.object.metadata?.labels)) continue;
      any = true;
      try {
        if (entry instanceof Error) throw entry;
        createOne(entry);
      } catch (e) {
        errors.push(e as Error);
      }
    }
    if (errors.length > 0) throw severalErrors(errors);
    if (!any) throw new UsageError('no objects passed to create');
  },
};

function creator(invocation: Invocation<Client>): (manifest: ManifestObject) => void {
  const { flags: given, io, client, namespace, namespaceGiven, program } = invocation;
  const dryRun = dryRunOf(given, io);
  const print = objectPrinter(invocation, { operation: withDryRun('created', dryRun) });
  const fieldValidation = validationOf(given);
  const options = { fieldManager: given.string('field-manager'), fieldValidation, ...(dryRun === 'server' && { dryRun: true }) };
  return (manifest) => {
    const item = manifestItem(manifest, { args: [], program, namespace, namespaceGiven }, client.mapper);
    const object = placed(manifest.object, item.namespace);
    const body = withCause(given.bool('save-config') ? withLastApplied(object) : object, invocation);
    if (dryRun === 'client') return io.out(print(body));
    const where = { resource: item.resource, ...(item.namespace !== undefined && { namespace: item.namespace }) };
    try {
      io.out(print(client.call<KubeObject>(requestFor(where, 'create', { body, options }))));
    } catch (e) {
      throw addSource('creating', manifest.source, e);
    }
  };
}

/** The object with the namespace it will be in. */
const placed = (object: KubeObject, namespace: string | undefined): KubeObject =>
  namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };
