// kubectl attach: the standard streams of a container's process 1. Mirrors k8s.io/kubectl/pkg/cmd/attach/attach.go.
import type { Pod } from '../../model/generated/api.js';
import type { Io } from '../../model/io.js';
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { chosenContainer, connectTo, noTTY, objectOf, podsOf, printResult, runningTimeout } from '../container.js';
import { notSimulated, UsageError } from '../errors.js';
import { typeToMain } from '../typing.js';
import { upgraded } from './exec.js';

export const attach: Verb<Client> = {
  id: 'attach',
  use: 'attach (POD | TYPE/NAME) -c CONTAINER',
  short: 'Attach to a running container',
  long: 'Connects to a process that runs already: what it prints from now on, and its standard input with -i.',
  example: `
    kubectl attach web
    echo 'date' | kubectl attach shell -i`,
  flags: [
    { name: 'container', short: 'c', type: 'string', default: '', usage: 'The container; otherwise the annotated one, or the first.' },
    { name: 'detach-keys', type: 'string', default: 'ctrl-p,ctrl-q', usage: 'Keys that end the session. There are no sessions here.' },
    { name: 'pod-running-timeout', type: 'duration', default: '1m0s', usage: 'How long to wait for a Pod that runs.' },
    { name: 'quiet', short: 'q', type: 'bool', default: 'false', usage: 'Print nothing but what the container prints.' },
    { name: 'stdin', short: 'i', type: 'bool', default: 'false', usage: 'Give standard input to the container.' },
    { name: 'tty', short: 't', type: 'bool', default: 'false', usage: 'Standard input is a terminal.' },
  ],
  run({ args, flags, io, client, namespace }) {
    if (flags.changed('detach-keys')) throw notSimulated('attach --detach-keys');
    if (args.length === 0) throw new UsageError('at least 1 argument is required for attach');
    if (args.length > 2)
      throw new UsageError(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`);
    const patience = runningTimeout(flags, true);
    const [pod] = podsOf(client, objectOf(client, namespace, args), 'attach to', patience).pods;
    if (!pod) throw new UsageError('timed out waiting for the condition');
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new UsageError(`cannot attach a container in a completed pod; current phase is ${phase}`);
    const quiet = flags.bool('quiet');
    const container = attachable(pod, flags.string('container'), io, quiet);
    attachTo(client, io, pod, { container, quiet, stdin: flags.bool('stdin'), tty: flags.bool('tty') });
  },
};

function attachable(pod: Pod, wanted: string, io: Io, quiet: boolean): string {
  try {
    return chosenContainer(pod, wanted, io, quiet);
  } catch (e) {
    throw new UsageError(`cannot attach to the container: ${(e as Error).message}`);
  }
}

export interface Attachment {
  readonly container: string;
  readonly quiet: boolean;
  readonly stdin: boolean;
  readonly tty: boolean;
}

export function attachTo(client: Client, io: Io, pod: Pod, { container, quiet, stdin, tty }: Attachment): void {
  const spec = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((c) => c.name === container);
  if (!spec) throw new UsageError(`cannot attach to the container: container ${container} not found in pod ${pod.metadata.name}`);
  if (tty && !spec.tty && !quiet) io.err(`error: Unable to use a TTY - container ${container} did not allocate one\n`);
  if (tty && spec.tty && stdin && !io.inputIsTTY && !quiet) io.err(noTTY);
  if (!quiet) {
    io.err(
      'All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n',
    );
    io.err("If you don't see a command prompt, try pressing enter.\n");
  }
  const typed = tty && spec.tty === true && stdin && io.inputIsTTY;
  if (typed && spec.stdin) {
    typeToMain(pod, container, client, io);
    if (!quiet && pod.spec.restartPolicy === 'Always')
      io.out(`Session ended, resume using 'kubectl attach ${pod.metadata.name} -c ${container} -i -t' command when the pod is running\n`);
    return;
  }
  const result = upgraded(() =>
    connectTo(client, pod, 'attach', { exec: { container, command: [], tty, ...(stdin && !io.inputIsTTY && { stdin: io.stdin() }) } }),
  );
  printResult(result, client, io);
}
