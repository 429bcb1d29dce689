// What `kubelab trace`, `reach` and `why` ask and are told, through the door: who sends what where, and what came of it.
import type { Fork } from './failure.js';
import type { Packet, Trace } from './packet.js';

/** Who sends. guest: a Pod that is there for one request only, in `namespace`. */
export interface Sender {
  readonly kind: 'guest' | 'pod' | 'node' | 'outside';
  readonly namespace?: string;
  readonly name?: string;
}

/** A packet that is wished to arrive. */
export interface Goal {
  readonly sender: Sender;
  /** A name that the sender looks up, or an IP address. */
  readonly host: string;
  /** Absent: the name only has to be resolved. */
  readonly port?: number;
  readonly protocol: Packet['protocol'];
}

/** All that may come of a Goal: nothing has been sent. */
export interface TraceResult {
  readonly kind: 'TraceResult';
  readonly goal: Goal;
  /** The questions to nameservers. */
  readonly lookup: readonly Trace[];
  /** One for each way that the packet may take: chance decides between them. */
  readonly ways: readonly Trace[];
  readonly arrives: boolean;
}

/** One Pod's cell of the matrix: of `of` ways `ok` arrive; `outcome` is that of the others, or ok. */
export interface Reached {
  readonly outcome: 'ok' | 'partial' | 'refused' | 'timeout' | 'unreachable' | 'nxdomain';
  readonly ok: number;
  readonly of: number;
}

export interface ReachResult {
  readonly kind: 'ReachResult';
  readonly columns: readonly { readonly namespace: string; readonly service: string; readonly port: number; readonly protocol: string }[];
  readonly rows: readonly { readonly namespace: string; readonly pod: string; readonly cells: readonly Reached[] }[];
}

/** A change of one object, and what it comes to. */
export interface Cure {
  readonly object: string;
  /** What is changed, as a clause. */
  readonly what: string;
  /** For a shell. */
  readonly command: string;
  /** Seconds until the packet arrived on the copy. */
  readonly seconds: number;
  /** How many ways there were, all of which arrived. */
  readonly ways: number;
}

export interface WhyResult {
  readonly kind: 'WhyResult';
  readonly goal: Goal;
  /** When it failed, milliseconds since 1970. */
  readonly at: number;
  readonly traces: readonly Trace[];
  readonly fork: Fork;
  /** A command that shows the culprit, and what it shows. */
  readonly see?: { readonly command: string; readonly shows: string };
  /** Where the sender may have wanted to go. */
  readonly hints: readonly string[];
  /** Does it arrive by now? */
  readonly arrives: boolean;
  /** When a cure was asked for: how many were tried, and the smallest that works. */
  readonly tried?: number;
  readonly cure?: Cure;
  /** It arrives without any change, after so many seconds. */
  readonly wait?: number;
}
