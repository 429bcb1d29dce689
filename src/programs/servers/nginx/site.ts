// The words for what a configuration makes nginx do: its sockets, its servers and their locations, with all that they inherit.
import type { X509Certificate } from 'node:crypto';
import type { Visit } from './variables.js';

type Text = (v: Visit) => string;

export interface Listen {
  readonly port: number;
  readonly loopback: boolean;
  readonly tls: boolean;
  readonly isDefault: boolean;
  /** Absent: both. */
  readonly family?: 'IPv4' | 'IPv6';
}

export interface Peer {
  readonly ip: string;
  readonly port: number;
  readonly weight: number;
}

export interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly peers: readonly Peer[];
}

/** What goes on to another server. */
export interface Pass {
  readonly tls: boolean;
  readonly upstream: Upstream;
  /** Takes the place of the location's own prefix. */
  readonly uri: string | undefined;
}

/** Settings of a level; a level begins with those of the one around it. */
export interface Scope {
  root: string;
  alias?: string;
  index: readonly string[];
  types: Readonly<Record<string, string>>;
  defaultType: string;
  headers: readonly { readonly name: string; readonly value: Text; readonly always: boolean }[];
  errorPages: readonly { readonly codes: readonly number[]; readonly status: number | undefined; readonly uri: string }[];
  proxyHeaders: readonly { readonly name: string; readonly value: Text }[];
  tokens: boolean;
  /** Undefined: nothing on standard output. */
  log: Text | undefined;
  maxBody: number;
  autoindex: boolean;
  denied: boolean;
  /** Added to the type of texts. */
  charset: string | undefined;
  etag: boolean;
  /** Seconds; "epoch", "max". */
  expires: number | 'epoch' | 'max' | undefined;
  /** Only for internal redirects. */
  internal?: boolean;
  status?: boolean;
  returns?: { readonly code: number; readonly text: Text | undefined };
  pass?: Pass;
  /** How long it waits for another server: milliseconds. */
  connectTimeout: number;
  readTimeout: number;
  tries?: readonly string[];
}

export interface Location {
  readonly kind: '' | '=' | '^~' | '~';
  readonly prefix: string;
  readonly pattern?: RegExp;
  readonly scope: Scope;
}

export interface VirtualServer {
  readonly listens: readonly Listen[];
  readonly names: readonly string[];
  readonly scope: Scope;
  readonly locations: readonly Location[];
  readonly certificate: X509Certificate | undefined;
}

export interface Site {
  readonly servers: readonly VirtualServer[];
  /** One for each port. */
  readonly sockets: readonly Listen[];
}
