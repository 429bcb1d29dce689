// kubectl exec: a command in a container that runs. Mirrors k8s.io/kubectl/pkg/cmd/exec/exec.go.
import type { Pod } from '../../model/generated/api.js';
import type { ExecResult } from '../../model/request.js';
import { StatusError } from '../../model/status.js';
import type { Io } from '../../model/io.js';
import type { Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { chosenContainer, connectTo, noTTY, objectOf, podsOf, printResult, runningTimeout } from '../container.js';
import { UsageError } from '../errors.js';
import { type Send, typeTo } from '../typing.js';
import { allObjects, readManifests } from '../manifest/index.js';
import { manifestItem, placedObject } from '../resources.js';

export const exec: Verb<Client> = {
  id: 'exec',
  use: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  short: 'Execute a command in a container',
  long: 'Runs a command in a container that is running, and ends with its exit code. TYPE/NAME chooses a Pod of the object.',
  example: `
    # The variables that a Pod got at its start
    kubectl exec web -- env
    kubectl exec deploy/web -c web -- sh -c 'wget -qO- http://api:8080'`,
  flags: [
    { name: 'container', short: 'c', type: 'string', default: '', usage: 'The container; otherwise the annotated one, or the first.' },
    { name: 'filename', short: 'f', type: 'stringSlice', default: '[]', usage: 'Manifests that name the object.' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for a Pod that runs.' },
    { name: 'quiet', short: 'q', type: 'bool', default: 'false', usage: 'Print nothing but what the command prints.' },
    { name: 'stdin', short: 'i', type: 'bool', default: 'false', usage: 'Give standard input to the command.' },
    { name: 'tty', short: 't', type: 'bool', default: 'false', usage: 'Standard input is a terminal.' },
  ],
  run(invocation) {
    const { args, dashAt, flags, client, namespace } = invocation;
    const files = flags.strings('filename').length > 0;
    if (dashAt === -1 && (args.length > 1 || (args.length > 0 && files)))
      throw new UsageError('exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead', true);
    const patience = runningTimeout(flags, true);
    const named = args.length > 0 && dashAt !== 0;
    if (!named && !files) throw new UsageError('pod, type/name or --filename must be specified');
    const command = dashAt === -1 ? [] : args.slice(dashAt);
    if (command.length === 0) throw new UsageError('you must specify at least one command for the container');
    const object = files ? fileObject(invocation) : objectOf(client, namespace, args.slice(0, 1));
    const { pods } = podsOf(client, object, 'attach to', patience);
    const [pod] = pods;
    if (!pod) throw new UsageError('timed out waiting for the condition');
    return execIn(invocation, pod, command);
  },
};

function execIn({ flags, io, client }: Invocation<Client>, pod: Pod, command: readonly string[]): number {
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed')
    throw new UsageError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  const quiet = flags.bool('quiet');
  const container = chosenContainer(pod, flags.string('container'), io, quiet);
  const tty = flags.bool('tty') && flags.bool('stdin');
  if (tty && !io.inputIsTTY && !quiet) io.err(noTTY);
  const run = (typed: Partial<Parameters<Send>[0]>): ExecResult =>
    connectTo(client, pod, 'exec', { exec: { container, command, tty: tty && io.inputIsTTY, ...typed } });
  const code = upgraded(() => (flags.bool('stdin') ? typeTo(run, client, io) : printed(run({}), client, io)));
  if (code !== 0) io.err(`command terminated with exit code ${code}\n`);
  return code;
}

function printed(result: ExecResult, client: Client, io: Io): number {
  printResult(result, client, io);
  return result.exitCode;
}

/** The one object of -f, as the file has it: kubectl does not look it up. */
function fileObject({ flags, io, client, namespace, namespaceGiven, program }: Invocation<Client>): ReturnType<typeof objectOf> {
  const manifests = readManifests({ filenames: flags.strings('filename'), recursive: false, kustomize: '' }, io);
  const items = allObjects(manifests).map((m) => manifestItem(m, { args: [], program, namespace, namespaceGiven }, client.mapper));
  const [item, ...more] = items;
  if (!item || more.length > 0) throw new UsageError('cannot exec into multiple objects at a time');
  return { resource: item.resource, object: placedObject(item) };
}

/** What the server says no with, it says while the connection is made into another: `error: unable to upgrade connection: ...`. */
export function upgraded<T>(call: () => T): T {
  try {
    return call();
  } catch (e) {
    if (!(e instanceof StatusError)) throw e;
    if (/^(unable to upgrade connection|Internal error occurred)/.test(e.message)) throw new UsageError(e.message);
    if (e.status.reason === 'BadRequest' || e.status.reason === 'NotFound')
      throw new UsageError(`unable to upgrade connection: ${e.message}`);
    throw e;
  }
}
