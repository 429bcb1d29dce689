// kubectl delete. Mirrors k8s.io/kubectl/pkg/cmd/delete/delete.go.
import type { KubeObject } from '../../model/object.js';
import { isNotFound, type Status } from '../../model/status.js';
import type { FlagValues, Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { type DryRun, dryRunFlag, dryRunOf, type Propagation, readCascade, withDryRun } from '../write-flags.js';
import { addSource, notSimulated, UsageError } from '../errors.js';
import { forEver } from '../follow.js';
import { filenameFlags, givesFiles } from '../filename-flags.js';
import { manifestsOf } from '../manifest/index.js';
import { singularName } from '../mapper.js';
import { type ItemQuery, listObjects, plan, type Question, requestFor, throwErrors } from '../resources.js';

export const deleteVerb: Verb<Client> = {
  id: 'delete',
  use: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  short: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  long: 'Deletes objects and waits until they are gone. What an object owned goes with it, unless --cascade says otherwise.',
  example: `
    # By name, by file, by label
    kubectl delete pod web
    kubectl delete -f web.yaml
    kubectl delete pods,services -l app=web`,
  flags: [
    { name: 'all', type: 'bool', default: 'false', usage: 'All objects of the types, in the namespace.' },
    { name: 'all-namespaces', short: 'A', type: 'bool', default: 'false', usage: 'In all namespaces; --namespace is ignored.' },
    {
      name: 'cascade',
      type: 'string',
      default: 'background',
      bare: 'background',
      usage: 'What becomes of dependents: must be "background", "orphan", or "foreground".',
    },
    dryRunFlag,
    { name: 'field-selector', type: 'string', default: '', usage: 'Only objects whose fields match.' },
    ...filenameFlags('that name the objects to delete'),
    { name: 'force', type: 'bool', default: 'false', usage: 'Remove objects at once, without grace.' },
    { name: 'grace-period', type: 'int', default: '-1', usage: 'Seconds an object gets to end; negative: its own. 0 only with --force.' },
    {
      name: 'ignore-not-found',
      type: 'bool',
      default: 'false',
      usage: 'Whether a missing object counts as deleted; true with --all and selectors.',
    },
    { name: 'interactive', short: 'i', type: 'bool', default: 'false', usage: 'Ask before deleting.' },
    { name: 'now', type: 'bool', default: 'false', usage: 'Same as --grace-period=1.' },
    { name: 'output', short: 'o', type: 'string', default: '', usage: 'Use "-o name" for shorter output (resource/name).' },
    { name: 'raw', type: 'string', default: '', usage: 'Path to DELETE on the server.' },
    { name: 'selector', short: 'l', type: 'string', default: '', usage: "Only objects whose labels match, such as 'app=web'." },
    { name: 'timeout', type: 'duration', default: '0s', usage: 'How long to wait for the objects to be gone; 0: as long as it takes.' },
    { name: 'wait', type: 'bool', default: 'true', usage: 'Whether to wait until the objects are gone.' },
  ],
  run(invocation) {
    const order = readOrder(invocation);
    const { io, client } = invocation;
    const { items, errors: unread } = findItems(invocation, () => checkForce(order, invocation));
    if (order.interactive && !confirmed(items, invocation)) return void io.out('deletion is cancelled\n');
    const errors = [...unread];
    const deleted: Deleted[] = [];
    let warnScope = invocation.namespaceGiven && !invocation.flags.bool('all-namespaces');
    for (const item of items) {
      if (warnScope && !item.resource.namespaced) {
        io.err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n');
        warnScope = false;
      }
      try {
        const uid = order.dryRun === 'client' ? undefined : send(item, order, client);
        io.out(sentence(item, order));
        deleted.push({ item, uid });
      } catch (e) {
        if (!(order.ignoreNotFound && isNotFound(e))) errors.push(e as Error);
      }
    }
    throwErrors(errors);
    if (items.length === 0) io.out('No resources found\n');
    else if (invocation.flags.bool('wait') && order.dryRun === 'none') waitUntilGone(deleted, invocation.flags.duration('timeout'), client);
  },
};

interface Order {
  readonly dryRun: DryRun;
  readonly ignoreNotFound: boolean;
  readonly interactive: boolean;
  readonly gracePeriod: number;
  readonly propagation: Propagation;
  readonly nameOnly: boolean;
}

function readOrder(invocation: Invocation<Client>): Order {
  const { flags } = invocation;
  const propagation = readCascade(invocation);
  const selecting = flags.bool('all') || flags.string('selector') !== '' || flags.string('field-selector') !== '';
  const gracePeriod = readGrace(flags);
  const dryRun = dryRunOf(invocation.flags, invocation.io);
  const output = flags.string('output');
  if (flags.string('raw') !== '') throw notSimulated('--raw');
  if (output !== '' && output !== 'name') throw new UsageError(`unexpected -o output mode: ${output}. We only support '-o name'`);
  if (flags.bool('all') && (flags.string('selector') !== '' || flags.string('field-selector') !== ''))
    throw new UsageError("setting 'all' parameter but found a non empty selector. ");
  return {
    dryRun,
    gracePeriod,
    propagation,
    nameOnly: output === 'name',
    interactive: flags.bool('interactive'),
    ignoreNotFound: flags.changed('ignore-not-found') ? flags.bool('ignore-not-found') : selecting,
  };
}

/** Once it is plain what to delete, and before the server is asked. */
function checkForce({ gracePeriod }: Order, { flags, io }: Invocation<Client>): void {
  if (!flags.bool('force')) return;
  if (gracePeriod > 0) throw new UsageError('--force and --grace-period greater than 0 cannot be specified together');
  if (gracePeriod === 0)
    io.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
}

/** --now is 1; 0 needs --force, or is taken for 1; --force alone is 0. */
function readGrace(flags: FlagValues): number {
  const given = flags.int('grace-period');
  if (flags.bool('now')) {
    if (given !== -1) throw new UsageError('--now and --grace-period cannot be specified together');
    return 1;
  }
  if (given === 0 && !flags.bool('force')) return 1;
  return flags.bool('force') && given < 0 ? 0 : given;
}

function findItems(
  { args, flags, io, client, program, namespace, namespaceGiven }: Invocation<Client>,
  planned: () => void,
): { items: ItemQuery[]; errors: Error[] } {
  const question: Question = {
    args,
    program,
    namespace,
    namespaceGiven,
    all: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
    manifests: givesFiles(flags) ? manifestsOf(flags, io) : undefined,
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
  };
  const found = plan(question, client.mapper);
  planned();
  const errors = [...found.errors];
  if (found.what === 'items') return { items: [...found.items], errors };
  const items: ItemQuery[] = [];
  for (const query of found.lists) {
    try {
      items.push(
        ...listObjects(query, client).items.map((o) => ({
          ...query,
          name: o.metadata.name,
          ...(o.metadata.namespace && { namespace: o.metadata.namespace }),
        })),
      );
    } catch (e) {
      errors.push(e as Error);
    }
  }
  return { items, errors };
}

function confirmed(items: readonly ItemQuery[], { io }: Invocation<Client>): boolean {
  io.out(`You are about to delete the following ${items.length} resource(s):\n`);
  for (const { resource, name } of items) io.out(`${singularName(resource)}/${name}\n`);
  io.out('Do you want to continue? (y/N): ');
  return io.stdin().trim().toLowerCase() === 'y';
}

/** The uid of what was deleted, by which waiting tells it from a successor of the same name. */
function send(item: ItemQuery, { dryRun, gracePeriod, propagation }: Order, client: Client): string | undefined {
  const options = {
    propagationPolicy: propagation,
    ...(gracePeriod >= 0 && { gracePeriodSeconds: gracePeriod }),
    ...(dryRun === 'server' && { dryRun: true }),
  };
  try {
    const left = client.call<Status | KubeObject>(requestFor(item, 'delete', { options }));
    return left.kind === 'Status' ? (left as Status).details?.uid : (left as KubeObject).metadata.uid;
  } catch (e) {
    throw addSource('deleting', item.manifest?.source ?? '', e);
  }
}

function sentence({ resource, name, namespace }: ItemQuery, { dryRun, gracePeriod, nameOnly }: Order): string {
  const type = singularName(resource);
  if (nameOnly) return `${type}/${name}\n`;
  const done = gracePeriod === 0 ? 'force deleted' : 'deleted';
  return `${type} "${name}" ${withDryRun(resource.namespaced ? `${done} from ${namespace} namespace` : done, dryRun)}\n`;
}

interface Deleted {
  readonly item: ItemQuery;
  readonly uid: string | undefined;
}

function waitUntilGone(deleted: readonly Deleted[], timeout: number, client: Client): void {
  const end = client.now() + (timeout > 0 ? timeout : forEver);
  const errors: Error[] = [];
  for (const one of deleted) {
    while (remains(one, client)) {
      const left = end - client.now();
      if (left <= 0) {
        errors.push(new UsageError(`timed out waiting for the condition on ${one.item.resource.plural}/${one.item.name}`));
        break;
      }
      client.pass(left);
    }
  }
  throwErrors(errors);
}

function remains({ item, uid }: Deleted, client: Client): boolean {
  const { code, body } = client.api.call(requestFor(item, 'get'));
  return code < 400 && (uid === undefined || (body as KubeObject).metadata.uid === uid);
}
