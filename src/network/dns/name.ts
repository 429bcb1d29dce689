// Domain names as CoreDNS handles them: always with the final dot, compared without regard to case. Mirrors plugin/normalize.go and plugin/pkg/dnsutil.
import { formatIP, parseCIDR, parseIP } from '../../lib/ip.js';

export const fqdn = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

export const normal = (name: string): string => fqdn(name).toLowerCase();

/** Without the final dot; the root stays ".". */
export const withoutDot = (name: string): string => (name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name);

export const labelsOf = (name: string): string[] => (name === '.' || name === '' ? [] : withoutDot(name).split('.'));

/** Is `child` the zone itself, or below it? `zone` is normal. */
export function isBelow(zone: string, child: string): boolean {
  if (zone === '.') return true;
  const at = child.length - zone.length;
  if (at < 0 || (at > 0 && child[at - 1] !== '.')) return false;
  return child.endsWith(zone) || child.slice(at).toLowerCase() === zone;
}

/** The longest zone that `name` is in, or "". */
export const zoneOf = (zones: readonly string[], name: string): string =>
  zones.reduce((best, zone) => (zone.length > best.length && isBelow(zone, name) ? zone : best), '');

/** What is left of `name`, which is in `zone`, when the labels of the zone are taken off, without a dot at the end. */
export const trimZone = (name: string, zone: string): string =>
  zone === '.' ? labelsOf(name).join('.') : name.length <= zone.length ? '' : name.slice(0, name.length - zone.length - 1);

export const isReverse = (name: string): boolean => name.endsWith('.in-addr.arpa.') || name.endsWith('.ip6.arpa.');

/** 10.100.96.10.in-addr.arpa. -> 10.96.100.10; "" when it is no whole address. */
export function addressOf(name: string): string {
  if (name.endsWith('.in-addr.arpa.')) {
    const ip = parseIP(name.slice(0, -'.in-addr.arpa.'.length).split('.').reverse().join('.'));
    return ip?.family === 'IPv4' ? formatIP(ip) : '';
  }
  if (!name.endsWith('.ip6.arpa.')) return '';
  const nibbles = name.slice(0, -'.ip6.arpa.'.length).split('.').reverse().join('');
  const ip = parseIP((nibbles.match(/.{1,4}/g) ?? []).join(':'));
  return ip ? formatIP(ip) : '';
}

/** 10.0.0.0/24 -> 0.0.10.in-addr.arpa. Prefixes between two label boundaries give several zones. */
function reverseZones(cidr: NonNullable<ReturnType<typeof parseCIDR>>): string[] {
  const [step, total, suffix] = cidr.family === 'IPv4' ? [8, 32, 'in-addr.arpa.'] : [4, 128, 'ip6.arpa.'];
  const whole = Math.ceil(cidr.prefix / step) * step;
  const first = cidr.base >> BigInt(total - whole);
  return Array.from({ length: 2 ** (whole - cidr.prefix) }, (_, i) => {
    const value = first + BigInt(i);
    const labels = Array.from({ length: whole / step }, (_, j) =>
      ((value >> BigInt(j * step)) & ((1n << BigInt(step)) - 1n)).toString(step === 8 ? 10 : 16),
    );
    return [...labels, suffix].join('.');
  });
}

/** "tls://9.9.9.9" -> tls and 9.9.9.9; without a scheme it is dns. Mirrors plugin/pkg/parse Transport. */
export function splitTransport(text: string): { transport: string; rest: string } {
  const [, transport = 'dns', rest = text] = /^(?:(dns|tls|quic|grpc|https3?|unix):\/\/)?(.*)$/s.exec(text) ?? [];
  return { transport, rest };
}

/** A zone as a Corefile names it ("dns://example.org:5353", "10.0.0.0/24") taken apart. Throws in the words of SplitHostPort. */
export function splitZone(text: string): { transport: string; zones: readonly string[]; port: string } {
  const { transport, rest } = splitTransport(text);
  if (rest.endsWith(':')) throw new Error(`expecting data after last colon: ${JSON.stringify(rest)}`);
  const [, host = rest, digits = ''] = /^(.*):([-+]?\d+)$/.exec(rest) ?? [];
  const port = digits === '' ? '' : String(Number(digits));
  if (host.length > 255) throw new Error(`specified zone is too long: ${host.length} > 255`);
  if (host === '' || /(^|[^.])\.\.|^\.[^.]/.test(host) || host.split('.').some((l) => l.length > 63))
    throw new Error(`zone is not a valid domain name: ${host}`);
  const cidr = parseCIDR(host);
  return { transport, zones: cidr ? reverseZones(cidr) : [normal(host)], port };
}

/** The zones that a plugin is for: its arguments, or else its server block's. Those that are none are passed over. */
export const originsOf = (args: readonly string[], keys: readonly string[]): string[] =>
  (args.length > 0 ? args : keys).flatMap((a) => {
    try {
      return splitZone(a).zones;
    } catch {
      return [];
    }
  });
