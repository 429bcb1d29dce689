// kubelab ssh: commands on a node, as root. Several words are one command with its arguments, one word is a line of the node's shell.
import type { ExecResult, RequestOptions } from '../../model/request.js';
import type { Io } from '../../model/io.js';
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { printResult } from '../container.js';
import { typeTo } from '../typing.js';
import { UsageError } from '../errors.js';

export const ssh: Verb<Client> = {
  id: 'ssh',
  use: 'ssh NODE [-- COMMAND [ARGS...]]',
  short: 'Run commands on a node, as root',
  long: 'Runs a command on a node and ends with its exit code. A single word is given to the shell; without a command the lines of standard input are.',
  example: `
    kubelab ssh node01 -- iptables-save -t nat
    kubelab ssh node01 -- 'iptables-save | grep KUBE-SVC'
    kubelab ssh controlplane -- mv /etc/kubernetes/manifests/kube-scheduler.yaml /tmp/`,
  flags: [{ name: 'stdin', short: 'i', type: 'bool', default: 'false', usage: 'Give standard input to the command.' }],
  run({ args, dashAt, flags, io, client }) {
    const [name, ...words] = args;
    if (name === undefined || dashAt === 0) throw new UsageError('ssh NODE [-- COMMAND]: which node?');
    if (words.length > 0 && dashAt !== 1)
      throw new UsageError(`ssh NODE -- COMMAND: the command stands behind "--", but ${words[0]} does not`);
    const run = (exec: NonNullable<RequestOptions['exec']>): ExecResult =>
      client.call<ExecResult>({ verb: 'connect', group: '', resource: 'nodes', name, subresource: 'ssh', options: { exec } });
    if (words.length === 0) return loggedIn(name, run, client, io);
    const command = words.length > 1 ? words : ['bash', '-c', words[0] as string];
    const result = run({ command, stdin: flags.bool('stdin') ? io.stdin() : '', tty: io.outputIsTTY });
    printResult(result, client, io);
    return result.exitCode;
  },
};

/** The node's shell, which reads what is typed or piped in. */
function loggedIn(name: string, run: (exec: NonNullable<RequestOptions['exec']>) => ExecResult, client: Client, io: Io): number {
  const tty = io.inputIsTTY;
  const code = typeTo((typed) => run({ command: ['bash'], tty, ...typed }), client, io);
  if (tty) io.err(`Connection to ${name} closed.\n`);
  return code;
}
