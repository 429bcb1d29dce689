// A packet on its way, as the steps of path.ts see and change it.
import type { Node, Pod } from '../model/generated/api.js';
import type { Hop, Packet, Trace } from '../model/packet.js';
import type { Net } from './net.js';
import type { ProxyEndpoint } from './proxy/port.js';
import type { Matched } from './proxy/verdict.js';

/** Where an address lives. */
export interface Place {
  readonly pod?: Pod;
  readonly node?: Node;
  readonly loopback: boolean;
}

/** A packet on its way; steps write into it. */
export interface Walk {
  readonly net: Net;
  readonly packet: Packet;
  /** Where it goes now: changed by DNAT. */
  to: string;
  port: number;
  /** Who the receiver will see: changed by masquerade. */
  sourceIP: string;
  /** The node whose rules apply; undefined until a packet from outside has reached one. */
  node: string | undefined;
  /** Set by `serviceRules` when it was sent on to an endpoint of a Service. */
  endpoint: ProxyEndpoint | undefined;
  /** The port of the Service whose endpoint that is. */
  matched: Matched | undefined;
  /** Set by `route`. */
  place: Place | undefined;
  readonly hops: Hop[];
  readonly effects: { key: string; value: unknown }[];
}

/** Ends the walk by returning an outcome. */
export type Step = (walk: Walk) => Trace['outcome'] | undefined;
