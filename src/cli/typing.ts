// A command that somebody types to, line by line: a shell in a container or on a node.
import type { Pod } from '../model/generated/api.js';
import { type ExecResult, inputWanted, type Typing } from '../model/request.js';
import { StatusError } from '../model/status.js';
import type { Client } from './client.js';
import { connectTo, printResult } from './container.js';
import type { Io } from '../model/io.js';

/** One call: what has been typed since the one before. */
export type Send = (typed: { stdin: string; typing: Typing }) => ExecResult;

/** Passes lines on as they come, and prints the answers. The command's exit code. */
export function typeTo(send: Send, client: Client, io: Io): number {
  const next = lines(io);
  let typed: { stdin: string; typing: Typing } = { stdin: '', typing: { closed: false } };
  for (;;) {
    const result = attempt(send, typed);
    if (result === 'more') {
      const line = next();
      typed = { stdin: typed.stdin + (line ?? ''), typing: { ...typed.typing, closed: line === undefined } };
      continue;
    }
    printResult(result, client, io);
    if (!result.memory || result.memory.length === 0) return result.exitCode;
    const line = next();
    typed = { stdin: line ?? '', typing: { closed: line === undefined, memory: result.memory } };
  }
}

/** How often, and every how many milliseconds, an answer is waited for that does not come at once. */
const patience = { times: 8, ms: 250 };

/** Passes lines on to a container's process 1, whose log has the answers; until it ends or the input does. */
export function typeToMain(pod: Pod, container: string, client: Client, io: Io): void {
  const { namespace = '', name } = pod.metadata;
  const log = (): string => connectTo(client, pod, 'log', { log: { container } }).stdout;
  const runs = (): boolean =>
    client
      .call<Pod>({ verb: 'get', group: '', resource: 'pods', namespace, name })
      .status?.containerStatuses?.find((s) => s.name === container)?.state?.running !== undefined;
  const send = (stdin: string, closed: boolean): void =>
    void connectTo(client, pod, 'attach', { exec: { container, command: [], tty: true, stdin, typing: { closed } } });
  const next = lines(io);
  let shown = log().length;
  const show = (): void => {
    for (let i = 0; i < patience.times; i++) {
      const text = log();
      io.out(text.slice(shown));
      shown = Math.max(shown, text.length);
      if (!runs() || !/(^|\n)$/.test(text)) return;
      client.pass(patience.ms);
    }
  };
  send('', false);
  for (;;) {
    show();
    if (!runs()) return;
    const line = next();
    send(line ?? '', line === undefined);
    // The terminal has shown what was typed.
    shown += (line ?? '').length;
    if (line === undefined) return show();
  }
}

function attempt(send: Send, typed: { stdin: string; typing: Typing }): ExecResult | 'more' {
  try {
    return send(typed);
  } catch (e) {
    if (e instanceof StatusError && e.status.reason === inputWanted) return 'more';
    throw e;
  }
}

function lines(io: Io): () => string | undefined {
  if (io.line) return () => io.line?.();
  let all: string[] | undefined;
  return () => {
    all ??= io.stdin().split(/(?<=\n)/);
    return all.shift() || undefined;
  };
}
