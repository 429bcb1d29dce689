// kubelab curl: one request through the cluster's network, sent by a Pod, a node or a machine outside, and with --trace the way it took.
import { joinHostPort } from '../../lib/ip.js';
import { alignTabs, tableLayout } from '../../lib/tabwriter.js';
import type { Trace } from '../../model/packet.js';
import type { ExecResult, Request } from '../../model/request.js';
import type { Flag, FlagValues, Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { printResult } from '../container.js';
import { UsageError } from '../errors.js';
import { senderOf } from '../goal.js';
import { lookOf, tracesText } from '../trace.js';

/** A flag of curl's own: it is passed on as it was given. */
type Own = Flag & { readonly send: string };

const on = (name: string, short: string, usage: string): Own => ({
  name,
  ...(short !== '' && { short }),
  type: 'bool',
  default: 'false',
  usage,
  send: short === '' ? `--${name}` : `-${short}`,
});

const one = (name: string, short: string, usage: string): Own => ({ ...on(name, short, usage), type: 'string', default: '' });
const many = (name: string, short: string, usage: string): Own => ({ ...on(name, short, usage), type: 'stringArray', default: '[]' });

const curlFlags: readonly Own[] = [
  on('silent', 's', 'No progress meter and no errors.'),
  on('show-error', 'S', 'Errors even with -s.'),
  on('no-progress-meter', '', 'No progress meter.'),
  on('verbose', 'v', 'Show the conversation.'),
  on('include', 'i', 'Show the headers of the answer.'),
  on('head', 'I', 'Ask for headers only.'),
  on('location', 'L', 'Follow redirects.'),
  one('max-redirs', '', 'How many redirects are followed.'),
  on('insecure', 'k', 'Trust any certificate.'),
  on('fail', 'f', 'Exit code 22 for answers from 400 on.'),
  on('fail-with-body', '', 'Exit code 22 for answers from 400 on, and their bodies.'),
  many('output', 'o', 'Where the body goes; only /dev/null and - are there. With --trace, json: the answer and its traces as JSON.'),
  one('write-out', 'w', "What to print at the end, such as '%{http_code}'."),
  many('header', 'H', 'A header to send.'),
  one('request', 'X', 'The method.'),
  many('data', 'd', 'A body to send.'),
  many('data-raw', '', 'A body to send; @ means nothing.'),
  many('data-urlencode', '', 'A body to send, encoded.'),
  one('json', '', 'A body to send, of type application/json.'),
  on('get', 'G', 'The data belong to the URL.'),
  one('user-agent', 'A', 'What the sender calls itself.'),
  one('user', 'u', 'USER:PASSWORD.'),
  one('referer', 'e', 'Where the link was found.'),
  many('cookie', 'b', 'NAME=VALUE.'),
  one('max-time', 'm', 'Seconds that all may take.'),
  one('connect-timeout', '', 'Seconds that the connection may take.'),
  many('resolve', '', 'HOST:PORT:ADDRESS instead of asking DNS.'),
  many('connect-to', '', 'HOST:PORT:OTHER:PORT: where to go instead.'),
  one('retry', '', 'How often to try again after failures that may pass.'),
  one('retry-delay', '', 'Seconds between tries.'),
  on('retry-connrefused', '', 'Try again after a refusal, too.'),
  on('retry-all-errors', '', 'Try again after any failure.'),
  on('ipv4', '4', 'IPv4 addresses only.'),
  on('ipv6', '6', 'IPv6 addresses only.'),
  on('globoff', 'g', 'Brackets and braces in URLs stand for themselves.'),
  on('path-as-is', '', 'Leave /../ in the path.'),
  on('compressed', '', 'Say that compressed answers are understood.'),
  on('no-buffer', 'N', 'As curl has it.'),
  one('dump-header', 'D', 'Where the headers go; only /dev/null and - are there.'),
];

export const curl: Verb<Client> = {
  id: 'curl',
  use: 'curl [--from pod/NAME|deploy/NAME|node/NAME|outside] [--trace] [--repeat N] URL...',
  short: 'Send a request through the cluster and show its way',
  long: 'Sends one HTTP request as curl does, with its output, error texts and exit codes. Without --from, a Pod sends it that is there for this request only. Time-outs are not waited for.',
  example: `
    kubelab curl http://web
    kubelab curl --repeat 100 http://web
    kubelab curl --from node/node01 --trace http://10.96.0.10:9153
    kubelab curl --from outside http://172.30.1.3:30080`,
  flags: [
    { name: 'from', type: 'string', default: '', usage: 'Who sends: pod/NAME, an object with Pods, node/NAME, or outside.' },
    { name: 'trace', type: 'bool', default: 'false', usage: 'Print each step of the way: the object, the rule, and why.' },
    { name: 'repeat', type: 'int', default: '1', usage: 'Send this many requests, and print where they ended.' },
    ...curlFlags.map(({ send: _send, ...flag }) => flag),
  ],
  run(invocation) {
    const { args, flags, io, client } = invocation;
    if (args.length === 0) throw new UsageError('a URL is expected');
    const asJson = flags.bool('trace') && flags.strings('output').includes('json');
    const command = ['curl', ...givenFlags(flags, asJson ? ['output'] : []), ...args];
    if (flags.string('from') === '') untilStarted(client);
    if (flags.changed('repeat')) return repeated(invocation, command);
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

/** Sends again and again; where the requests ended is all that is printed. The exit code is that of the first failure. */
function repeated(invocation: Invocation<Client>, command: readonly string[]): number {
  const { flags, io, client } = invocation;
  const n = flags.int('repeat');
  if (n < 1) throw new UsageError('--repeat must be at least 1');
  if (flags.bool('trace')) throw new UsageError('--repeat and --trace exclude each other');
  const request = requestOf(invocation, command);
  const results = client.connection.together(() => Array.from({ length: n }, () => client.call<ExecResult>(request)));
  io.out(distributionText(results.map((r) => r.traces ?? [])));
  return results.find((r) => r.exitCode !== 0)?.exitCode ?? 0;
}

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

function requestOf({ flags, io, client, namespace }: Invocation<Client>, command: readonly string[]): Request {
  const { kind, ...where } = senderOf(client, namespace, flags.string('from'));
  const resource = kind === 'pod' || kind === 'guest' ? 'pods' : 'nodes';
  const exec = { command, tty: io.outputIsTTY, trace: true };
  return { verb: 'connect', group: '', resource, ...where, subresource: 'curl', options: { exec } };
}

/** The flags that were given, as curl wants them. */
const givenFlags = (flags: FlagValues, but: readonly string[]): string[] =>
  curlFlags.flatMap((f) => {
    if (!flags.changed(f.name) || but.includes(f.name)) return [];
    if (f.type === 'bool') return flags.bool(f.name) ? [f.send] : [];
    return (f.type === 'stringArray' ? flags.strings(f.name) : [flags.string(f.name)]).flatMap((value) => [f.send, value]);
  });

/** Where a request ended: "10.244.1.3:80" and its Pod, or the failure. */
interface Place {
  readonly end: string;
  readonly pod: string;
  readonly reached: boolean;
}

const failures: Readonly<Record<Trace['outcome'], string>> = {
  ok: '',
  refused: 'refused',
  timeout: 'timed out',
  unreachable: 'unreachable',
  nxdomain: 'not resolved',
  servfail: 'not resolved',
  reset: 'reset',
};

/** The last packet of a request tells; questions to DNS count only when nothing was sent after them. */
function placeOf(traces: readonly Trace[]): Place {
  const last = traces.findLast((t) => !t.question) ?? traces.at(-1);
  if (!last) return { end: 'not sent', pod: '', reached: false };
  const { outcome, reached } = last;
  if (last.question) return { end: 'not resolved', pod: '', reached: false };
  if (outcome !== 'ok' || !reached) return { end: failures[outcome] || 'lost', pod: '', reached: false };
  return {
    end: joinHostPort(reached.ip, reached.port),
    pod: reached.pod ? `${reached.pod.namespace}/${reached.pod.name}` : '',
    reached: true,
  };
}

/** Each endpoint with its share, by address, and then what became of the others. */
function distributionText(requests: readonly (readonly Trace[])[]): string {
  const counts = new Map<string, { place: Place; n: number }>();
  for (const traces of requests) {
    const place = placeOf(traces);
    const before = counts.get(place.end);
    counts.set(place.end, { place, n: (before?.n ?? 0) + 1 });
  }
  const key = ({ place }: { place: Place }): string => `${place.reached ? 0 : 1}${place.end}`;
  const rows = [...counts.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const share = (n: number): string => `${((100 * n) / requests.length).toFixed(1)}%`;
  const lines = rows.map(({ place, n }) => `${place.end}\t${place.pod || '<none>'}\t${n}\t${share(n)}\n`);
  return alignTabs(`ENDPOINT\tPOD\tCOUNT\tPERCENT\n${lines.join('')}`, tableLayout);
}
