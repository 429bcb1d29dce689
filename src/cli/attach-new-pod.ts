// `run -i`, `run --attach`: what happens once the Pod is made. Mirrors the second half of pkg/cmd/run/run.go.
import type { Pod } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import { isNotFound } from '../model/status.js';
import type { Invocation } from '../model/verb.js';
import type { Client } from './client.js';
import { connectTo } from './container.js';
import { UsageError } from './errors.js';
import { attachTo } from './verbs/attach.js';

/** The exit code of the container, as far as the restart policy makes kubectl wait for it. */
export function attachToNewPod(created: KubeObject, invocation: Invocation<Client>): number {
  const { client, io, flags } = invocation;
  let failed: { message: string; code: number } | undefined;
  try {
    failed = attached(created, invocation);
  } finally {
    // The Pod is deleted before kubectl says how it ended.
    if (flags.bool('rm') && remove(client, created) && !flags.bool('quiet'))
      io.out(`pod ${JSON.stringify(created.metadata.name)} deleted from ${created.metadata.namespace} namespace\n`);
  }
  if (!failed) return 0;
  io.err(failed.message);
  return failed.code;
}

/** How the container failed, when its end is waited for. */
function attached(created: KubeObject, { client, io, flags }: Invocation<Client>): { message: string; code: number } | undefined {
  const timeout = flags.duration('pod-running-timeout');
  const begun = waitFor(
    client,
    created,
    timeout,
    (p) => isOver(p) || p.status?.containerStatuses?.some((s) => s.state?.running || s.state?.terminated) === true,
  );
  const container = begun.spec.containers[0]?.name ?? '';
  const quiet = flags.bool('quiet');
  // What it has said before anybody could attach.
  io.out(logsOf(client, begun, container));
  try {
    // kubectl saw the Pod run, also where the command is over by now: then the container is gone, and all it has said is printed again.
    attachTo(client, io, begun, { container, quiet, stdin: flags.bool('stdin'), tty: flags.bool('tty') });
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    io.err(`warning: couldn't attach to pod/${begun.metadata.name}, falling back to streaming logs: ${e.message}\n`);
    io.out(logsOf(client, begun, container));
  }
  const shown = logsOf(client, begun, container);
  const policy = begun.spec.restartPolicy;
  if (flags.bool('leave-stdin-open') || policy === 'Always') return undefined;
  const ended = waitFor(client, created, timeout, (p) => (policy === 'OnFailure' ? p.status?.phase === 'Succeeded' : isOver(p)));
  // What it said while its end was waited for.
  io.out(logsOf(client, ended, container).slice(shown.length));
  if (ended.status?.phase !== 'Failed') return undefined;
  const { metadata, status } = ended;
  const terminated = status?.containerStatuses?.[0]?.state?.terminated;
  if (!terminated?.exitCode) throw new UsageError(`pod ${metadata.namespace}/${metadata.name} failed with unknown exit code`);
  const message = terminated.message ?? '';
  return {
    message: `pod ${metadata.namespace}/${metadata.name} terminated (${terminated.reason})\n${message && `${message}\n`}`,
    code: terminated.exitCode,
  };
}

const isOver = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

const get = (client: Client, { metadata }: KubeObject): Pod =>
  client.call<Pod>({ verb: 'get', group: '', resource: 'pods', namespace: metadata.namespace ?? '', name: metadata.name });

/** Gives up after `timeout`. */
function waitFor(client: Client, created: KubeObject, timeout: number, condition: (pod: Pod) => boolean): Pod {
  for (let waited = 0; ; ) {
    const pod = get(client, created);
    if (condition(pod)) return pod;
    if (waited >= timeout) throw new UsageError('timed out waiting for the condition');
    waited += Math.max(1, client.pass(timeout - waited));
  }
}

const logsOf = (client: Client, pod: Pod, container: string): string => connectTo(client, pod, 'log', { log: { container } }).stdout;

/** False when it was gone already. */
function remove(client: Client, { metadata }: KubeObject): boolean {
  try {
    client.call({ verb: 'delete', group: '', resource: 'pods', namespace: metadata.namespace ?? '', name: metadata.name });
    return true;
  } catch (e) {
    if (isNotFound(e)) return false;
    throw e;
  }
}
