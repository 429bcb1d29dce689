// Which of a node's addresses take node ports. Mirrors pkg/proxy/util/nodeport_addresses.go, and what cmd/kube-proxy makes of "primary".
import { cidrContains, type IPFamily, familyOf, parseCIDR, parseIP } from '../../lib/ip.js';
import { type ProxyNode, primaryIP } from './node.js';

/** 'all' of its local addresses, or these CIDRs of the family. `fallback`: what an empty list means in this mode. */
export function nodePortCIDRs(node: ProxyNode, family: IPFamily, fallback: 'all' | 'primary'): 'all' | readonly string[] {
  const { nodePortAddresses } = node.settings;
  const given = nodePortAddresses.length === 0 && fallback === 'primary' ? ['primary'] : nodePortAddresses;
  const own = given
    .flatMap((text) => (text === 'primary' ? (primaryCIDR(node, family) ?? []) : [text]))
    .filter((text) => familyOf(text.split('/')[0] ?? '') === family);
  return own.length === 0 || own.some((text) => text.endsWith('/0')) ? 'all' : own;
}

const primaryCIDR = (node: ProxyNode, family: IPFamily): string | undefined => {
  const ip = primaryIP(node, family);
  return ip === undefined ? undefined : `${ip}/${family === 'IPv4' ? 32 : 128}`;
};

/** The node's own addresses (loopback ones are left out) that are in the CIDRs. */
export function nodePortIPs(node: ProxyNode, family: IPFamily, cidrs: readonly string[]): string[] {
  const networks = cidrs.flatMap((text) => parseCIDR(text) ?? []);
  return node.ips.filter((text) => {
    const ip = parseIP(text);
    return ip?.family === family && networks.some((n) => cidrContains(n, ip));
  });
}
