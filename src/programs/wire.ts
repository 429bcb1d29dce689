// What a program can ask of the network, in terms of names and addresses; container.ts connects it to network/path and network/dns.
import type { Trace } from '../model/packet.js';
import type { NetNamespace } from '../network/interfaces/index.js';

/** What came back over a connection. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** Milliseconds until it comes; absent: at once. */
  readonly after?: number;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly tls?: boolean;
  /** "1.1" when absent. */
  readonly http?: '1.0' | '1.1';
}

/** The first header of this name, in whatever case. */
export const headerOf = (headers: HttpRequest['headers'], name: string): string | undefined =>
  headers.find(([k]) => k.toLowerCase() === name.toLowerCase())?.[1];

/** A try to connect and what came of it; `ms` until refused or answered. */
export interface Exchange {
  readonly outcome: Trace['outcome'];
  /** Absent when not connected, or when the server does not speak HTTP and closed. */
  readonly reply?: Reply;
  /** Bytes of a server that speaks something else. */
  readonly raw?: string;
  /** It takes what comes, says nothing, and keeps the connection open. */
  readonly silent?: boolean;
  /** Of a request over TLS: whom the server's certificate names and who signed it; absent when the server does not speak TLS. */
  readonly certificate?: Certificate;
  /** Sends another request over the same connection: to the same endpoint. */
  readonly again?: (request: HttpRequest) => Exchange;
}

/** Milliseconds until something comes back. */
export const answersAfter = ({ silent, reply }: Exchange): number => (silent ? Number.POSITIVE_INFINITY : (reply?.after ?? 0));

export interface Certificate {
  readonly subject: string;
  /** "" for one that signed itself. */
  readonly issuer: string;
  readonly names: readonly string[];
}

export interface DnsRecord {
  /** As it came (case and all), without the final dot; "." is the root. */
  readonly name: string;
  /** "A", "SRV" ... */
  readonly type: string;
  readonly ttl: number;
  /** "IN" when absent. */
  readonly class?: string;
  /** As in a zone file, but names (CNAME, PTR, NS, SRV, MX, SOA) without their final dots. */
  readonly data: string;
}

/** How a question is put; all of it may be left out. */
export interface DnsQuery {
  readonly protocol?: 'UDP' | 'TCP';
  readonly port?: number;
  /** The EDNS buffer that is offered. Absent: no EDNS, and an answer over UDP ends at 512 bytes. */
  readonly bufferSize?: number;
  /** false: recursion is not wished for. */
  readonly recursion?: boolean;
  /** "CH", "HS", "ANY"; "IN" when absent. */
  readonly class?: string;
}

export type DnsFlag = 'aa' | 'tc' | 'rd' | 'ra';

export interface DnsReply {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'FORMERR' | 'NOTIMP' | 'timeout' | 'refused';
  readonly answer: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
  /** 'tc': cut off; to be asked again over TCP. */
  readonly flags: readonly DnsFlag[];
  /** RFC 8914; it comes in an OPT record of the server's own, whether or not one was sent. */
  readonly extendedError?: number;
  /** Bytes of the answer. */
  readonly size: number;
  /** Milliseconds until it came. */
  readonly ms: number;
}

/** A listening socket, as `ss -l` shows it. */
export interface OpenSocket {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** "0.0.0.0", "127.0.0.1", or "::" (IPv4 as well when `dual`). */
  readonly address: string;
  readonly dual: boolean;
  readonly port: number;
  /** Who opened it; absent when that is another container's process. */
  readonly process?: { readonly name: string; readonly pid: number };
}

export interface Wire {
  /** As libc's resolver: search list, ndots, /etc/hosts. Addresses in the order in which they were found, or why there are none. */
  lookup(
    name: string,
    /** All addresses of both families, although there may be no way to those of one. */
    all?: boolean,
  ): {
    readonly addresses: readonly string[];
    readonly name: string;
    readonly error?: 'unknown' | 'again';
    /** Nobody answered at all: it took as long as libc waits. */
    readonly silent?: boolean;
  };
  /** One question to one server (default: the first nameserver), as it is. */
  query(name: string, type: string, server?: string, how?: DnsQuery): DnsReply;
  /** Nameserver, search list and options in force. */
  resolver(): { readonly nameservers: readonly string[]; readonly search: readonly string[]; readonly ndots: number };
  /** Opens a connection and, when a request is given, sends it. */
  connect(ip: string, port: number, protocol: 'TCP' | 'UDP', request?: HttpRequest): Exchange;
  ping(ip: string): Trace['outcome'];
  readonly ip: string;
  /** Interfaces and routes here. */
  netns(): NetNamespace;
  /** Sockets that processes listen on here. */
  sockets(): readonly OpenSocket[];
}

/** A reply of which only this is known. */
export const dnsReply = (rcode: DnsReply['rcode'], answer: readonly DnsRecord[] = []): DnsReply => ({
  rcode,
  answer,
  authority: [],
  additional: [],
  flags: [],
  size: 0,
  ms: 0,
});
