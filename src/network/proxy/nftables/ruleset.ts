// What kube-proxy's nftables tables are made of, as data: list.ts prints these very objects, walk.ts takes packets through them.
import type { IPFamily } from '../../../lib/ip.js';
import type { ProxyEndpoint, ProxyPort } from '../port.js';
import type { Matched } from '../verdict.js';

/** First and last address. */
export interface Interval {
  readonly from: bigint;
  readonly to: bigint;
}

/** An anonymous set. */
export interface AddressList {
  /** Sorted, what touches or overlaps made one. */
  readonly intervals: readonly Interval[];
  /** Was more than one range or address asked for? Then it stays a set, though it be of one. */
  readonly several: boolean;
}

/** What a rule says, word by word: matches first, of which each must hold, then what is done. */
export type Part =
  | { readonly is: 'ct-new' }
  | { readonly is: 'ct-dnat' }
  | { readonly is: 'address'; readonly of: Side; readonly not: boolean; readonly in: AddressList }
  | { readonly is: 'member'; readonly of: Side; readonly set: string }
  /** The interface that it came in by. */
  | { readonly is: 'device'; readonly not: boolean; readonly device: string; readonly prefix: boolean }
  /** Does the machine itself have the address? */
  | { readonly is: 'local'; readonly of: Side }
  | { readonly is: 'protocol'; readonly protocol: string }
  | { readonly is: 'connection-member'; readonly set: string }
  | { readonly is: 'marked'; readonly mark: number }
  | { readonly is: 'vmap'; readonly key: 'address' | 'port'; readonly map: string }
  | { readonly is: 'set-mark' | 'clear-mark'; readonly mark: number }
  | { readonly is: 'masquerade' }
  | { readonly is: 'remember-source'; readonly set: string }
  | { readonly is: 'dnat'; readonly to: ProxyEndpoint }
  | { readonly is: 'dnat-random'; readonly to: readonly ProxyEndpoint[] }
  | { readonly is: 'goto-random'; readonly chains: readonly string[] }
  | { readonly is: 'jump'; readonly chain: string }
  | End;

export type End = { readonly is: 'goto'; readonly chain: string } | { readonly is: 'drop' } | { readonly is: 'reject' };

export type Side = 'saddr' | 'daddr';

export interface Rule {
  readonly parts: readonly Part[];
  readonly comment?: string;
}

export interface Chain {
  readonly name: string;
  /** Of a base chain: where the kernel calls it. */
  readonly hook?: { readonly type: 'filter' | 'nat'; readonly hook: string; readonly priority: string };
  readonly comment?: string;
  readonly rules: readonly Rule[];
  /** Of the chains that choose among endpoints: is the choice held to this node? */
  readonly local?: boolean;
}

export interface Element {
  /** Addresses, protocols and ports as text. */
  readonly key: readonly string[];
  readonly comment?: string;
  /** Of maps. */
  readonly end?: End;
  /** Of maps: whose it is. */
  readonly of?: { readonly port: ProxyPort; readonly by: Matched['by'] };
  /** Milliseconds until it is forgotten. */
  readonly expires?: number;
}

/** A named set, or (when its elements have an end) a verdict map. */
export interface NamedSet {
  readonly name: string;
  readonly kind: 'set' | 'map';
  readonly type: string;
  readonly comment?: string;
  /** Filled by packets, each element for so many seconds. */
  readonly timeout?: number;
  /** Of those: whose clients they are. */
  readonly clientsOf?: { readonly port: ProxyPort; readonly endpoint: ProxyEndpoint };
  readonly elements: readonly Element[];
}

/** `table ip kube-proxy` or `table ip6 kube-proxy`, everything in the order in which the kernel lists it. */
export interface Ruleset {
  readonly family: IPFamily;
  readonly comment: string;
  readonly sets: readonly NamedSet[];
  readonly chains: readonly Chain[];
}

/** The names that rules know each other by. */
export const setNames = {
  hairpins: 'hairpin-connections',
  clusterIPs: 'cluster-ips',
  nodePortIPs: 'nodeport-ips',
  noEndpointServices: 'no-endpoint-services',
  noEndpointNodePorts: 'no-endpoint-nodeports',
  firewallIPs: 'firewall-ips',
  serviceIPs: 'service-ips',
  serviceNodePorts: 'service-nodeports',
} as const;

export const rejectChain = 'reject-chain';
