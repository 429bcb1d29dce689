// kubectl wait. Mirrors k8s.io/kubectl/pkg/cmd/wait/wait.go.
import type { KubeObject } from '../../../model/object.js';
import { isNotFound } from '../../../model/status.js';
import type { Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { notSimulated, UsageError } from '../../errors.js';
import { follow } from '../../follow.js';
import { filenameFlags, givesFiles } from '../../filename-flags.js';
import { manifestsOf } from '../../manifest/index.js';
import { objectPrinter, printFlags } from '../../print/printer.js';
import { findTargets, type ItemQuery, plan, type Question, throwErrors, visitAll } from '../../resources.js';
import { type Condition, parseCondition } from './condition.js';
import { flag } from '../../flag.js';

const week = 7 * 24 * 3_600_000;

export const wait: Verb<Client> = {
  id: 'wait',
  use: "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  short: 'Wait for a specific condition on one or many resources',
  flags: [
    ...filenameFlags('that name the resources.').map((f) => (f.name === 'recursive' ? { ...f, default: 'true' } : f)),
    ...printFlags,
    flag('all', 'bool', 'false', 'All resources of the types.'),
    flag('all-namespaces', 'bool', 'false', 'In every namespace.', 'A'),
    flag('field-selector', 'string', '', "Only objects whose fields match, such as 'status.phase=Running'."),
    flag(
      'for',
      'stringArray',
      '[]',
      "create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE]; several are waited for in turn.",
    ),
    flag('local', 'bool', 'false', 'Do not ask the server. Not simulated.'),
    flag('selector', 'string', '', "Only objects whose labels match, such as 'app=web'.", 'l'),
    flag('timeout', 'duration', '30s', 'How long to wait; 0 looks once, less than 0 is a week.'),
  ],
  run(invocation) {
    const { client, flags, io } = invocation;
    const conditions = conditionsOf(flags.strings('for'));
    if (flags.bool('local')) throw notSimulated('wait --local');
    const print = objectPrinter(invocation, { operation: 'condition met' });
    const given = flags.duration('timeout');
    const timeout = given < 0 ? week : given;
    const deadline = client.now() + timeout;
    const found = subjects(invocation, conditions, deadline);
    visitAll(found, (query) => {
      let object = 'object' in query ? (query.object as KubeObject) : undefined;
      for (const condition of conditions) object = waitFor(query, condition, { client, deadline, once: timeout === 0 }) ?? object;
      if (object) io.out(print(object));
    });
    if (found.length === 0 && !conditions.every((c) => c.what === 'delete')) throw new UsageError('no matching resources found');
  },
};

/** Creation is waited for first, wherever it is asked for. */
function conditionsOf(texts: readonly string[]): Condition[] {
  if (texts.length === 0) throw new UsageError('unrecognized condition: []');
  const list = texts.map(parseCondition);
  return [...list.filter((c) => c.what === 'create'), ...list.filter((c) => c.what !== 'create')];
}

/** What is waited for and what could not be had, as they were come upon. */
type Subjects = readonly (ItemQuery | Error)[];

function subjects(invocation: Invocation<Client>, conditions: readonly Condition[], deadline: number): Subjects {
  const { args, client, flags, io, namespace, namespaceGiven, program } = invocation;
  const question: Question = {
    args,
    program,
    namespace,
    namespaceGiven,
    allNamespaces: flags.bool('all-namespaces'),
    labelSelector: flags.string('selector'),
    fieldSelector: flags.string('field-selector'),
    // --all only lets a type stand alone; a selector beside it narrows that.
    typeAlone: flags.bool('all'),
    manifests: givesFiles(flags) ? manifestsOf(flags, io) : undefined,
  };
  if (conditions.some((c) => c.what === 'create')) {
    // kubectl looks twice, and standard input can be read but once: the second time there is nothing in it.
    if (flags.strings('filename').includes('-'))
      throwErrors([...findTargets(question, client).errors, new UsageError('no matching resources found')].slice(0, 1));
    return created(question, client, deadline);
  }
  const { inOrder } = findTargets(question, client);
  // What is gone already has been deleted.
  return conditions.every((c) => c.what === 'delete') ? inOrder.filter((found) => !isNotFound(found)) : inOrder;
}

/**
 * A name need not exist yet; a selector is asked again until it finds something.
 * Several errors are an aggregate, in which kubectl does not see that they are all NotFound; nor does it for files.
 */
function created(question: Question, client: Client, deadline: number): Subjects {
  const planned = plan(question, client.mapper);
  if (planned.what === 'items') {
    const { errors } = findTargets(question, client);
    if (errors.length > (question.manifests ? 0 : 1)) throwErrors(errors);
    return planned.items;
  }
  for (;;) {
    const { inOrder } = findTargets(question, client);
    const left = deadline - client.now();
    if (inOrder.length > 0) return inOrder;
    if (left <= 0) throw new UsageError('timed out waiting for the condition');
    client.pass(left);
  }
}

interface Patience {
  readonly client: Client;
  readonly deadline: number;
  /** Look once, and do not wait. */
  readonly once: boolean;
}

/** The object as it was when the condition was met; undefined when it was not there any more. */
function waitFor(query: ItemQuery, condition: Condition, { client, deadline, once }: Patience): KubeObject | undefined {
  const what = `${query.resource.plural}/${query.name}`;
  let last: KubeObject | undefined;
  const outcome = follow(client, query, Math.max(0, deadline - client.now()), (object) => {
    last = object ?? last;
    if (condition.what === 'delete') return object === undefined;
    if (condition.what === 'create') return object !== undefined;
    return object !== undefined && condition.met(object);
  });
  if (outcome === 'done') return last;
  if (condition.what === 'create' && !last) throw new UsageError('timed out waiting for the condition');
  throw new UsageError(once ? `condition not met for ${what}` : `timed out waiting for the condition on ${what}`);
}
