// kubelab curl: one request through the cluster's network, sent by a Pod, a node or a machine outside, and with --trace the way it took.
import type { ExecResult, Request } from '../../model/request.js';
import type { Flag, FlagValues, Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { defaultContainer, objectOf, podsOf, printResult } from '../container.js';
import { UsageError } from '../errors.js';
import { lookOf, tracesText } from '../trace.js';

/** curl's own flags: each is passed on as it was given. */
const own: readonly (Flag & { readonly send: string })[] = [
  { name: 'silent', short: 's', type: 'bool', default: 'false', usage: 'No progress meter and no errors.', send: '-s' },
  { name: 'show-error', short: 'S', type: 'bool', default: 'false', usage: 'Errors even with -s.', send: '-S' },
  { name: 'verbose', short: 'v', type: 'bool', default: 'false', usage: 'Show the conversation.', send: '-v' },
  { name: 'include', short: 'i', type: 'bool', default: 'false', usage: 'Show the headers of the answer.', send: '-i' },
  { name: 'head', short: 'I', type: 'bool', default: 'false', usage: 'Ask for headers only.', send: '-I' },
  { name: 'location', short: 'L', type: 'bool', default: 'false', usage: 'Follow redirects.', send: '-L' },
  { name: 'insecure', short: 'k', type: 'bool', default: 'false', usage: 'Trust any certificate.', send: '-k' },
  { name: 'fail', short: 'f', type: 'bool', default: 'false', usage: 'Exit code 22 for answers from 400 on.', send: '-f' },
  {
    name: 'output',
    short: 'o',
    type: 'string',
    default: '',
    usage: 'Where the body goes; only /dev/null and - are there. With --trace, json: the answer and its traces as JSON.',
    send: '-o',
  },
  { name: 'write-out', short: 'w', type: 'string', default: '', usage: "What to print at the end, such as '%{http_code}'.", send: '-w' },
  { name: 'header', short: 'H', type: 'stringArray', default: '[]', usage: 'A header to send.', send: '-H' },
  { name: 'request', short: 'X', type: 'string', default: '', usage: 'The method.', send: '-X' },
  { name: 'data', short: 'd', type: 'stringArray', default: '[]', usage: 'A body to send.', send: '-d' },
  { name: 'max-time', short: 'm', type: 'string', default: '', usage: 'Seconds that all may take.', send: '-m' },
  { name: 'connect-timeout', type: 'string', default: '', usage: 'Seconds that the connection may take.', send: '--connect-timeout' },
  { name: 'resolve', type: 'stringArray', default: '[]', usage: 'HOST:PORT:ADDRESS instead of asking DNS.', send: '--resolve' },
];

export const curl: Verb<Client> = {
  id: 'curl',
  use: 'curl [--from pod/NAME|deploy/NAME|node/NAME|outside] [--trace] URL',
  short: 'Send a request through the cluster and show its way',
  long: 'Sends one HTTP request as curl does, with its output, error texts and exit codes. Without --from, a Pod sends it that is there for this request only. Time-outs are not waited for.',
  example: `
    kubelab curl http://web
    kubelab curl --from node/node01 --trace http://10.96.0.10:9153
    kubelab curl --from outside http://172.30.1.3:30080`,
  flags: [
    { name: 'from', type: 'string', default: '', usage: 'Who sends: pod/NAME, an object with Pods, node/NAME, or outside.' },
    { name: 'trace', type: 'bool', default: 'false', usage: 'Print each step of the way: the object, the rule, and why.' },
    ...own.map(({ send: _send, ...flag }) => flag),
  ],
  run(invocation) {
    const { args, flags, io, client } = invocation;
    if (args.length !== 1) throw new UsageError('exactly one URL is expected');
    const asJson = flags.bool('trace') && flags.string('output') === 'json';
    const command = ['curl', ...given(flags, asJson ? ['output'] : []), args[0] as string];
    if (flags.string('from') === '') untilStarted(client);
    const result = client.call<ExecResult>(requestOf(invocation, command));
    if (asJson) {
      const { exitCode, stdout, stderr, traces = [] } = result;
      io.out(`${JSON.stringify({ exitCode, stdout, stderr, traces }, undefined, 2)}\n`);
      return exitCode;
    }
    printResult({ ...result, ms: 0 }, client, io);
    if (flags.bool('trace')) io.out(afterOutput(result) + tracesText(result.traces ?? [], lookOf(io)));
    return result.exitCode;
  },
};

/** What stands between the answer and the trace: an empty line, be the answer's last line ended or not. */
function afterOutput({ output = [] }: ExecResult): string {
  const last = output.findLast((o) => o.text !== '')?.text;
  if (last === undefined) return '';
  return last.endsWith('\n') ? '\n' : '\n\n';
}

/** The throw-away Pod that sends takes a second to start; nobody waits for it on a clock that runs by itself. */
function untilStarted(client: Client): void {
  if (client.clock === 'real') return;
  for (let left = 1000; left > 0; ) left -= client.pass(left);
}

function given(flags: FlagValues, but: readonly string[]): string[] {
  return own.flatMap((f) => {
    if (!flags.changed(f.name) || but.includes(f.name)) return [];
    if (f.type === 'bool') return flags.bool(f.name) ? [f.send] : [];
    return (f.type === 'stringArray' ? flags.strings(f.name) : [flags.string(f.name)]).flatMap((value) => [f.send, value]);
  });
}

function requestOf({ flags, io, client, namespace }: Invocation<Client>, command: readonly string[]): Request {
  const from = flags.string('from');
  const exec = { command, tty: io.outputIsTTY, trace: true };
  const own = { verb: 'connect', group: '', subresource: 'curl', options: { exec } } as const;
  if (from === '') return { ...own, resource: 'pods', namespace };
  if (from === 'outside') return { ...own, resource: 'nodes' };
  const [type, name] = from.split('/');
  if (type === 'node' || type === 'nodes') return { ...own, resource: 'nodes', name: name ?? '' };
  const [pod] = podsOf(client, objectOf(client, namespace, [from]), 'attach to').pods;
  if (!pod) throw new UsageError(`${from} has no Pods`);
  return {
    ...own,
    resource: 'pods',
    namespace: pod.metadata.namespace ?? '',
    name: pod.metadata.name,
    subresource: 'exec',
    options: { exec: { ...exec, container: defaultContainer(pod, io, true) } },
  };
}
