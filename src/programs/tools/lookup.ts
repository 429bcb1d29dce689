// What tools that look names up share: reverse names, questions to servers, libc's answer.
import { parseIP } from '../../lib/ip.js';
import { isIPv6 } from '../../network/net.js';
import type { Process } from '../process.js';
import type { DnsRecord, DnsReply } from '../wire.js';

export const ask = (p: Process, name: string, type: string, server: string | undefined): DnsReply =>
  p.machine.ask(() => p.machine.host.wire.query(name, type, server));

/** The first address that libc finds for `name`. */
export const addressOf = (p: Process, name: string): string | undefined =>
  inOrder(p, p.machine.ask(() => p.machine.host.wire.lookup(name)).addresses)[0];

/**
 * Addresses in the order in which programs try them (RFC 6724). glibc knows no lower rank for private IPv6 addresses, so it puts them first;
 * musl does, and puts them last. BusyBox of its own image takes IPv4 wherever there is any.
 */
function inOrder(p: Process, addresses: readonly string[]): readonly string[] {
  const six = addresses.filter(isIPv6);
  if (six.length === 0 || six.length === addresses.length) return addresses;
  const four = addresses.filter((ip) => !isIPv6(ip));
  const { flavour } = p.machine.host.image;
  const reachable = hasIPv6(p);
  const first = (ip: string): boolean => flavour !== 'busybox' && (ip === '::1' || (reachable && (flavour !== 'alpine' || !isPrivate(ip))));
  return [...six.filter(first), ...four, ...six.filter((ip) => !first(ip))];
}

const hasIPv6 = (p: Process): boolean =>
  p.machine.host.wire.netns().links.some((l) => l.addresses.some((a) => isIPv6(a.ip) && a.scope === 'global'));

/** fc00::/7 */
const isPrivate = (ip: string): boolean => /^f[cd]/i.test(ip);

export const isFamily = (family: 4 | 6 | undefined, ip: string): boolean => family === undefined || (family === 6) === isIPv6(ip);

/** -4 and -6 of many tools. */
export const familyGiven = (f: { has(flag: string): boolean }): 4 | 6 | undefined => (f.has('6') ? 6 : f.has('4') ? 4 : undefined);

export const isAddress = (text: string): boolean => parseIP(text) !== undefined;

/** "5.171.96.10.in-addr.arpa", or nibbles under ip6.arpa. */
export function reverseName(text: string): string {
  const ip = parseIP(text);
  if (ip?.family !== 'IPv6') return `${text.split('.').reverse().join('.')}.in-addr.arpa`;
  return `${[...ip.value.toString(16).padStart(32, '0')].reverse().join('.')}.ip6.arpa`;
}

/** Priority, weight, port and so on, with the dots that ISC's tools end names with. */
export const withDot = (r: DnsRecord): string => (['CNAME', 'PTR', 'NS', 'SRV', 'MX'].includes(r.type) ? `${r.data}.` : r.data);

interface Sought {
  readonly limit?: number | undefined;
  readonly family?: 4 | 6 | undefined;
  /** Also addresses to which there may be no way. */
  readonly all?: boolean;
}

/** What libc finds, and the time that it takes when no server answers: musl waits 5 s for a name, glibc 10 s. At most `limit` milliseconds. */
export function resolveName(
  p: Process,
  name: string,
  { limit = Number.POSITIVE_INFINITY, family, all }: Sought = {},
): ReturnType<Process['machine']['host']['wire']['lookup']> & { readonly cut?: boolean } {
  const asked = p.machine.ask(() => p.machine.host.wire.lookup(name, all));
  const found = { ...asked, addresses: inOrder(p, asked.addresses).filter((ip) => isFamily(family, ip)) };
  if (found.error !== 'again' || !found.silent) return found;
  const patience = p.machine.host.image.flavour === 'alpine' ? 5000 : 10_000;
  p.machine.sleep(Math.min(limit, patience));
  return limit < patience ? { ...found, cut: true } : found;
}

/** A record as nslookup writes it, whichever it is; `target`: its data as that one writes names. Undefined for types it has no words for. */
export function recordText(r: DnsRecord, target: string): string | undefined {
  switch (r.type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${r.name}\nAddress: ${r.data}\n`;
    case 'CNAME':
      return `${r.name}\tcanonical name = ${target}\n`;
    case 'PTR':
      return `${r.name}\tname = ${target}\n`;
    case 'SRV':
      return `${r.name}\tservice = ${target}\n`;
    case 'MX':
      return `${r.name}\tmail exchanger = ${target}\n`;
    case 'NS':
      return `${r.name}\tnameserver = ${target}\n`;
    case 'TXT':
      return `${r.name}\ttext = ${r.data}\n`;
    case 'SOA': {
      const [origin = '', mail = '', serial = '', refresh = '', retry = '', expire = '', minimum = ''] = r.data.split(' ');
      return `${r.name}\n\torigin = ${origin}\n\tmail addr = ${mail}\n\tserial = ${serial}\n\trefresh = ${refresh}\n\tretry = ${retry}\n\texpire = ${expire}\n\tminimum = ${minimum}\n`;
    }
    default:
      return undefined;
  }
}
