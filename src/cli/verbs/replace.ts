// kubectl replace. Mirrors k8s.io/kubectl/pkg/cmd/replace/replace.go.
import type { KubeObject } from '../../model/object.js';
import type { RequestOptions } from '../../model/request.js';
import { isNotFound, StatusError } from '../../model/status.js';
import type { Flag, Invocation, Verb } from '../../model/verb.js';
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  type Propagation,
  readCascade,
  validateFlag,
  validationOf,
  withDryRun,
} from '../write-flags.js';
import type { Client } from '../client.js';
import { addSource, notSimulated, severalErrors, UsageError } from '../errors.js';
import { waitUntilGone } from '../follow.js';
import { withUpdatedAnnotation } from '../last-applied.js';
import { filenameFlags, givesFiles } from '../filename-flags.js';
import { manifestsOf } from '../manifest/index.js';
import { objectPrinter, printFlags } from '../print/printer.js';
import { type ItemQuery, manifestItem, placedObject, requestFor } from '../resources.js';
import { flag } from '../flag.js';

/** How long --force waits for a deletion when no --timeout says otherwise. */
const fiveMinutes = 300_000;

const flags: readonly Flag[] = [
  ...filenameFlags('that contain the configurations to replace.'),
  ...printFlags,
  dryRunFlag,
  fieldManagerFlag('kubectl-replace'),
  validateFlag,
  { ...flag('cascade', 'string', 'background', 'With --force: "background", "orphan", or "foreground".'), bare: 'background' },
  flag('force', 'bool', 'false', 'Delete the objects and create them anew.'),
  flag('grace-period', 'int', '-1', 'With --force: seconds a deleted object is given to end.'),
  flag('raw', 'string', '', 'Path to PUT to.'),
  flag('save-config', 'bool', 'false', 'Remember the configuration in the annotation of kubectl apply.'),
  flag('subresource', 'string', '', 'Subresource to replace, such as status or scale.'),
  flag('timeout', 'duration', '0s', 'With --force: how long a deletion may take.'),
  // Without --force neither kubectl nor kubelab deletes anything, and with it both always wait.
  flag('wait', 'bool', 'false', 'With --force: wait until the deleted object is gone; it always does.'),
];

export const replace: Verb<Client> = {
  id: 'replace',
  use: 'replace -f FILENAME',
  short: 'Replace a resource by file name or stdin',
  long: 'Puts whole objects in the place of those that are there. The manifest must be complete.',
  example: `
    # Replace a Service by the one in a file
    kubectl replace -f service.yaml

    # Delete and create anew, for what cannot be changed
    kubectl replace --force -f pod.yaml`,
  flags,
  run(invocation) {
    const { flags, io } = invocation;
    const dryRun = dryRunOf(flags, io);
    const print = objectPrinter(invocation, { operation: withDryRun('replaced', dryRun) });
    checkFlags(invocation);
    const propagation = readCascade(invocation);
    const options: RequestOptions = {
      fieldManager: flags.string('field-manager'),
      fieldValidation: validationOf(flags),
      dryRun: dryRun === 'server',
    };
    const manifests = manifestsOf(flags, io, { validate: options.fieldValidation === 'Strict' });
    const errors: Error[] = [...manifests.errors];
    const items: ItemQuery[] = [];
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (e) {
        errors.push(e as Error);
      }
    };
    const { args, program, namespace, namespaceGiven, client } = invocation;
    for (const manifest of manifests.objects)
      attempt(() => items.push(manifestItem(manifest, { args, program, namespace, namespaceGiven }, client.mapper)));
    if (flags.bool('force')) for (const item of items) attempt(() => remove(item, propagation, invocation));
    for (const item of items)
      attempt(() => {
        const object = withUpdatedAnnotation(placedObject(item), flags.bool('save-config'));
        const written =
          dryRun === 'client'
            ? object
            : flags.bool('force')
              ? create(item, object, options, client)
              : put(item, object, options, invocation);
        io.out(print(written));
      });
    if (errors.length > 0) throw severalErrors(errors);
  },
};

function checkFlags({ args, flags }: Invocation<Client>): void {
  if (flags.string('raw') !== '') throw notSimulated('replace --raw');
  if (flags.int('grace-period') >= 0 && !flags.bool('force')) throw new UsageError('--grace-period must have --force specified');
  if (flags.duration('timeout') !== 0 && !flags.bool('force')) throw new UsageError('--timeout must have --force specified');
  if (flags.bool('force') && flags.string('dry-run') !== 'none' && flags.changed('dry-run'))
    throw new UsageError('--dry-run can not be used when --force is set');
  if (!givesFiles(flags)) throw new UsageError('must specify one of -f and -k');
  if (args.length > 0) throw new UsageError(`Unexpected args: [${args.join(' ')}]`, true);
}

/** Without a resourceVersion of its own the object takes the place of whatever is there. */
function put(item: ItemQuery, object: KubeObject, options: RequestOptions, { client, flags }: Invocation<Client>): KubeObject {
  const subresource = flags.string('subresource');
  const query = { ...item, ...(subresource && { subresource }) };
  try {
    const version = object.metadata.resourceVersion || liveVersion(query, client);
    const body = version ? { ...object, metadata: { ...object.metadata, resourceVersion: version } } : object;
    return client.call<KubeObject>(requestFor(query, 'update', { body, options }));
  } catch (e) {
    throw addSource('replacing', item.manifest?.source ?? '', e);
  }
}

function liveVersion(query: ItemQuery, client: Client): string | undefined {
  try {
    return client.call<KubeObject>(requestFor(query, 'get')).metadata.resourceVersion;
  } catch (e) {
    if (e instanceof StatusError) return undefined;
    throw e;
  }
}

function remove(item: ItemQuery, propagation: Propagation, { client, flags, io }: Invocation<Client>): void {
  const grace = flags.int('grace-period');
  try {
    const options: RequestOptions = {
      propagationPolicy: propagation,
      ...(grace >= 0 && { gracePeriodSeconds: Math.max(grace, 1) }),
    };
    client.call(requestFor(item, 'delete', { options }));
  } catch (e) {
    if (isNotFound(e)) return;
    throw addSource('deleting', item.manifest?.source ?? '', e);
  }
  const where = item.namespace === undefined ? '' : ` from ${item.namespace} namespace`;
  const { group, kind } = item.resource;
  io.out(`${kind.toLowerCase()}${group === '' ? '' : `.${group}`} ${JSON.stringify(item.name)} deleted${where}\n`);
  waitUntilGone(item, client, flags.duration('timeout') || fiveMinutes);
}

function create(item: ItemQuery, object: KubeObject, options: RequestOptions, client: Client): KubeObject {
  const { name: _, ...place } = item;
  return client.call<KubeObject>(requestFor(place, 'create', { body: object, options }));
}
