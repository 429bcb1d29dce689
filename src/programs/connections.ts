// The connections that a node's kernel remembers (conntrack): what packets sent by programs leave behind, until it times out.
// Mirrors net/netfilter/nf_conntrack_core.c and its default time-outs. Connections of the cluster's own programs are not kept.
import { fnv32a } from '../lib/fnv.js';
import type { Trace } from '../model/packet.js';
import type { Reader } from '../model/store.js';
import { addresses } from '../network/addresses.js';
import { sourceAddress } from '../network/net.js';

export interface Tuple {
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
}

export interface Connection {
  readonly protocol: 'TCP' | 'UDP';
  /** TCP only. */
  readonly state?: 'TIME_WAIT' | 'SYN_SENT';
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly replied: boolean;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export const connectionsKey = (node: string): string => `conntrack/${node}`;

/** How many are kept of one node. */
const most = 256;

const seconds = { TIME_WAIT: 120, SYN_SENT: 120, UDP: 30 } as const;

/**
 * What a packet leaves behind, and on which node; undefined when its first node dropped or rejected it, and of a TCP connection that was refused:
 * the kernel forgets one whose only answer was a reset.
 */
export function connectionOf(reader: Reader, trace: Trace, now: number, nth: number): { node: string; entry: Connection } | undefined {
  const { packet, outcome, reached } = trace;
  const { protocol, from } = packet;
  if (protocol !== 'TCP' && protocol !== 'UDP') return undefined;
  const node = from.node ?? addresses(reader).nodeAt(packet.to)?.metadata.name ?? nodeOf(reader, trace);
  const lost = outcome === 'timeout' && ['no-route', 'node-down'].includes(trace.hops.at(-1)?.cause ?? '');
  if (node === undefined || (outcome !== 'ok' && !lost && !(outcome === 'refused' && reached && protocol === 'UDP'))) return undefined;
  const src = sourceAddress(from, packet.to) ?? from.ip;
  const sport = 32_768 + (fnv32a(`${src} ${packet.to} ${packet.port} ${now} ${nth}`) % 28_232);
  const state = protocol === 'UDP' ? undefined : lost ? 'SYN_SENT' : 'TIME_WAIT';
  return {
    node,
    entry: {
      protocol,
      ...(state && { state }),
      original: { src, dst: packet.to, sport, dport: packet.port },
      reply: { src: reached?.ip ?? packet.to, dst: reached?.sourceIP ?? src, sport: reached?.port ?? packet.port, dport: sport },
      replied: outcome === 'ok',
      until: now + seconds[state ?? 'UDP'] * 1000,
    },
  };
}

const nodeOf = (reader: Reader, { reached }: Trace): string | undefined =>
  reached?.node ?? (reached?.pod && reader.get('Pod', reached.pod.namespace, reached.pod.name)?.spec.nodeName);

/** Those that have not timed out. */
export const connectionsOn = (reader: Pick<Reader, 'state'>, node: string, now: number): Connection[] =>
  ((reader.state(connectionsKey(node)) as unknown as Connection[] | undefined) ?? []).filter((c) => c.until > now);

export const withConnections = (before: readonly Connection[], added: readonly Connection[]): Connection[] =>
  [...before, ...added].slice(-most);
