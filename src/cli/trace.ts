// Traces for the eye: a head line for each packet, its hops in columns, and in the end the fork, the object and the field to look at.
// On a terminal in colour and with symbols, otherwise as plain text.
import { Chalk, type ChalkInstance } from 'chalk';
import { joinHostPort } from '../lib/ip.js';
import { type Failure, failureOf } from '../model/failure.js';
import type { Io } from '../model/io.js';
import type { Endpoint, Hop, Trace } from '../model/packet.js';

export interface Look {
  readonly paint: ChalkInstance;
  readonly arrow: string;
  readonly good: string;
  readonly bad: string;
}

/** How to print: NO_COLOR (no-color.org) and pipes get plain text. */
export function lookOf({ outputIsTTY, env }: Pick<Io, 'outputIsTTY' | 'env'>): Look {
  const colour = outputIsTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  return outputIsTTY
    ? { paint: new Chalk({ level: colour ? 1 : 0 }), arrow: '→', good: '✓ ', bad: '✗ ' }
    : { paint: new Chalk({ level: 0 }), arrow: '->', good: '', bad: '' };
}

/** With the address that it sends from: that of the destination's family. */
function senderText({ kind, name, ip, ips = [ip] }: Endpoint, to: string): string {
  const own = ips.find((i) => i.includes(':') === to.includes(':')) ?? ip;
  return kind === 'outside' ? `outside (${own})` : `${kind}/${name} (${own})`;
}

/** "10.96.0.10:53/UDP" */
export function targetText({ to, port, protocol }: Trace['packet']): string {
  if (protocol === 'ICMP') return to;
  return `${joinHostPort(to, port)}/${protocol}`;
}

const words: Readonly<Record<Trace['outcome'], string>> = {
  ok: 'ok',
  refused: 'refused',
  reset: 'reset',
  timeout: 'timed out',
  unreachable: 'unreachable',
  nxdomain: 'no such name',
  servfail: 'the nameserver failed',
};

export function headText(trace: Trace, { paint, arrow, good, bad }: Look): string {
  const { packet, question, asked, outcome } = trace;
  const ok = outcome === 'ok';
  const end = ok ? paint.green(words.ok) : paint.red(words[outcome]);
  const what = question ? ` (${question.name} ${question.type})` : asked === undefined ? '' : ` (${asked})`;
  const way = `${senderText(packet.from, packet.to)} ${arrow} ${targetText(packet)}`;
  return `${ok ? paint.green(good) : paint.red(bad)}${paint.bold(way)}${what}: ${end}\n`;
}

/** One packet's way. */
export function traceText(trace: Trace, look: Look): string {
  const { hops, outcome } = trace;
  const step = Math.max(...hops.map((h) => h.step.length), 0);
  const object = Math.max(...hops.map((h) => (h.object ?? '').length), 0);
  const line = (h: Hop, last: boolean): string => {
    const why = last && outcome !== 'ok' ? look.paint.red(h.why) : h.why;
    const columns = `  ${look.paint.cyan(h.step.padEnd(step))}  ${object > 0 ? `${(h.object ?? '').padEnd(object)}  ` : ''}`;
    const rules = (h.rule ?? '').split('\n').filter((r) => r !== '');
    return `${columns}${why}\n${rules.map((r) => `  ${' '.repeat(step)}  ${look.paint.dim(`| ${r}`)}\n`).join('')}`;
  };
  return headText(trace, look) + hops.map((h, i) => line(h, i === hops.length - 1)).join('');
}

/** All packets of a request, and how it ended. */
export function tracesText(traces: readonly Trace[], look: Look): string {
  const failure = failureOf(traces);
  const blocks = traces.map((t, i) => {
    const repeated = isRepeated(t, traces[i - 1]);
    return `${i > 0 && !repeated ? '\n' : ''}${repeated ? headText(t, look) : traceText(t, look)}`;
  });
  return `${blocks.join('')}${failure ? `\n${failureText(failure, look)}` : ''}`;
}

/** A resolver asks the same server again and again: the way of the first question tells enough, as long as they are answered. */
const isRepeated = (t: Trace | undefined, before: Trace | undefined): boolean =>
  !!t?.question && !!before?.question && t.packet.to === before.packet.to && [t, before].every((x) => x.hops.at(-1)?.step === 'dns');

/** "refused: look at spec.selector of Service default/web" */
export function failureText({ fork, culprit, trace }: Failure, { paint, bad }: Look): string {
  const { object, field, why = '' } = culprit ?? {};
  const what = object
    ? `look at ${field ? `${field} of ` : ''}${object}`
    : trace.question && trace.outcome === 'nxdomain'
      ? `no nameserver knows ${JSON.stringify(trace.asked ?? trace.question.name)}: look at "kubectl get services"`
      : why;
  return `${paint.red(`${bad}${fork}`)}: ${what}\n`;
}
