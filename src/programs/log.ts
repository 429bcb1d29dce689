// A container's log up to the present: what process 1 printed, replayed, and the lines of its server for the requests it had.
import type { Container, Pod } from '../model/generated/api.js';
import type { Net } from '../network/net.js';
import type { Attempt, RuntimePod } from '../network/runtime.js';
import { limitsAt, runMain } from './container.js';
import { type LoggedRequest, requestsKey } from './effects.js';
import { NotStarted } from './index.js';

export interface LogLine {
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  /** With its newline, except for an unfinished last line. */
  readonly text: string;
}

/** Lines of an attempt (default: the current one), in order of time. */
export function containerLog(net: Net, pod: Pod, container: Container, runtime: RuntimePod, which: { attempt?: Attempt }): LogLine[] {
  const attempt = which.attempt ?? runtime.containers[container.name]?.attempt;
  if (!attempt) return [];
  const end = attempt.exit?.at ?? net.now();
  const said = printed(net, pod, container, runtime, attempt);
  const requests = ((net.reader.state(requestsKey(pod)) as unknown as LoggedRequest[] | undefined) ?? [])
    .filter((r) => r.container === container.name && r.at >= attempt.startedAt && r.at <= end)
    .map((r): LogLine => ({ at: r.at, stream: 'stdout', text: `${r.line}\n` }));
  return [...said, ...requests].sort((a, b) => a.at - b.at);
}

function printed(net: Net, pod: Pod, container: Container, runtime: RuntimePod, attempt: Attempt): LogLine[] {
  try {
    const run = runMain(net, pod, runtime, container, attempt, limitsAt(net.now(), attempt));
    const lines: { at: number; stream: LogLine['stream']; text: string }[] = [];
    const open: Partial<Record<LogLine['stream'], { at: number; stream: LogLine['stream']; text: string }>> = {};
    for (const o of [...run.output].sort((a, b) => a.at - b.at)) {
      for (const piece of o.text.split(/(?<=\n)/)) {
        const unfinished = open[o.stream];
        if (unfinished) unfinished.text += piece;
        const line = unfinished ?? { at: o.at, stream: o.stream, text: piece };
        if (!unfinished) lines.push(line);
        if (line.text.endsWith('\n')) delete open[o.stream];
        else open[o.stream] = line;
      }
    }
    return lines;
  } catch (e) {
    if (e instanceof NotStarted) return [];
    throw e;
  }
}
