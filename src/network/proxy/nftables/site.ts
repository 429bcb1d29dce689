// What rules depend on beside Services: the node's facts for one family, looked up once for as long as they stay the same.
import type { IPFamily } from '../../../lib/ip.js';
import { nodePortCIDRs, nodePortIPs, primaryIP, type ProxyNode } from '../node.js';
import { type PodMatch, podMatch } from '../pod-traffic.js';
import type { ProxySettings } from '../settings.js';
import { addressList } from './intervals.js';
import type { Part } from './ruleset.js';

/** Equal facts are one object, so that what is built from it can be kept with it (WeakMap). */
export interface Site {
  readonly family: IPFamily;
  readonly node: string;
  readonly zone: string | undefined;
  readonly pods: PodMatch | undefined;
  /** The mark of what is to be masqueraded. */
  readonly mark: number;
  /** Its primary address. */
  readonly nodeIP: string | undefined;
  readonly nodePortIPs: 'all' | readonly string[];
  readonly masqueradeAll: boolean;
  readonly serviceCIDRs: readonly string[];
}

const kept = new WeakMap<ProxySettings, Map<string, Site>>();

export function siteOf(node: ProxyNode, family: IPFamily): Site {
  let sites = kept.get(node.settings);
  if (!sites) kept.set(node.settings, (sites = new Map()));
  const key = `${family} ${node.name} ${node.zone} ${node.ips} ${node.gateways} ${node.podCIDRs} ${node.serviceCIDRs}`;
  let site = sites.get(key);
  if (!site) sites.set(key, (site = makeSite(node, family)));
  return site;
}

function makeSite(node: ProxyNode, family: IPFamily): Site {
  const own = (cidr: string): boolean => cidr.includes(':') === (family === 'IPv6');
  const cidrs = nodePortCIDRs(node, family, 'primary');
  return {
    family,
    node: node.name,
    zone: node.zone,
    pods: podMatch(node, family),
    mark: 2 ** node.settings.masqueradeBit,
    nodeIP: primaryIP(node, family),
    nodePortIPs: cidrs === 'all' ? cidrs : nodePortIPs(node, family, cidrs),
    masqueradeAll: node.settings.masqueradeAll,
    serviceCIDRs: node.serviceCIDRs.filter(own),
  };
}

/** What Pods send, or (`not`) all that others do. */
export const fromPods = (pods: PodMatch, not: boolean): Part =>
  'device' in pods ? { is: 'device', not, ...pods } : { is: 'address', of: 'saddr', not, in: addressList([pods.text]) };
