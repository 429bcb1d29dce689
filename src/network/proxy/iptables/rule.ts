// iptables rules as data: what kube-proxy asks iptables for, before anybody prints it or walks a packet through it.
import { canonicalIP, type CIDR, formatCIDR, parseCIDR } from '../../../lib/ip.js';
import type { ProxyNode } from '../node.js';
import type { PodMatch } from '../pod-traffic.js';
import type { ProxyEndpoint, ProxyPort } from '../port.js';
import type { Matched, Verdict } from '../verdict.js';

export type TableName = 'nat' | 'filter' | 'mangle';
export const tableNames: readonly TableName[] = ['mangle', 'nat', 'filter'];

/** "-s", "-d". */
export interface AddressMatch {
  readonly not: boolean;
  /** Canonical, always with its prefix: "10.96.0.1/32". */
  readonly text: string;
  /** Of a single address, the address; ranges are looked into. */
  readonly ip: string | undefined;
  readonly range: CIDR | undefined;
}

/** "-i", the interface that a packet came in by. */
export interface DeviceMatch {
  readonly not: boolean;
  readonly device: string;
  /** Is it only the beginning of the name? */
  readonly prefix: boolean;
}

export type Match =
  | { readonly kind: 'comment'; readonly text: string }
  /** "-m tcp --dport 80", of the rule's own protocol. */
  | { readonly kind: 'protocol'; readonly port?: number }
  | { readonly kind: 'addrtype'; readonly side: 'src' | 'dst'; readonly not?: true }
  | {
      readonly kind: 'conntrack';
      readonly not: boolean;
      readonly states: readonly ('INVALID' | 'NEW' | 'RELATED' | 'ESTABLISHED' | 'DNAT')[];
    }
  /** Of the masquerade mark. */
  | { readonly kind: 'mark'; readonly not: boolean; readonly mark: string }
  /** One of `of` that are left. */
  | { readonly kind: 'statistic'; readonly of: number }
  | { readonly kind: 'recent'; readonly name: string; readonly set: true }
  | { readonly kind: 'recent'; readonly name: string; readonly set: false; readonly seconds: number }
  | { readonly kind: 'nfacct'; readonly name: string }
  /** Is what these sides of the packet say in the address set? */
  | { readonly kind: 'set'; readonly name: string; readonly sides: 'dst' | 'dst,dst' | 'src,dst' | 'dst,dst,src' }
  /** It did not come in by a port of a bridge. */
  | { readonly kind: 'physdev' }
  /** It belongs to a virtual server. */
  | { readonly kind: 'ipvs'; readonly ip: string; readonly protocol: 'tcp' | 'udp' | 'sctp'; readonly port: number };

export type Target =
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'ACCEPT' | 'DROP' | 'RETURN' | 'REJECT' }
  /** The sender's port becomes another one by chance, or is kept where it can be. */
  | { readonly kind: 'MASQUERADE'; readonly ports?: 'kept' }
  /** Sets or takes away the masquerade mark. */
  | { readonly kind: 'MARK'; readonly set: boolean; readonly mark: string }
  | { readonly kind: 'DNAT'; readonly endpoint: ProxyEndpoint };

/** Which port of which Service a rule is there for, and what it says about it. */
export interface About {
  readonly port: ProxyPort;
  readonly by?: Matched['by'];
  readonly because?: Verdict['because'];
  readonly endpoint?: ProxyEndpoint;
  /** Of rules that lead to an endpoint: among how many, only this node's?, because the client had it before? */
  readonly spread?: { readonly of: number; readonly local: boolean; readonly asked: boolean };
}

export interface Rule {
  readonly chain: string;
  readonly source?: AddressMatch;
  readonly destination?: AddressMatch;
  readonly device?: DeviceMatch;
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
  /** In the order in which they were asked for. */
  readonly matches: readonly Match[];
  /** Absent: it only counts. */
  readonly target?: Target;
  readonly about?: About;
}

export type Chains = ReadonlyMap<string, readonly Rule[]>;

/** Some chains, or some rules of chains that others add to. */
export type Part = Readonly<Record<TableName, Chains>>;

/** All rules of one IP family of a node. */
export interface Ruleset {
  readonly ipv6: boolean;
  /** What the Services add, each for itself; the last part is the frame that they hang in, whose rules come after theirs. */
  readonly parts: readonly Part[];
}

/** A single address or a range, as iptables keeps it: without the bits of the host. */
export function address(text: string, not = false): AddressMatch {
  if (!text.includes('/')) {
    const ip = canonicalIP(text);
    return { not, text: `${ip}/${ip.includes(':') ? 128 : 32}`, ip, range: undefined };
  }
  const range = parseCIDR(text);
  if (!range) return { not, text, ip: undefined, range };
  const only = range.prefix === (range.family === 'IPv4' ? 32 : 128);
  return { not, text: formatCIDR(range), ip: only ? formatCIDR(range).split('/')[0] : undefined, range };
}

/** The mark that sends a packet through masquerading: "0x4000". */
export const masqueradeMark = ({ settings }: ProxyNode): string => `0x${(2 ** settings.masqueradeBit).toString(16)}`;

/** What Pods send, or what they do not; undefined where nobody can tell. */
export function fromPods(pods: PodMatch | undefined, not: boolean): Pick<Rule, 'source' | 'device'> | undefined {
  if (!pods) return undefined;
  return 'device' in pods ? { device: { not, ...pods } } : { source: address(pods.text, not) };
}

export const comment = (text: string): Match => ({ kind: 'comment', text });
export const jump = (chain: string): Target => ({ kind: 'jump', chain });

/** Rules by chain, in the order in which they are added. */
export class ChainWriter {
  readonly tables: Record<TableName, Map<string, Rule[]>> = { nat: new Map(), filter: new Map(), mangle: new Map() };

  chain(table: TableName, name: string): void {
    if (!this.tables[table].has(name)) this.tables[table].set(name, []);
  }

  add(table: TableName, rule: Rule): void {
    this.chain(table, rule.chain);
    this.tables[table].get(rule.chain)?.push(rule);
  }
}
