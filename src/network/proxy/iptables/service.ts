// What one port of a Service adds to the rules. Mirrors the loop over svcPortMap of syncProxyRules in pkg/proxy/iptables/proxier.go.
import { cidrContains, type IPFamily, parseCIDR, parseIP } from '../../../lib/ip.js';
import { answersLocalhost, type ProxyNode, primaryIP } from '../node.js';
import { type PodMatch, podMatch } from '../pod-traffic.js';
import {
  type Categories,
  categorize,
  endpointText,
  isExternallyAccessible,
  type ProxyEndpoint,
  type ProxyPort,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from '../port.js';
import { endpointChain, serviceChains, type ServiceChains } from './names.js';
import { type About, address, type ChainWriter, comment, fromPods, jump, type Match, type Rule } from './rule.js';

/** All that is known of the port when its rules are written. */
interface Subject {
  readonly node: ProxyNode;
  readonly family: IPFamily;
  readonly port: ProxyPort;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly chains: ServiceChains;
  readonly ends: Categories;
  /** Where ClusterIP traffic is spread from; undefined: there is nobody it may go to. */
  readonly internal: string | undefined;
  readonly external: string | undefined;
  readonly pods: PodMatch | undefined;
  readonly out: ChainWriter;
}

export function writePort(node: ProxyNode, family: IPFamily, port: ProxyPort, out: ChainWriter): void {
  const protocol = port.protocol.toLowerCase() as Subject['protocol'];
  const chains = serviceChains(port.name, protocol);
  const ends = categorize(port, node.name, node.zone);
  const chosen = (local: boolean): string | undefined =>
    local ? (ends.any && ends.local.length > 0 ? chains.svl : undefined) : ends.any ? chains.svc : undefined;
  const s: Subject = {
    node,
    family,
    port,
    protocol,
    chains,
    ends,
    out,
    internal: chosen(port.internalLocal),
    external: chosen(port.externalLocal),
    pods: podMatch(node, family),
  };
  clusterIP(s);
  for (const ip of port.externalIPs) externalIP(s, ip);
  loadBalancer(s);
  nodePort(s);
  healthCheck(s);
  if (s.internal !== undefined) masqueradeInternal(s, s.internal);
  if (ends.any && isExternallyAccessible(port)) externalChain(s);
  if (usesFirewall(s)) firewallChain(s);
  if (ends.cluster.length > 0 && usesClusterEndpoints(port)) spread(s, chains.svc, ends.cluster);
  if (ends.local.length > 0 && usesLocalEndpoints(port)) spread(s, chains.svl, ends.local);
  for (const endpoint of ends.reachable) endpointRules(s, endpoint);
}

/** "-m tcp -p tcp -d IP --dport PORT" with a comment, in that order. */
const toPort = (s: Subject, chain: string, note: string, ip: string | undefined, port: number, ...more: Match[]): Rule => ({
  chain,
  ...(ip !== undefined && { destination: address(ip) }),
  protocol: s.protocol,
  matches: [comment(note), ...more, { kind: 'protocol', port }],
});

/** Nobody to go to: refused where there is nobody at all, lost where the policy allows only this node's. */
function closed(s: Subject, rule: Rule, by: About['by']): void {
  const because = s.ends.any ? 'no-local-endpoints' : 'no-endpoints';
  s.out.add('filter', {
    ...rule,
    target: { kind: s.ends.any ? 'DROP' : 'REJECT' },
    about: { port: s.port, ...(by && { by }), because },
  });
}

const closedNote = (s: Subject): string => `${s.port.name} has no ${s.ends.any ? 'local ' : ''}endpoints`;

function clusterIP(s: Subject): void {
  const { clusterIP: ip, name, port } = s.port;
  if (s.internal === undefined) return closed(s, toPort(s, 'KUBE-SERVICES', closedNote(s), ip, port.port), 'ClusterIP');
  const about: About = { port: s.port, by: 'ClusterIP' };
  s.out.add('nat', { ...toPort(s, 'KUBE-SERVICES', `${name} cluster IP`, ip, port.port), target: jump(s.internal), about });
}

function externalIP(s: Subject, ip: string): void {
  const { name, port } = s.port;
  if (s.ends.any)
    s.out.add('nat', {
      ...toPort(s, 'KUBE-SERVICES', `${name} external IP`, ip, port.port),
      target: jump(s.chains.ext),
      about: { port: s.port, by: 'ExternalIP' },
    });
  if (s.external === undefined) closed(s, toPort(s, 'KUBE-EXTERNAL-SERVICES', closedNote(s), ip, port.port), 'ExternalIP');
}

const usesFirewall = (s: Subject): boolean => s.ends.any && s.port.loadBalancerIPs.length > 0 && s.port.sourceRanges.length > 0;

function loadBalancer(s: Subject): void {
  const { name, port, loadBalancerIPs } = s.port;
  const about: About = { port: s.port, by: 'LoadBalancer' };
  for (const ip of loadBalancerIPs) {
    if (s.ends.any)
      s.out.add('nat', {
        ...toPort(s, 'KUBE-SERVICES', `${name} loadbalancer IP`, ip, port.port),
        target: jump(usesFirewall(s) ? s.chains.fw : s.chains.ext),
        about,
      });
    if (usesFirewall(s))
      s.out.add('filter', {
        ...toPort(s, 'KUBE-PROXY-FIREWALL', `${name} traffic not accepted by ${s.chains.fw}`, ip, port.port),
        target: { kind: 'DROP' },
        about: { ...about, because: 'source-range' },
      });
  }
  if (s.external !== undefined) return;
  for (const ip of loadBalancerIPs) closed(s, toPort(s, 'KUBE-EXTERNAL-SERVICES', closedNote(s), ip, port.port), 'LoadBalancer');
}

function nodePort(s: Subject): void {
  const { name, nodePort: number } = s.port;
  if (number === 0) return;
  const about: About = { port: s.port, by: 'NodePort' };
  if (s.ends.any) {
    const rule: Rule = { ...toPort(s, 'KUBE-NODEPORTS', name, undefined, number), target: jump(s.chains.ext), about };
    // The same once more for 127.0.0.1, to count how many still use that.
    if (s.family === 'IPv4' && answersLocalhost(s.node))
      s.out.add('nat', {
        ...rule,
        destination: address('127.0.0.0/8'),
        matches: [...rule.matches, { kind: 'nfacct', name: 'localhost_nps_accepted_pkts' }],
      });
    s.out.add('nat', rule);
  }
  if (s.external === undefined)
    closed(s, toPort(s, 'KUBE-EXTERNAL-SERVICES', closedNote(s), undefined, number, { kind: 'addrtype', side: 'dst' }), 'NodePort');
}

function healthCheck(s: Subject): void {
  const { spec } = s.port.service;
  if (spec.type !== 'LoadBalancer' || !s.port.externalLocal || !spec.healthCheckNodePort) return;
  s.out.add('filter', {
    chain: 'KUBE-NODEPORTS',
    protocol: 'tcp',
    matches: [comment(`${s.port.name} health check node port`), { kind: 'protocol', port: spec.healthCheckNodePort }],
    target: { kind: 'ACCEPT' },
  });
}

function masqueradeInternal(s: Subject, chain: string): void {
  const source = s.node.settings.masqueradeAll ? undefined : fromPods(s.pods, true);
  if (!source && !s.node.settings.masqueradeAll) return;
  s.out.add('nat', {
    ...source,
    ...toPort(s, chain, `${s.port.name} cluster IP`, s.port.clusterIP, s.port.port.port),
    target: jump('KUBE-MARK-MASQ'),
    about: { port: s.port },
  });
}

function externalChain(s: Subject): void {
  const { name } = s.port;
  const chain = s.chains.ext;
  const about: About = { port: s.port };
  const add = (rule: Omit<Rule, 'chain'>): void => s.out.add('nat', { chain, ...rule, about });
  if (!s.port.externalLocal)
    add({ matches: [comment(`masquerade traffic for ${name} external destinations`)], target: jump('KUBE-MARK-MASQ') });
  else {
    const source = fromPods(s.pods, false);
    if (source) add({ ...source, matches: [comment(`pod traffic for ${name} external destinations`)], target: jump(s.chains.svc) });
    const own: Match = { kind: 'addrtype', side: 'src' };
    add({ matches: [comment(`masquerade LOCAL traffic for ${name} external destinations`), own], target: jump('KUBE-MARK-MASQ') });
    add({ matches: [comment(`route LOCAL traffic for ${name} external destinations`), own], target: jump(s.chains.svc) });
  }
  if (s.external !== undefined) add({ matches: [], target: jump(s.external) });
}

function firewallChain(s: Subject): void {
  const { name, sourceRanges, loadBalancerIPs } = s.port;
  const own = parseIP(primaryIP(s.node, s.family) ?? '');
  const allow = (from: string): void =>
    s.out.add('nat', {
      chain: s.chains.fw,
      source: address(from),
      matches: [comment(`${name} loadbalancer IP`)],
      target: jump(s.chains.ext),
      about: { port: s.port },
    });
  for (const range of sourceRanges) allow(range);
  const includesNode = sourceRanges.some((r) => {
    const cidr = parseCIDR(r);
    return !!cidr && !!own && cidrContains(cidr, own);
  });
  // A node that holds the address itself reaches it from itself.
  if (includesNode) for (const ip of loadBalancerIPs) allow(ip);
  s.out.add('nat', { chain: s.chains.fw, matches: [comment(`other traffic to ${name} will be dropped by KUBE-PROXY-FIREWALL`)] });
}

/** From the Service's chain to one of its endpoints. */
function spread(s: Subject, chain: string, endpoints: readonly ProxyEndpoint[]): void {
  const { name, affinitySeconds: seconds } = s.port;
  const of = endpoints.length;
  const local = chain === s.chains.svl;
  const lead = (endpoint: ProxyEndpoint, asked: boolean, match?: (to: string) => Match | undefined): void => {
    const text = endpointText(endpoint);
    const to = endpointChain(name, s.protocol, text);
    const more = match?.(to);
    s.out.add('nat', {
      chain,
      matches: [comment(`${name} -> ${text}`), ...(more ? [more] : [])],
      target: jump(to),
      about: { port: s.port, endpoint, spread: { of, local, asked } },
    });
  };
  if (seconds !== undefined) for (const e of endpoints) lead(e, true, (to) => ({ kind: 'recent', name: to, set: false, seconds }));
  for (const [i, e] of endpoints.entries()) lead(e, false, () => (of - i > 1 ? { kind: 'statistic', of: of - i } : undefined));
}

function endpointRules(s: Subject, endpoint: ProxyEndpoint): void {
  const { name, affinitySeconds } = s.port;
  const chain = endpointChain(name, s.protocol, endpointText(endpoint));
  const about: About = { port: s.port, endpoint };
  s.out.add('nat', { chain, source: address(endpoint.ip), matches: [comment(name)], target: jump('KUBE-MARK-MASQ'), about });
  const remember: Match[] = affinitySeconds === undefined ? [] : [{ kind: 'recent', name: chain, set: true }];
  s.out.add('nat', {
    chain,
    protocol: s.protocol,
    matches: [comment(name), ...remember, { kind: 'protocol' }],
    target: { kind: 'DNAT', endpoint },
    about,
  });
}
