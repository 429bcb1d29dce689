// kubectl apply. Mirrors k8s.io/kubectl/pkg/cmd/apply/apply.go.
import { type KubeObject, apiVersionOf } from '../../../model/object.js';
import type { Flag, Invocation, Verb } from '../../../model/verb.js';
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  readCascade,
  recordFlag,
  validateFlag,
  validationOf,
  withCause,
  withDryRun,
} from '../../write-flags.js';
import type { Client } from '../../client.js';
import { severalErrors, UsageError } from '../../errors.js';
import { forEver } from '../../follow.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { type ManifestObject, type Manifests, manifestsOf } from '../../manifest/index.js';
import { objectPrinter, printFlags } from '../../print/printer.js';
import { manifestItem, placedObject, requestFor, requirements } from '../../resources.js';
import { matches } from '../../../model/selector.js';
import { applyClientSide } from './client-side.js';
import { type Applied, type ApplyContext, type ApplyTarget, deleteOptions } from './context.js';
import { findPruned } from './prune.js';
import { applyServerSide } from './server-side.js';
import { flag } from '../../flag.js';

const flags: readonly Flag[] = [
  ...filenameFlags('that contain the configurations to apply.'),
  ...printFlags,
  dryRunFlag,
  fieldManagerFlag('kubectl-client-side-apply'),
  validateFlag,
  flag('all', 'bool', 'false', 'With --prune: all objects of the types.'),
  { ...flag('cascade', 'string', 'background', 'With --force and --prune: "background", "orphan", or "foreground".'), bare: 'background' },
  flag('force', 'bool', 'false', 'Delete and create anew what cannot be changed.'),
  flag('force-conflicts', 'bool', 'false', 'With --server-side: take fields from their managers.'),
  flag('grace-period', 'int', '-1', 'With --force and --prune: seconds a deleted object is given to end.'),
  // Without it kubectl takes the merge keys of its own types, which are the same.
  flag('openapi-patch', 'bool', 'true', 'Take merge keys from the cluster; here the client knows the same ones.'),
  flag('overwrite', 'bool', 'true', "Where the live object differs, the manifest's values win."),
  recordFlag,
  flag('prune', 'bool', 'false', 'Delete objects that were applied once and that the manifests do not have. With -l or --all.'),
  flag('prune-allowlist', 'stringArray', '[]', 'With --prune: the types to look at.'),
  flag('selector', 'string', '', "Only objects whose labels match, such as 'app=web'.", 'l'),
  flag('server-side', 'bool', 'false', 'Let the server merge, and track who owns which field.'),
  flag('subresource', 'string', '', 'With --server-side: the subresource to apply to.'),
  flag('timeout', 'duration', '0s', 'With --force: how long a deletion may take.'),
  // As in kubectl: only --force waits, it always does, and --prune never does.
  flag('wait', 'bool', 'false', 'With --force: wait until the deleted object is gone; it always does.'),
];

export const apply: Verb<Client> = {
  id: 'apply',
  use: 'apply (-f FILENAME | -k DIRECTORY)',
  short: 'Apply a configuration to a resource by file name or stdin',
  long: 'Creates the objects of the manifests, or changes them to what the manifests say; what others set meanwhile stays.',
  example: `
    # Create or update what a file describes
    kubectl apply -f web.yaml

    # All manifests of a directory
    kubectl apply -f manifests/ -R

    # From standard input, checked by the server but not kept
    cat web.yaml | kubectl apply --dry-run=server -f -`,
  flags,
  together: true,
  run(invocation) {
    const context = contextOf(invocation);
    const manifests = manifestsOf(invocation.flags, invocation.io, { validate: context.validation === 'Strict' });
    const { targets, errors } = findTargets(manifests, invocation);
    if (targets.length === 0 && errors.length === 0) throw new UsageError('no objects passed to apply');
    const applied: Applied[] = [];
    for (const target of targets) {
      try {
        applied.push(applyOne(target, context, invocation));
      } catch (e) {
        errors.push(e as Error);
      }
    }
    if (invocation.flags.bool('prune') && errors.length === 0) prune(applied, context, invocation);
    printAll(applied, invocation);
    if (errors.length > 0) throw severalErrors(errors);
  },
};

