// IP addresses and CIDRs as numbers: parsing (strict), canonical text, arithmetic, special ranges.
// Mirrors what k8s.io/utils/net and net/netip give the API server; the messages are those of 1.36's IsValidIP and IsValidCIDR.

export type IPFamily = 'IPv4' | 'IPv6';

export interface IP {
  readonly family: IPFamily;
  readonly value: bigint;
}

export interface CIDR {
  readonly family: IPFamily;
  /** The first address. */
  readonly base: bigint;
  readonly prefix: number;
  /** The address as it was written: "10.0.0.5/24" has host bits. */
  readonly written: bigint;
}

const bits = (family: IPFamily): number => (family === 'IPv4' ? 32 : 128);

/** Undefined when it is no address. Leading zeros are refused; "::ffff:1.2.3.4" is an IPv4 address, as Go's net.IP sees it. */
export function parseIP(text: string): IP | undefined {
  if (dotted.test(text)) return { family: 'IPv4', value: octets(text) };
  if (!isColoned(text)) return undefined;
  const value = groups(text);
  return value >> 32n === 0xffffn ? { family: 'IPv4', value: value & 0xffffffffn } : { family: 'IPv6', value };
}

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const dotted = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** Our own, because node:net takes as long to load as this whole command. */
function isColoned(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  let groups = 0;
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups++;
    else if (dotted.test(part) && i === parts.length - 1 && text.endsWith(part)) groups += 2;
    else return false;
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

const octets = (text: string): bigint => text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);

function groups(text: string): bigint {
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  if (tail.includes('.')) {
    const low = octets(tail);
    return groups(`${text.slice(0, lastColon + 1)}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`);
  }
  const [left = '', right] = text.split('::');
  const parts = (side: string): string[] => (side === '' ? [] : side.split(':'));
  const [head, end] = [parts(left), parts(right ?? '')];
  const all = [...head, ...Array<string>(8 - head.length - end.length).fill('0'), ...end];
  return all.reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n);
}

