// kubelab curl: one request through the cluster's network, sent by a Pod, a node or a machine outside, and with --trace the way it took.
import type { ExecResult, Request } from '../../model/request.js';
import type { Invocation, Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { printResult } from '../container.js';
import { curlFlags, givenFlags } from '../curl-flags.js';
import { distributionText } from '../distribution.js';
import { UsageError } from '../errors.js';
import { senderOf } from '../goal.js';
import { lookOf, tracesText } from '../trace.js';

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
