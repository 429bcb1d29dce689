// A packet, and the account of its way. `network/path.ts` makes Traces; the fork refused / timed out / not resolved is a Trace's outcome.
export interface Packet {
  readonly from: Endpoint;
  /** An IP address. */
  readonly to: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
}

/** Who sends: a Pod, a node, or a machine outside the cluster. */
export interface Endpoint {
  readonly kind: 'pod' | 'node' | 'outside';
  readonly namespace?: string;
  readonly name?: string;
  /** Its primary address. */
  readonly ip: string;
  /** All its addresses; absent: `ip` is the only one. A packet leaves with the one of its destination's family. */
  readonly ips?: readonly string[];
  /** The node whose rules the packet meets first; absent outside. */
  readonly node?: string;
}

export interface Hop {
  /** "service", "policy", "route", "listener", "dns" ...: the step of path.ts. "because": why the step before it went so. */
  readonly step: string;
  /** "Service default/web", "Pod default/web-1", "NetworkPolicy default/deny". */
  readonly object?: string;
  /** The rule used, as the node prints it. */
  readonly rule?: string;
  /** A sentence: what happened here and which field made it so. */
  readonly why: string;
  /** Of the hop that names the culprit: the field of `object` that the user can change ("spec.selector"). */
  readonly field?: string;
  /** Of the hop that names the culprit: what kind of failure this is; `why --fix` looks for cures by it. */
  readonly cause?: Cause;
}

/** Why a packet (or a name) did not arrive. */
export type Cause =
  | 'no-selector'
  | 'selector-matches-nothing'
  | 'pods-not-ready'
  | 'scaled-to-zero'
  | 'named-port-missing'
  | 'port-not-declared'
  | 'protocol-not-declared'
  | 'nothing-listens'
  | 'listens-on-loopback'
  | 'no-local-endpoint'
  | 'source-range'
  | 'not-programmed'
  | 'no-route'
  | 'cluster-ip-from-outside'
  | 'policy-ingress'
  | 'policy-egress'
  | 'node-down'
  | 'hairpin'
  | 'ping-cluster-ip'
  | 'dns-name'
  | 'dns-unreachable'
  | 'dns-server-failure'
  | 'family';

export interface Trace {
  readonly packet: Packet;
  /** What the sender calls the destination, when it had to look it up: "web". */
  readonly asked?: string;
  /** The packet carried a question to a nameserver; the outcome is then that of the question. */
  readonly question?: { readonly name: string; readonly type: string; readonly answers: number };
  readonly hops: readonly Hop[];
  readonly outcome: 'ok' | 'refused' | 'timeout' | 'unreachable' | 'nxdomain' | 'servfail' | 'reset';
  /** Where a Service's rules had sent it when it ended; absent when it goes where it was sent to. */
  readonly towards?: { readonly ip: string; readonly port: number };
  /** Where it arrived. */
  readonly reached?: {
    readonly ip: string;
    readonly port: number;
    readonly pod?: { namespace: string; name: string };
    /** The node whose own address, or loopback, it is. */
    readonly node?: string;
    readonly sourceIP: string;
  };
  /** What the packet leaves behind (affinity entry, counter), written by the server half. */
  readonly effects: readonly { readonly key: string; readonly value: unknown }[];
}
