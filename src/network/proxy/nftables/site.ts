// What rules depend on beside Services: the node's facts for one family, looked up once for as long as they stay the same.
import type { IPFamily } from '../../../lib/ip.js';
import { nodePortCIDRs, nodePortIPs, primaryIP, type ProxyNode } from '../node.js';
import type { ProxySettings } from '../settings.js';

/** Equal facts are one object, so that what is built from it can be kept with it (WeakMap). */
export interface Site {
  readonly family: IPFamily;
  readonly node: string;
  readonly zone: string | undefined;
  readonly clusterCIDR: string | undefined;
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
  const key = `${family} ${node.name} ${node.zone} ${node.ips} ${node.serviceCIDRs}`;
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
    clusterCIDR: node.settings.clusterCIDRs.find(own),
    nodeIP: primaryIP(node, family),
    nodePortIPs: cidrs === 'all' ? cidrs : nodePortIPs(node, family, cidrs),
    masqueradeAll: node.settings.masqueradeAll,
    serviceCIDRs: node.serviceCIDRs.filter(own),
  };
}