function contextOf({ args, flags, io, client, program }: Invocation<Client>): ApplyContext {
  if (args.length > 0) throw new UsageError(`Unexpected args: [${args.join(' ')}]`, true);
  const dryRun = dryRunOf(flags, io);
  const serverSide = flags.bool('server-side');
  if (!givesFiles(flags)) throw new UsageError('must specify one of -f and -k');
  if (flags.bool('force-conflicts') && !serverSide) throw new UsageError('--force-conflicts only works with --server-side');
  if (dryRun === 'client' && serverSide)
    throw new UsageError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  if (flags.string('subresource') !== '' && !serverSide) throw new UsageError('--subresource can only be specified for --server-side');
  if (flags.bool('force') && serverSide) throw new UsageError('--force cannot be used with --server-side');
  if (flags.bool('force') && dryRun === 'server') throw new UsageError('--dry-run=server cannot be used with --force');
  if (flags.bool('all') && flags.string('selector') !== '') throw new UsageError('cannot set --all and --selector at the same time');
  if (flags.bool('prune') && !flags.bool('all') && flags.string('selector') === '')
    throw new UsageError(
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
  return {
    client,
    io,
    program,
    dryRun,
    validation: validationOf(flags),
    fieldManager: serverSide && !flags.changed('field-manager') ? 'kubectl' : flags.string('field-manager'),
    subresource: flags.string('subresource'),
    force: flags.bool('force'),
    overwrite: flags.bool('overwrite'),
    forceConflicts: flags.bool('force-conflicts'),
    gracePeriodSeconds: flags.int('grace-period'),
    propagation: readCascade({ flags, io }),
    deletionTimeout: flags.duration('timeout') || forEver,
  };
}

/** Where each object belongs. What cannot be read or mapped does not keep the others from being applied. */
function findTargets(manifests: Manifests, invocation: Invocation<Client>): { targets: ApplyTarget[]; errors: Error[] } {
  const errors: Error[] = [];
  const targets: ApplyTarget[] = [];
  const chosen = requirements(invocation.flags.string('selector'));
  for (const entry of manifests.inOrder) {
    try {
      if (entry instanceof Error) throw entry;
      if (matches(chosen, entry.object.metadata?.labels)) targets.push(targetOf(entry, invocation));
    } catch (e) {
      errors.push(e as Error);
    }
  }
  return { targets, errors };
}

function targetOf(manifest: ManifestObject, invocation: Invocation<Client>): ApplyTarget {
  const { namespace, namespaceGiven, program, client } = invocation;
  const item = manifestItem(manifest, { args: [], program, namespace, namespaceGiven }, client.mapper);
  return {
    resource: item.resource,
    ...(item.namespace !== undefined && { namespace: item.namespace }),
    name: item.name,
    object: withCause(placedObject(item), invocation),
    source: manifest.source,
  };
}

/** Applies and says so, unless -o wants the whole objects at the end. */
function applyOne(target: ApplyTarget, context: ApplyContext, invocation: Invocation<Client>): Applied {
  const { generateName } = target.object.metadata;
  if (target.name === '' && generateName) throw new UsageError(`from ${generateName}: cannot use generate name with apply`);
  const applied = invocation.flags.bool('server-side') ? applyServerSide(target, context) : applyClientSide(target, context);
  if (!printsObjects(invocation)) {
    const print = objectPrinter(invocation, { operation: withDryRun(applied.operation, context.dryRun) });
    context.io.out(print(applied.object));
  }
  return applied;
}

/** Deletes what is not there any more, and says so. */
function prune(applied: readonly Applied[], context: ApplyContext, { flags, client, io }: Invocation<Client>): void {
  const question = {
    allowlist: flags.strings('prune-allowlist'),
    selector: flags.string('selector'),
    kept: applied.map((a) => a.object),
  };
  const print = objectPrinter({ flags, io }, { operation: withDryRun('pruned', context.dryRun) });
  for (const { resource, object } of findPruned(question, client)) {
    const { name, namespace } = object.metadata;
    const options = { ...deleteOptions(context), dryRun: context.dryRun === 'server' };
    if (context.dryRun !== 'client') client.call(requestFor({ resource, name, ...(namespace && { namespace }) }, 'delete', { options }));
    io.out(print({ ...object, apiVersion: apiVersionOf(resource), kind: resource.kind }));
  }
}

function printsObjects({ flags }: Invocation<Client>): boolean {
  const output = flags.string('output');
  return (output !== '' && output !== 'name') || flags.string('template') !== '';
}

function printAll(applied: readonly Applied[], invocation: Invocation<Client>): void {
  if (!printsObjects(invocation) || applied.length === 0) return;
  const print = objectPrinter(invocation);
  const items = applied.map((a) => a.object);
  const list = { apiVersion: 'v1', items, kind: 'List', metadata: {} } as unknown as KubeObject;
  invocation.io.out(print(items.length === 1 ? (items[0] as KubeObject) : list));
}