/** The canonical text: RFC 5952 for IPv6. */
export function formatIP(ip: IP): string {
  if (ip.family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => (ip.value >> shift) & 0xffn).join('.');
  const parts = Array.from({ length: 8 }, (_, i) => ((ip.value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const [start, count] = longestZeros(parts);
  if (count < 2) return parts.join(':');
  return `${parts.slice(0, start).join(':')}::${parts.slice(start + count).join(':')}`;
}

function longestZeros(parts: readonly string[]): [start: number, count: number] {
  let best: [number, number] = [-1, 0];
  for (let i = 0; i < parts.length; i++) {
    let n = 0;
    while (parts[i + n] === '0') n++;
    if (n > best[1]) best = [i, n];
  }
  return best;
}

/** "2001:DB8::0" -> "2001:db8::"; text that is no address stays as it is. */
export function canonicalIP(text: string): string {
  const ip = parseIP(text);
  return ip ? formatIP(ip) : text;
}

/** As URLs and sockets write an address before a port: IPv6 in brackets. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** "10.0.0.1:80", "[fd00::1]:80". Mirrors Go's net.JoinHostPort. */
export const joinHostPort = (host: string, port: number | string): string => `${bracketed(host)}:${port}`;

export const familyOf = (text: string): IPFamily | undefined => parseIP(text)?.family;

export function parseCIDR(text: string): CIDR | undefined {
  const slash = text.indexOf('/');
  const length = text.slice(slash + 1);
  if (slash < 0 || !/^(0|[1-9][0-9]{0,2})$/.test(length)) return undefined;
  const address = text.slice(0, slash);
  const ip = parseIP(address);
  if (!ip) return undefined;
  // An IPv4 address written as IPv6 counts its prefix from the IPv6 beginning.
  const prefix = ip.family === 'IPv4' && address.includes(':') ? Number(length) - 96 : Number(length);
  if (prefix < 0 || prefix > bits(ip.family)) return undefined;
  const hostBits = BigInt(bits(ip.family) - prefix);
  return { family: ip.family, prefix, base: (ip.value >> hostBits) << hostBits, written: ip.value };
}

export const formatCIDR = (cidr: CIDR): string => `${formatIP({ family: cidr.family, value: cidr.base })}/${cidr.prefix}`;

/** How many addresses there are. */
export const cidrSize = (cidr: CIDR): bigint => 1n << BigInt(bits(cidr.family) - cidr.prefix);

/** The n-th address, counted from the network's own (0). */
export const nthIP = (cidr: CIDR, n: bigint | number): IP => ({ family: cidr.family, value: cidr.base + BigInt(n) });

/** The n of nthIP. */
export const offsetIn = (cidr: CIDR, ip: IP): bigint => ip.value - cidr.base;

export const cidrContains = (cidr: CIDR, ip: IP): boolean =>
  ip.family === cidr.family && ip.value >= cidr.base && ip.value < cidr.base + cidrSize(cidr);

/** The broadcast address of IPv4, the last address of IPv6. */
export const lastIP = (cidr: CIDR): IP => nthIP(cidr, cidrSize(cidr) - 1n);

/** Whether two networks share an address. */
export const cidrsOverlap = (a: CIDR, b: CIDR): boolean => cidrContains(a, nthIP(b, 0)) || cidrContains(b, nthIP(a, 0));

/** Whether an address is in one of these networks. */
export const within = (...networks: string[]): ((ip: IP) => boolean) => {
  // Parsed at first use: node:net, which tells addresses from other texts, costs every command some milliseconds otherwise.
  let parsed: CIDR[] | undefined;
  return (ip) => {
    parsed ??= networks.flatMap((n) => parseCIDR(n) ?? []);
    return parsed.some((n) => cidrContains(n, ip));
  };
};

export const isUnspecified = within('0.0.0.0/32', '::/128');
export const isLoopback = within('127.0.0.0/8', '::1/128');
export const isLinkLocalUnicast = within('169.254.0.0/16', 'fe80::/10');
export const isLinkLocalMulticast = within('224.0.0.0/24', 'ff02::/16');
export const isMulticast = within('224.0.0.0/4', 'ff00::/8');

/** Messages, none when valid. */
export function isValidIP(text: string): string[] {
  const mapped = text.includes(':') && familyOf(text) === 'IPv4';
  if (mapped) return ['must not be an IPv4-mapped IPv6 address'];
  if (parseIP(text)) return [];
  return parseIP(withoutLeadingZeros(text))
    ? ['must not have leading 0s']
    : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

/** "010.0.0.01" -> "10.0.0.1": older versions took such an address. */
const withoutLeadingZeros = (text: string): string => text.replace(/(?<=^|[./])0+(?=\d)/g, '');

/** As isValidIP, for fields that take one writing of an address only. */
export function isCanonicalIP(text: string): string[] {
  const malformed = isValidIP(text);
  return malformed.length > 0 ? malformed : canonical(text, canonicalIP(text));
}

const canonical = (text: string, wanted: string): string[] =>
  text === wanted ? [] : [`must be in canonical form (${JSON.stringify(wanted)})`];

export function isValidCIDR(text: string): string[] {
  const cidr = parseCIDR(text);
  if (cidr && text.includes(':') && cidr.family === 'IPv4') return ['must not have an IPv4-mapped IPv6 address'];
  if (cidr) return [];
  if (parseCIDR(withoutLeadingZeros(text))) return ['must not have leading 0s in IP or prefix length'];
  return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
}

/** As isValidCIDR, of a network: no bits of one of its hosts. */
export function isValidNetwork(text: string): string[] {
  const cidr = parseCIDR(text);
  const malformed = isValidCIDR(text);
  return malformed.length > 0 || !cidr || cidr.base === cidr.written ? malformed : ['must not have bits set beyond the prefix length'];
}

/** As isValidNetwork, for fields that take one writing of a network only. */
export function isCanonicalNetwork(text: string): string[] {
  const malformed = isValidNetwork(text);
  return malformed.length > 0 ? malformed : canonical(text, formatCIDR(parseCIDR(text)!));
}

/** The warning (without field path) for an address that is valid but not written canonically. */
export function ipWarning(text: string): string | undefined {
  const ip = parseIP(text);
  if (!ip || formatIP(ip) === text) return undefined;
  const wanted = JSON.stringify(formatIP(ip));
  const given = JSON.stringify(text);
  return ip.family === 'IPv6'
    ? `IPv6 address ${given} should be in RFC 5952 canonical format (${wanted})`
    : `non-standard IP address ${given} will be considered invalid in a future Kubernetes release: use ${wanted}`;
}
