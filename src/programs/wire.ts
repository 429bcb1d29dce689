// What a program can ask of the network, in terms of names and addresses; container.ts connects it to network/path and network/dns.
import type { Trace } from '../model/packet.js';
import type { NetNamespace } from '../network/interfaces.js';

/** What came back over a connection. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** A try to connect and what came of it; `ms` until refused or answered. */
export interface Exchange {
  readonly outcome: Trace['outcome'];
  /** Absent when not connected, or when the server does not speak HTTP and closed. */
  readonly reply?: Reply;
  /** Bytes of a server that speaks something else. */
  readonly raw?: string;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'TXT' | 'NS' | 'SOA' | 'MX';
  readonly ttl: number;
  readonly data: string;
}

export interface DnsReply {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'timeout' | 'refused';
  readonly answer: readonly DnsRecord[];
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
  /** As libc's resolver: search list, ndots, /etc/hosts. Addresses, or why there are none. */
  lookup(name: string): { readonly addresses: readonly string[]; readonly name: string; readonly error?: 'unknown' | 'again' };
  /** One question to one server (default: the first nameserver), as it is. */
  query(name: string, type: string, server?: string): DnsReply;
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
