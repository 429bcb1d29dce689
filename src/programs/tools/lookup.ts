// What tools that look names up share: reverse names, questions to servers, libc's answer.
import { parseIP } from '../../lib/ip.js';
import type { Process } from '../process.js';
import type { DnsRecord, DnsReply } from '../wire.js';

export const ask = (p: Process, name: string, type: string, server: string | undefined): DnsReply =>
  p.machine.ask(() => p.machine.host.wire.query(name, type, server));

/** The first address that libc finds for `name`. */
export const addressOf = (p: Process, name: string): string | undefined =>
  p.machine.ask(() => p.machine.host.wire.lookup(name)).addresses[0];

export const isAddress = (text: string): boolean => parseIP(text) !== undefined;

/** "5.171.96.10.in-addr.arpa", or nibbles under ip6.arpa. */
export function reverseName(text: string): string {
  const ip = parseIP(text);
  if (ip?.family !== 'IPv6') return `${text.split('.').reverse().join('.')}.in-addr.arpa`;
  return `${[...ip.value.toString(16).padStart(32, '0')].reverse().join('.')}.ip6.arpa`;
}

/** Priority, weight, port and so on, with the dots that ISC's tools end names with. */
export const withDot = (r: DnsRecord): string => (['CNAME', 'PTR', 'NS', 'SRV', 'MX'].includes(r.type) ? `${r.data}.` : r.data);

/** What libc finds, and the time that it takes when no server answers: musl waits 5 s for a name, glibc 10 s. At most `limit` milliseconds. */
export function resolveName(
  p: Process,
  name: string,
  limit = Number.POSITIVE_INFINITY,
): ReturnType<Process['machine']['host']['wire']['lookup']> & { readonly cut?: boolean } {
  const found = p.machine.ask(() => p.machine.host.wire.lookup(name));
  if (found.error !== 'again' || !found.silent) return found;
  const patience = p.machine.host.image.flavour === 'alpine' ? 5000 : 10_000;
  p.machine.sleep(Math.min(limit, patience));
  return limit < patience ? { ...found, cut: true } : found;
}
