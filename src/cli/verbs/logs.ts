// kubectl logs. Mirrors k8s.io/kubectl/pkg/cmd/logs/logs.go and pkg/polymorphichelpers/logsforobject.go.
import type { Pod } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';
import type { RequestOptions } from '../../model/request.js';
import type { Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { isNotFound } from '../../model/status.js';
import { chosenContainer, connectTo, defaultContainer, objectOf, podsOf, runningTimeout } from '../container.js';
import { notSimulated, UsageError } from '../errors.js';
import { callList } from '../resources.js';

const usage = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

export const logs: Verb<Client> = {
  id: 'logs',
  use: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]',
  short: 'Print the logs for a container in a pod',
  long: 'Prints what a container has written, of one Pod, of the Pods behind an object, or of all that a selector finds.',
  example: `
    # The last 20 lines, and what the container said before it was restarted
    kubectl logs web --tail=20
    kubectl logs web -p`,
  flags: [
    { name: 'all-containers', type: 'bool', default: 'false', usage: 'All containers of the Pods.' },
    { name: 'all-pods', type: 'bool', default: 'false', usage: 'All Pods of the object; sets --prefix.' },
    { name: 'container', short: 'c', type: 'string', default: '', usage: 'The container.' },
    { name: 'follow', short: 'f', type: 'bool', default: 'false', usage: 'Go on until the container ends.' },
    { name: 'ignore-errors', type: 'bool', default: 'false', usage: 'Go on with the others when a log cannot be read.' },
    {
      name: 'insecure-skip-tls-verify-backend',
      type: 'bool',
      default: 'false',
      usage: 'Trust the kubelet. There is nothing to verify here.',
    },
    { name: 'limit-bytes', type: 'int', default: '0', usage: 'At most so many bytes; 0 for all.' },
    { name: 'max-log-requests', type: 'int', default: '5', usage: 'How many logs may be followed at once.' },
    { name: 'pod-running-timeout', type: 'duration', default: '20s', usage: 'How long to wait for a Pod that runs.' },
    { name: 'prefix', type: 'bool', default: 'false', usage: 'Begin each line with its Pod and container.' },
    { name: 'previous', short: 'p', type: 'bool', default: 'false', usage: 'Of the instance before this one.' },
    { name: 'selector', short: 'l', type: 'string', default: '', usage: "Of Pods whose labels match, such as 'app=web'." },
    { name: 'since', type: 'duration', default: '0s', usage: 'Only what is newer, such as 5s or 2m.' },
    { name: 'since-time', type: 'string', default: '', usage: 'Only what is newer than a date (RFC 3339).' },
    { name: 'tail', type: 'int', default: '-1', usage: 'Only the last lines; -1 for all, 10 with a selector.' },
    { name: 'timestamps', type: 'bool', default: 'false', usage: 'Begin each line with its time.' },
  ],
  run: runLogs,
};

interface Source {
  readonly pod: Pod;
  readonly container: string;
}

function runLogs(invocation: Invocation<Client>): number {
  const { args, flags, io, client, namespace } = invocation;
  const selector = flags.string('selector');
  if (args.length === 0 && selector === '') throw new UsageError(usage, true);
  if (args.length > 0 && selector !== '' && args.length === 1) throw new UsageError('only a selector (-l) or a POD name is allowed', true);
  if (args.length > 2) throw new UsageError(usage, true);
  const container = args[1] ?? flags.string('container');
  const options = logOptions(invocation);
  const found = podsFor(invocation, selector);
  check(invocation, container);
  if (found.length === 0 && selector !== '') {
    io.err(`No resources found in ${namespace} namespace.\n`);
    return 0;
  }
  const sources = found.flatMap((pod) => sourcesOf(invocation, pod, container, selector !== ''));
  if (flags.bool('follow')) {
    const most = flags.int('max-log-requests');
    if (sources.length > most && sources.length > 1)
      throw new UsageError(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
      );
  }
  const prefixed = flags.bool('prefix') || flags.bool('all-pods');
  const shown = new Map<Source, string>();
  const print = (): void => {
    for (const s of sources) {
      const text = read(client, s, options);
      const before = shown.get(s) ?? '';
      const fresh = text.startsWith(before) ? text.slice(before.length) : '';
      shown.set(s, text.startsWith(before) ? text : before);
      io.out(prefixed ? fresh.replace(/^(?=.)/gm, `[pod/${s.pod.metadata.name}/${s.container}] `) : fresh);
    }
  };
  if (!flags.bool('ignore-errors')) print();
  else
    try {
      print();
    } catch (e) {
      io.err(`error: ${(e as Error).message}\n`);
    }
  if (flags.bool('follow')) follow(invocation, sources, print);
  return 0;
}

