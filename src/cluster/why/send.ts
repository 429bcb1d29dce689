// Looks up and walks all ways to a Goal's destination, without sending anything and without leaving anything behind.
import { nodeNamed } from '../read.js';
import type { Packet, Trace } from '../../model/packet.js';
import { badRequest, notFound } from '../../model/status.js';
import type { Goal, Sender, TraceResult } from '../../model/why.js';
import { nodeAsSender, type Net, outside, podAsSender } from '../../network/net.js';
import { runtimeOf } from '../../network/runtime.js';
import { ways } from '../../network/ways.js';
import { filesOf } from '../../programs/container.js';
import { guestPod, guestWire, podWire } from '../../programs/outside.js';
import { wireOfMachine } from '../../programs/pod-wire.js';
import type { Wire } from '../../programs/wire.js';

export interface Source {
  readonly from: Packet['from'];
  /** Its side of the network, with `pick` for chance. */
  wire(pick: Net['pick'], traced: (trace: Trace) => void): Wire;
}

/** Throws NotFound for a sender that is not there, BadRequest for one that has no network. */
export function sourceOf(net: Net, sender: Sender): Source {
  const { reader } = net;
  const name = sender.name ?? '';
  if (sender.kind === 'outside')
    return { from: outside, wire: (pick, traced) => wireOfMachine({ ...net, pick }, undefined, [], filesOf, traced) };
  if (sender.kind === 'node') {
    const node = nodeNamed(net, name);
    return { from: nodeAsSender(node), wire: (pick, traced) => wireOfMachine({ ...net, pick }, node, [], filesOf, traced) };
  }
  const namespace = sender.namespace ?? 'default';
  if (sender.kind === 'guest') {
    const { pod, runtime } = guestPod(net, namespace);
    return { from: podAsSender(pod, runtime), wire: (pick, traced) => guestWire({ ...net, pick }, namespace, [], traced) };
  }
  const pod = reader.get('Pod', namespace, name);
  if (!pod) throw notFound({ group: '', plural: 'pods' }, name);
  const runtime = runtimeOf(reader, pod);
  if (!runtime?.ips[0]) throw badRequest(`pod ${name} has no network: it does not run`);
  return { from: podAsSender(pod, runtime), wire: (pick, traced) => podWire({ ...net, pick }, { pod, runtime }, [], traced) };
}

/** What chance may do to a look-up: at most so many choices of the nameserver's Pod are tried. */
const lookups = 8;

interface Found {
  readonly traces: readonly Trace[];
  readonly addresses: readonly string[];
}

/** A look-up that fails with any choice of the nameserver's Pod; else one that does not. */
function lookUp(source: Source, host: string): Found {
  let first: Found | undefined;
  for (let k = 0, most = 1; k < most; k++) {
    const traces: Trace[] = [];
    const pick = (n: number): number => {
      most = Math.min(lookups, Math.max(most, n));
      return k % n;
    };
    const { addresses } = source.wire(pick, (t) => void traces.push(t)).lookup(host);
    if (addresses.length === 0) return { traces, addresses };
    first ??= { traces, addresses };
  }
  return first as Found;
}

export function send(net: Net, goal: Goal): TraceResult {
  const source = sourceOf(net, goal.sender);
  const { traces, addresses } = lookUp(source, goal.host);
  const { port, protocol } = goal;
  const all =
    port === undefined
      ? []
      : addresses.flatMap((to) =>
          ways(net, { from: source.from, to, port, protocol }).map((t): Trace => (to === goal.host ? t : { ...t, asked: goal.host })),
        );
  return { kind: 'TraceResult', goal, lookup: traces, ways: all, arrives: addresses.length > 0 && all.every((t) => t.outcome === 'ok') };
}
