// kubelab trace: where a packet would go, by all ways that chance leaves it. Nothing is sent.
import { failureOf } from '../../model/failure.js';
import type { Trace } from '../../model/packet.js';
import type { Verb } from '../../model/verb.js';
import type { Sender, TraceResult } from '../../model/why.js';
import type { Client } from '../client.js';
import { UsageError } from '../errors.js';
import { destinationsOf, senderOf } from '../goal.js';
import { jsonFlag, wantsJson } from '../json-output.js';
import { failureText, type Look, lookOf, targetText, traceText, tracesText } from '../trace.js';

export const trace: Verb<Client> = {
  id: 'trace',
  use: 'trace [FROM] TO[:PORT]',
  short: 'Show every way that a packet may take, without sending it',
  long: 'Resolves and walks to TO (a URL, a name, an address, service/NAME, pod/NAME or node/NAME) for FROM (pod/NAME, an object with Pods, node/NAME or outside; without it, a Pod that is there for this only), by every endpoint that may be chosen. Ends with 0 when all of them arrive, else with 1.',
  example: `
    kubelab trace http://web
    kubelab trace pod/client service/web:80
    kubelab trace outside node/node01:30080
    kubelab trace deploy/web 10.96.0.10:53 --udp`,
  flags: [
    { name: 'udp', short: 'u', type: 'bool', default: 'false', usage: 'A UDP packet instead of a TCP connection.' },
    jsonFlag('the traces'),
  ],
  run({ args, flags, io, client, namespace }) {
    if (args.length < 1 || args.length > 2) throw new UsageError('trace [FROM] TO[:PORT]: one or two arguments are expected');
    const json = wantsJson(flags);
    const sender: Sender = senderOf(client, namespace, args.length === 2 ? (args[0] as string) : '');
    const protocol = flags.bool('udp') ? 'UDP' : 'TCP';
    const results = destinationsOf(client, namespace, args.at(-1) as string).map((to) =>
      client.call<TraceResult>({
        verb: 'connect',
        group: '',
        resource: 'services',
        subresource: 'trace',
        options: { goal: { sender, ...to, protocol } },
      }),
    );
    const look = lookOf(io);
    if (json) io.out(`${JSON.stringify(results.length === 1 ? results[0] : results, undefined, 2)}\n`);
    else io.out(results.map((r) => resultText(r, look)).join('\n'));
    return results.every((r) => r.arrives) ? 0 : 1;
  },
};

function resultText({ lookup, ways, arrives }: TraceResult, look: Look): string {
  if (ways.length === 0) return tracesText(lookup, look);
  const ok = ways.filter((t) => t.outcome === 'ok').length;
  const { paint, good, bad } = look;
  const sum = arrives ? paint.green(`${good}${countText(ok, ways.length)}`) : paint.red(`${bad}${countText(ok, ways.length)}`);
  const lost = ways.find((t) => t.outcome !== 'ok');
  const failure = lost && failureOf([lost]);
  const blocks = [...(lookup.length > 0 ? [tracesText(lookup, look)] : []), ...ways.map((t) => traceText(t, look))];
  return `${blocks.join('\n')}\n${sum}${waysText(ways)}\n${failure ? failureText(failure, look) : ''}`;
}

const countText = (ok: number, of: number): string =>
  of === 1 ? (ok === 1 ? 'it arrives' : 'it does not arrive') : `${ok} of ${of} ways arrive`;

/** Where each way ends, when there are several. */
const waysText = (ways: readonly Trace[]): string =>
  ways.length === 1
    ? ''
    : `: ${ways.map((t) => `${t.reached ? targetText({ ...t.packet, to: t.reached.ip, port: t.reached.port }) : targetText(t.packet)} ${t.outcome}`).join(', ')}`;