function check({ args, flags }: Invocation<Client>, container: string): void {
  if (flags.string('since-time') !== '' && flags.duration('since') !== 0)
    throw new UsageError('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (flags.bool('all-containers') && container !== '')
    throw new UsageError(`--all-containers=true should not be specified with container name ${container}`);
  if (flags.changed('container') && args.length === 2) throw new UsageError('only one of -c or an inline [CONTAINER] arg is allowed');
  if (flags.int('limit-bytes') < 0) throw new UsageError('--limit-bytes must be greater than 0');
  if (flags.duration('since') < 0) throw new UsageError('--since must be greater than 0');
  if (flags.int('tail') < -1) throw new UsageError('--tail must be greater than or equal to -1');
}

function logOptions({ flags }: Invocation<Client>): NonNullable<RequestOptions['log']> {
  const tail = flags.int('tail');
  const lines = flags.string('selector') !== '' && tail === -1 && !flags.changed('tail') ? 10 : tail;
  const sinceTime = flags.string('since-time');
  if (sinceTime !== '' && Number.isNaN(Date.parse(sinceTime)))
    throw new UsageError(
      `parsing time ${JSON.stringify(sinceTime)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(sinceTime)} as "2006"`,
    );
  return {
    ...(flags.bool('previous') && { previous: true }),
    ...(flags.bool('timestamps') && { timestamps: true }),
    ...(lines !== -1 && { tailLines: lines }),
    ...(flags.int('limit-bytes') !== 0 && { limitBytes: flags.int('limit-bytes') }),
    ...(flags.duration('since') !== 0 && { sinceSeconds: Math.round(flags.duration('since') / 1000) }),
    ...(sinceTime !== '' && { sinceTime }),
  };
}

function podsFor({ args, flags, io, client, namespace }: Invocation<Client>, selector: string): readonly Pod[] {
  if (selector !== '')
    return callList<KubeObject & { items: Pod[] }>({ resource: client.mapper.find('pods'), namespace, labelSelector: selector }, client)
      .items;
  const patience = runningTimeout(flags, false);
  const { pods, single } = podsOf(client, named(client, namespace, args[0] as string), 'get the logs from', patience);
  if (single || flags.bool('all-pods')) return pods;
  const [first] = pods;
  if (!first) throw new UsageError('timed out waiting for the condition');
  if (pods.length > 1) io.err(`Found ${pods.length} pods, using pod/${first.metadata.name}\n`);
  return [first];
}

function named(client: Client, namespace: string, word: string): ReturnType<typeof objectOf> {
  try {
    return objectOf(client, namespace, [word]);
  } catch (e) {
    if (!isNotFound(e)) throw e;
    throw new UsageError(`error from server (NotFound): ${e.message} in namespace ${JSON.stringify(namespace)}`);
  }
}

function sourcesOf({ flags, io }: Invocation<Client>, pod: Pod, container: string, quiet: boolean): Source[] {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((c) => c.name);
  if (flags.bool('all-containers')) return all.map((name) => ({ pod, container: name }));
  if (container === '') return [{ pod, container: defaultContainer(pod, io, quiet && pod.spec.containers.length === 1) }];
  return [{ pod, container: chosenContainer(pod, container, io, false) }];
}

const read = (client: Client, { pod, container }: Source, log: NonNullable<RequestOptions['log']>): string =>
  connectTo(client, pod, 'log', { log: { ...log, container } }).stdout;

/** How long one `logs -f` lets time go by on a virtual clock, where nobody can press Ctrl-C. */
const longest = 60_000;

function follow({ client }: Invocation<Client>, sources: readonly Source[], print: () => void): void {
  const goesOn = (): boolean =>
    sources.some(({ pod, container }) => {
      try {
        const now = client.call<Pod>({
          verb: 'get',
          group: '',
          resource: 'pods',
          namespace: pod.metadata.namespace ?? '',
          name: pod.metadata.name,
        });
        return [...(now.status?.initContainerStatuses ?? []), ...(now.status?.containerStatuses ?? [])].some(
          (s) => s.name === container && s.state?.running,
        );
      } catch {
        return false;
      }
    });
  const virtual = client.clock === 'virtual';
  let passed = 0;
  while (goesOn()) {
    if (virtual && passed >= longest) throw notSimulated(`logs -f for longer than a minute of a virtual clock: the container runs on`);
    passed += client.pass(1000);
    print();
  }
}
