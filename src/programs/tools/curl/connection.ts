// The way to a server: names to addresses, a connection that is kept for the next URL, and curl's own errors when there is none.
import { joinHostPort } from '../../../lib/ip.js';
import { isIPv6 } from '../../../network/net.js';
import type { Process } from '../../process.js';
import type { Exchange, HttpRequest } from '../../wire.js';
import { sourceIn } from '../ip.js';
import { isAddress, isFamily, resolveName } from '../lookup.js';
import type { Options } from './options.js';
import type { Url } from './url.js';
import { distrust, type Words } from './words.js';

/** Ends a transfer: curl's exit code and message. */
export class Failure extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** How far it came: nothing is drawn of a meter that never moved. */
    readonly stage: 'lookup' | 'connect' | 'transfer' = 'transfer',
    /** Milliseconds of waiting that the meter shows. */
    readonly waited = 0,
  ) {
    super(message);
  }
}

interface Connection {
  readonly number: number;
  readonly ip: string;
  readonly port: number;
  readonly localPort: number;
  readonly again: Exchange['again'];
}

/** Connections of one curl, by scheme, host and port. */
export class Pool {
  readonly #open = new Map<string, Connection>();
  #made = 0;

  find(url: Url): Connection | undefined {
    return this.#open.get(`${url.scheme}://${url.host}:${url.port}`);
  }

  /** The number that the next connection has. */
  get next(): number {
    return this.#made;
  }

  add(url: Url, ip: string, port: number, again: Exchange['again']): Connection {
    const made = { number: this.#made++, ip, port, localPort: 40_000 + 2 * this.#made, again };
    this.#open.set(`${url.scheme}://${url.host}:${url.port}`, made);
    return made;
  }

  close(url: Url): void {
    this.#open.delete(`${url.scheme}://${url.host}:${url.port}`);
  }
}

export interface Reached {
  readonly connection: Connection;
  readonly exchange: Exchange;
  readonly fresh: boolean;
}

export interface Attempt {
  readonly p: Process;
  readonly o: Options;
  readonly words: Words;
  readonly pool: Pool;
  /** When the transfer began. */
  readonly begun: number;
  say(text: string): void;
}

/** The first family is tried alone for so many milliseconds. */
const headStart = 200;

/** What the kernel tries before it gives up. */
const kernelPatience = 130_000;

const left = (a: Attempt, limit: number | undefined): number =>
  limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limit - (a.p.machine.now - a.begun));

/** --connect-to: another host or port to go to, the request stays the same. */
function target(o: Options, url: Url): { host: string; port: number } {
  for (const [from, to] of o.connectTo) {
    const [host, port] = split(from);
    if ((host !== '' && host !== url.host) || (port !== '' && Number(port) !== url.port)) continue;
    const [toHost, toPort] = split(to);
    return { host: toHost || url.host, port: toPort === '' ? url.port : Number(toPort) };
  }
  return { host: url.host, port: url.port };
}

const split = (text: string): [string, string] => {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at).replace(/^\[(.*)\]$/, '$1'), text.slice(at + 1)];
};

function addressesOf(a: Attempt, host: string, port: number): readonly string[] {
  const { p, o, words } = a;
  const given = o.resolve.get(`${host.toLowerCase()}:${port}`) ?? o.resolve.get(`*:${port}`);
  if (given !== undefined) {
    a.say(`* Hostname ${host} was found in DNS cache\n`);
    return [given];
  }
  if (isAddress(host)) return [host];
  const limit = Math.min(left(a, o.maxTime), left(a, o.connectTimeout));
  const found = isLocal(host)
    ? { addresses: words.localhost.filter((ip) => isFamily(o.family, ip)) }
    : resolveName(p, host, { limit, family: o.family });
  if ('cut' in found && found.cut)
    throw new Failure(28, `Resolving timed out after ${p.machine.now - a.begun + 1} milliseconds`, 'connect', p.machine.now - a.begun);
  const usable = found.addresses;
  if (usable.length === 0) {
    a.say(`* Could not resolve host: ${host}\n`);
    throw new Failure(6, `Could not resolve host: ${host}`, 'lookup');
  }
  if (words.number >= 806) {
    const list = (six: boolean): string => usable.filter((ip) => ip.includes(':') === six).join(', ') || '(none)';
    a.say(`* Host ${host}:${port} was resolved.\n* IPv6: ${list(true)}\n* IPv4: ${list(false)}\n`);
  }
  return usable;
}

/** curl looks for none of these names, whatever /etc/hosts says. */
const isLocal = (host: string): boolean => /^(.*\.)?localhost\.?$/i.test(host);

/** The address that packets to `ip` leave with. */
export const ownAddress = ({ machine: { host } }: Process, ip: string): string => sourceIn(host.wire.netns(), ip) ?? host.wire.ip;

