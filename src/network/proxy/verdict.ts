// What a node's service rules do with one packet: asked of the iptables, nftables or ipvs rules, answered in the same words.
import type { IPFamily } from '../../lib/ip.js';
import type { Service, ServicePort } from '../../model/generated/api.js';
import type { Packet } from '../../model/packet.js';
import { isIPv6 } from '../net.js';
import type { ProxyNode } from './node.js';
import type { ProxyEndpoint } from './port.js';

/** A packet as a node's rules meet it. */
export interface NodePacket {
  /** output: a process of the node itself sends it. prerouting: it came in from a Pod of the node or from outside. */
  readonly hook: 'output' | 'prerouting';
  /** IP addresses. */
  readonly source: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: Packet['protocol'];
  /** The interface that it came in by, where rules ask for that. */
  readonly device?: string;
}

/** Of its destination: each family has rules of its own. */
export const familyOfPacket = ({ to }: Pick<NodePacket, 'to'>): IPFamily => (isIPv6(to) ? 'IPv6' : 'IPv4');

/** What the rules ask of the world. */
export interface Chance {
  /** An integer in [0, n). */
  pick(n: number): number;
  /** The endpoint ("ip:port") this port of a Service gave the client when it last asked, unless it was quiet for `seconds`. `name` is ProxyPort.name/protocol. */
  remembered(name: string, client: string, seconds: number): string | undefined;
  /**
   * ipvs: how many connections this virtual server ("TCP 10.96.0.1:443") has had: where round robin stands. With an endpoint ("ip:port"), how many
   * of its own it still counts, those included that were closed lately.
   */
  connections(server: string, endpoint?: string): number;
}

export interface Matched {
  readonly service: Service;
  readonly port: ServicePort;
  /** Which of the Service's addresses was used. */
  readonly by: 'ClusterIP' | 'ExternalIP' | 'LoadBalancer' | 'NodePort';
}

export interface Verdict {
  /**
   * pass: no rule is for it, it goes on unchanged (with `because` when one is for its destination, but on a way that it does not take).
   * dnat: it goes on to `endpoint`. drop, reject: a rule ended it.
   */
  readonly kind: 'pass' | 'dnat' | 'drop' | 'reject';
  /** Absent where no Service is concerned. */
  readonly match?: Matched;
  readonly endpoint?: ProxyEndpoint;
  /** Does the receiver see the node's address as the sender's? */
  readonly masquerade: boolean;
  /** The rules that decided, as the node prints them, in the order in which the packet met them: printed when somebody asks. */
  readonly rules: () => readonly string[];
  /** What decided: why `drop` and `reject`. */
  readonly because?: 'no-endpoints' | 'no-local-endpoints' | 'source-range' | 'invalid-port' | 'unallocated';
  /** ipvs: the virtual server that took it: what counts it, and remembers the sender. */
  readonly server?: { readonly name: string };
  /** How many endpoints it chose from, and whether the choice was held to this node or remembered. */
  readonly choice?: { readonly of: number; readonly local: boolean; readonly remembered: boolean };
}

/** One mode's rules of a node, asked about one packet. */
export type Walker = (node: ProxyNode, packet: NodePacket, chance: Chance) => Verdict;

export const passed: Verdict = { kind: 'pass', masquerade: false, rules: () => [] };

/** How rules, memories and counters call one port of a Service. */
export const portKey = (p: { readonly name: string; readonly protocol: string }): string => `${p.name}/${p.protocol.toLowerCase()}`;
