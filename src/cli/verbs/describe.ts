// kubectl describe: each kind says how, the client prints. Mirrors k8s.io/kubectl/pkg/cmd/describe/describe.go.
import { kinds } from '../../kinds/index.js';
import { groupKind, type KubeObject } from '../../model/object.js';
import type { APIResource } from '../../model/request.js';
import { isNotFound } from '../../model/status.js';
import type { Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { notSimulated, UsageError } from '../errors.js';
import { filenameFlags, givesFiles } from '../filename-flags.js';
import { manifestsOf } from '../manifest/index.js';
import { findTargets, listObjects, plan, type Question, type Target, throwTogether } from '../resources.js';

export const describe: Verb<Client> = {
  id: 'describe',
  use: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  short: 'Show details of a specific resource or group of resources',
  long: 'Shows an object with what belongs to it, its Events too. A name that no object has is taken as the beginning of names.',
  example: `
    # One Service, and all Pods of an app
    kubectl describe service web
    kubectl describe pods -l app=web`,
  flags: [
    { name: 'all-namespaces', short: 'A', type: 'bool', default: 'false', usage: 'Look in all namespaces; --namespace is ignored.' },
    { name: 'chunk-size', type: 'int', default: '500', usage: 'How many objects one answer holds; 0 for all. Answers are whole here.' },
    ...filenameFlags('that name the objects'),
    { name: 'selector', short: 'l', type: 'string', default: '', usage: "Only objects whose labels match, such as 'app=web'." },
    {
      name: 'show-events',
      type: 'bool',
      default: 'true',
      usage: 'Whether to show the Events of each object. By itself true for one object, false for several and for prefixes.',
    },
  ],
  run(invocation) {
    const { args, flags, io, client, program, namespace } = invocation;
    const manifests = givesFiles(flags) ? manifestsOf(flags, io) : undefined;
    if (args.length === 0 && !manifests)
      throw new UsageError(
        `You must specify the type of resource to describe. Use "${program} api-resources" for a complete list of supported resources.`,
      );
    const allNamespaces = flags.bool('all-namespaces');
    const question: Question = {
      args,
      program,
      namespace,
      namespaceGiven: invocation.namespaceGiven,
      typeAlone: true,
      manifests,
      allNamespaces,
      labelSelector: flags.string('selector'),
    };
    const { targets, errors } = findTargets(question, client);
    const [error, ...more] = errors;
    if (isNotFound(error) && more.length === 0 && args.length === 2) return describeByPrefix(question, error, invocation);
    const { texts, refusals } = describeAll(targets, targets.length === 1 && errors.length === 0, invocation);
    io.out(texts.join('\n\n'));
    if (targets.length === 0 && errors.length === 0)
      io.err(allNamespaces ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`);
    throwTogether([...errors, ...refusals]);
  },
};

function describeAll(targets: readonly Target[], alone: boolean, invocation: Invocation<Client>): { texts: string[]; refusals: Error[] } {
  const texts: string[] = [];
  const refusals = new Map<string, Error>();
  for (const { resource, object } of targets) {
    try {
      texts.push(describeObject(resource, object, alone, invocation));
    } catch (e) {
      refusals.set((e as Error).message, e as Error);
    }
  }
  return { texts, refusals: [...refusals.values()] };
}

/** `describe pods web` without a Pod "web" shows every Pod whose name begins so. */
function describeByPrefix(question: Question, notFound: Error, invocation: Invocation<Client>): void {
  const { client, io } = invocation;
  const [type = '', prefix = ''] = question.args;
  const planned = plan({ ...question, args: [type], singleType: true }, client.mapper);
  if (planned.what !== 'lists') throw notFound;
  const found = planned.lists.flatMap((query) =>
    listObjects(query, client)
      .items.filter((o) => o.metadata.name.startsWith(prefix))
      .map((o) => describeObject(query.resource, o, false, invocation)),
  );
  if (found.length === 0) throw notFound;
  for (const text of found) io.out(`${text}\n`);
}

function describeObject(resource: APIResource, object: KubeObject, alone: boolean, { client, flags }: Invocation<Client>): string {
  if (!object.metadata?.name) throw new UsageError('error: resource name may not be empty');
  const kind = kinds.get(groupKind(resource.group, resource.kind));
  if (!kind?.describe) throw notSimulated(`describe of ${resource.kind}`);
  const showEvents = flags.changed('show-events') ? flags.bool('show-events') : alone;
  return kind.describe(object, { api: client.api, now: client.now(), showEvents });
}