/** Sends a request to the URL's server, over a connection that is still there or a new one. */
export function reach(a: Attempt, url: Url, request: HttpRequest): Reached {
  const { p, words, pool } = a;
  const kept = pool.find(url);
  const send = (ip: string, port: number): Exchange => p.machine.ask(() => p.machine.host.wire.connect(ip, port, 'TCP', request));
  if (kept) {
    const { again } = kept;
    const exchange = again ? p.machine.ask(() => again(request)) : send(kept.ip, kept.port);
    if (exchange.outcome === 'ok') {
      a.say(words.reusing(kept.number, url.host, url.scheme));
      return { connection: kept, exchange, fresh: false };
    }
    pool.close(url);
  }
  const { host, port } = target(a.o, url);
  const addresses = addressesOf(a, host, port);
  let waiting = false;
  for (const [i, ip] of addresses.entries()) {
    a.say(`*   Trying ${joinHostPort(ip, port)}...\n`);
    const exchange = send(ip, port);
    if (exchange.outcome === 'ok' || exchange.outcome === 'reset')
      return { connection: connected(a, url, ip, port, exchange.again), exchange, fresh: true };
    const last = i === addresses.length - 1;
    if (exchange.outcome === 'timeout' && !last && isIPv6(addresses[i + 1] as string) !== isIPv6(ip)) {
      // The other family gets its chance beside the one that does not answer.
      p.machine.sleep(headStart);
      waiting = true;
    } else if (exchange.outcome === 'timeout') timedOut(a, url, port, last);
    else {
      const why = exchange.outcome === 'unreachable' ? 'No route to host' : 'Connection refused';
      const from = words.number >= 806 ? ` from ${ownAddress(p, ip)} port ${40_002 + 2 * pool.next}` : '';
      a.say(`* connect to ${ip} port ${port}${from} failed: ${why}\n`);
    }
    if (last && waiting && exchange.outcome !== 'timeout') timedOut(a, url, port, true);
    if (last) failed(a, url, port);
  }
  throw new Failure(7, words.refused, 'connect');
}

function connected(a: Attempt, url: Url, ip: string, port: number, again: Exchange['again']): Connection {
  const { p, words, pool } = a;
  const made = pool.add(url, ip, port, again);
  a.say(
    words.number >= 816
      ? `* Established connection to ${url.host} (${ip} port ${port}) from ${ownAddress(p, ip)} port ${made.localPort} \n`
      : `* Connected to ${url.host} (${ip}) port ${port}${words.number < 800 ? ` (#${made.number})` : ''}\n`,
  );
  return made;
}

/** Waits as long as curl does, and ends the transfer unless another address is left. */
function timedOut(a: Attempt, url: Url, port: number, last: boolean): void {
  const { p, o, words } = a;
  const [whole, connect] = [left(a, o.maxTime), left(a, o.connectTimeout)];
  const limit = Math.min(whole, connect, kernelPatience);
  // Each address but the last gets half of the time that is left.
  p.machine.sleep(last ? limit : Math.min(limit, kernelPatience) / 2);
  const spent = p.machine.now - a.begun;
  if (!last) {
    a.say(`* ipv4 connect timeout after ${Math.round(spent)}ms, move on!\n`);
    return;
  }
  if (whole <= connect && whole <= kernelPatience) {
    const message = `Connection timed out after ${spent + 1} milliseconds`;
    a.say(`* ${message}\n`);
    throw new Failure(28, message, 'connect', spent);
  }
  if (connect <= kernelPatience) a.say(`* ipv4 connect timeout after ${Math.round(spent)}ms, move on!\n`);
  const why = connect <= kernelPatience ? 'Timeout was reached' : words.refused;
  const message = `Failed to connect to ${url.host} port ${port} after ${spent + 1} ms: ${why}`;
  a.say(`* ${message}\n`);
  throw new Failure(28, message, 'connect', spent);
}

function failed(a: Attempt, url: Url, port: number): never {
  const spent = Math.round(a.p.machine.now - a.begun);
  const message = `Failed to connect to ${url.host} port ${port} after ${spent} ms: ${a.words.refused}`;
  a.say(`* ${message}\n`);
  throw new Failure(7, message, 'connect', spent);
}

/** The handshake of https: does the server speak TLS, and is its certificate to be trusted? */
export function handshake(a: Attempt, url: Url, { exchange }: Reached): void {
  const { p, o, words } = a;
  a.say(`* ALPN: ${words.number >= 800 ? 'curl offers' : 'offers'} h2,http/1.1\n`);
  const ca =
    o.authority === undefined ? undefined : p.machine.files.read(o.authority.startsWith('/') ? o.authority : `${p.cwd}/${o.authority}`);
  if (o.authority !== undefined && ca === undefined) throw new Failure(77, `error setting certificate file: ${o.authority}`);
  if (!exchange.certificate) {
    const why = 'error:0A00010B:SSL routines::wrong version number';
    const message = words.number >= 810 ? `TLS connect error: ${why}` : why;
    a.say(`* ${message}\n`);
    throw new Failure(35, message);
  }
  const { names, subject, issuer } = exchange.certificate;
  a.say(
    `* SSL connection using TLSv1.3 / TLS_AES_128_GCM_SHA256\n* Server certificate:\n*  subject: CN=${subject}\n*  issuer: CN=${issuer || subject}\n`,
  );
  if (o.insecure) return;
  if (ca === undefined || issuer === '')
    throw new Failure(60, distrust(issuer === '' ? 'self-signed certificate' : 'unable to get local issuer certificate', words.number));
  if (!names.includes(url.host))
    throw new Failure(
      60,
      `SSL: no alternative certificate subject name matches target ${isAddress(url.host) ? 'ipv4 address' : 'host name'} '${url.host}'`,
    );
}
