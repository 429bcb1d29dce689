// How a node's rules tell what Pods send from what others do. Mirrors pkg/proxy/util/localdetector.go and getLocalDetectors of cmd/kube-proxy/app.
import { type CIDR, cidrContains, formatCIDR, type IPFamily, parseCIDR, parseIP } from '../../lib/ip.js';
import type { ProxyNode } from './node.js';
import type { NodePacket } from './verdict.js';

/** By the address, or by the interface that packets come in by ("cni0", or all whose names begin so). */
export type PodMatch = { readonly cidr: CIDR; readonly text: string } | { readonly device: string; readonly prefix: boolean };

/** Undefined: rules that would have to tell are not written. */
export function podMatch(node: ProxyNode, family: IPFamily): PodMatch | undefined {
  const { podTraffic } = node.settings;
  if ('name' in podTraffic) return { device: podTraffic.name, prefix: podTraffic.by === 'InterfaceNamePrefix' };
  const ranges = podTraffic.by === 'NodeCIDR' ? node.podCIDRs : podTraffic.cidrs;
  const cidr = ranges.map(parseCIDR).find((c) => c?.family === family);
  return cidr && { cidr, text: formatCIDR(cidr) };
}

export const asksForDevices = ({ settings }: ProxyNode): boolean => 'name' in settings.podTraffic;

/** `device`: the interface that a packet came in by; none that the machine itself sends. */
export const isDevice = (match: { readonly device: string; readonly prefix: boolean }, device = ''): boolean =>
  match.prefix ? device.startsWith(match.device) : device === match.device;

export function isFromPods(match: PodMatch, packet: NodePacket): boolean {
  if ('device' in match) return isDevice(match, packet.device);
  const ip = parseIP(packet.source);
  return !!ip && cidrContains(match.cidr, ip);
}
