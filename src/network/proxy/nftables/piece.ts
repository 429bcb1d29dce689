// One Service's part of the rules. Mirrors the loop over svcPortMap in syncProxyRules of pkg/proxy/nftables/proxier.go.
import { createHash } from 'node:crypto';
import { base32 } from '../../../lib/base32.js';
import { cidrContains, type IPFamily, parseCIDR, parseIP } from '../../../lib/ip.js';
import {
  categorize,
  isExternallyAccessible,
  type ProxyEndpoint,
  type ProxyPort,
  proxyPorts,
  usesClusterEndpoints,
  usesLocalEndpoints,
} from '../port.js';
import type { ProxiedService } from '../service-table.js';
import type { Matched } from '../verdict.js';
import { addressList } from './intervals.js';
import { type Chain, type Element, type End, type NamedSet, type Part, rejectChain, type Rule, setNames } from './ruleset.js';
import { fromPods, type Site } from './site.js';

/** What a Service adds to the sets and chains of the table. */
export interface Piece {
  /** By the name of the set or map. */
  readonly elements: ReadonlyMap<string, readonly Element[]>;
  readonly sets: readonly NamedSet[];
  readonly chains: ReadonlyMap<string, Chain>;
}

const kept = new WeakMap<ProxiedService, WeakMap<Site, Piece>>();

export function piece(entry: ProxiedService, site: Site): Piece {
  let pieces = kept.get(entry);
  if (!pieces) kept.set(entry, (pieces = new WeakMap()));
  let found = pieces.get(site);
  if (!found) pieces.set(site, (found = makePiece(entry, site)));
  return found;
}

/** The elements and chains while they are gathered. */
class Gathering {
  readonly elements = new Map<string, Element[]>();
  readonly sets: NamedSet[] = [];
  readonly chains = new Map<string, Chain>();

  element(set: string, element: Element): void {
    const list = this.elements.get(set) ?? [];
    this.elements.set(set, list);
    const text = element.key.join(' ');
    if (!list.some((e) => e.key.join(' ') === text)) list.push(element);
  }

  chain(name: string, rules: readonly Rule[], facts: Pick<Chain, 'local'> = {}): void {
    this.chains.set(name, { name, rules, ...facts });
  }
}

function makePiece(entry: ProxiedService, site: Site): Piece {
  const to = new Gathering();
  for (const port of proxyPorts(entry, site.family)) addPort(to, port, site);
  return to;
}

const rule = (...parts: readonly Part[]): Rule => ({ parts });

function addPort(to: Gathering, port: ProxyPort, site: Site): void {
  const names = portNames(port);
  const { cluster, local, reachable, any } = categorize(port, site.node, site.zone);
  const protocol = port.protocol.toLowerCase();
  const sticky = port.affinitySeconds !== undefined;

  // Chains come in the order in which kube-proxy makes them, which is the order in which they are listed.
  if (sticky) for (const e of reachable) addEndpoint(to, port, e, site.family);
  for (const e of reachable) if (e.node === site.node) to.element(setNames.hairpins, { key: [e.ip, e.ip, protocol, String(e.port)] });
  if (cluster.length > 0 && usesClusterEndpoints(port)) to.chain(names.cluster, choice(port, cluster), { local: false });
  if (local.length > 0 && usesLocalEndpoints(port)) to.chain(names.local, choice(port, local), { local: true });
  const internal = any && (!port.internalLocal || local.length > 0);
  const external = any && (!port.externalLocal || local.length > 0);
  if (any && isExternallyAccessible(port)) {
    const policy = port.externalLocal ? names.local : names.cluster;
    to.chain(names.external, [
      ...(port.externalLocal
        ? shortCircuits(names.cluster, site)
        : [{ ...rule({ is: 'set-mark', mark: site.mark }), comment: 'masquerade' }]),
      ...(external ? [rule({ is: 'goto', chain: policy })] : []),
    ]);
  }

  const none: End = any ? { is: 'drop' } : { is: 'goto', chain: rejectChain };
  const toExternal: End = { is: 'goto', chain: names.external };
  const key = (ip: string): string[] => [ip, protocol, String(port.port.port)];
  const element = (key: readonly string[], end: End, by: Matched['by'], comment?: string): Element => ({
    key,
    end,
    of: { port, by },
    ...(comment !== undefined && { comment }),
  });

  to.element(setNames.clusterIPs, { key: [port.clusterIP] });
  if (internal)
    to.element(
      setNames.serviceIPs,
      element(key(port.clusterIP), { is: 'goto', chain: port.internalLocal ? names.local : names.cluster }, 'ClusterIP'),
    );
  else to.element(setNames.noEndpointServices, element(key(port.clusterIP), none, 'ClusterIP', port.name));
  const outer = [
    ...port.externalIPs.map((ip) => ({ ip, by: 'ExternalIP' as const })),
    ...port.loadBalancerIPs.map((ip) => ({ ip, by: 'LoadBalancer' as const })),
  ];
  for (const { ip, by } of outer) {
    if (any) to.element(setNames.serviceIPs, element(key(ip), toExternal, by));
    if (!external) to.element(setNames.noEndpointServices, element(key(ip), none, by, port.name));
  }
  if (port.nodePort !== 0) {
    const nodePort = [protocol, String(port.nodePort)];
    if (any) to.element(setNames.serviceNodePorts, element(nodePort, toExternal, 'NodePort'));
    if (!external) to.element(setNames.noEndpointNodePorts, element(nodePort, none, 'NodePort', port.name));
  }
  if (port.loadBalancerIPs.length > 0 && port.sourceRanges.length > 0) {
    to.chain(names.firewall, [rule({ is: 'address', of: 'saddr', not: true, in: addressList(allowed(port, site)) }, { is: 'drop' })]);
    for (const ip of port.loadBalancerIPs)
      to.element(setNames.firewallIPs, element(key(ip), { is: 'goto', chain: names.firewall }, 'LoadBalancer'));
  }
}

/** The rules that choose an endpoint: those with affinity go through a chain for each, which remembers the sender. */
function choice(port: ProxyPort, endpoints: readonly ProxyEndpoint[]): Rule[] {
  if (port.affinitySeconds === undefined)
    return [rule({ is: 'protocol', protocol: port.protocol.toLowerCase() }, { is: 'dnat-random', to: endpoints })];
  const names = endpoints.map((e) => endpointNames(port, e));
  return [
    ...names.map((n) => rule({ is: 'member', of: 'saddr', set: n.affinity }, { is: 'goto', chain: n.chain })),
    rule({ is: 'goto-random', chains: names.map((n) => n.chain) }),
  ];
}

function addEndpoint(to: Gathering, port: ProxyPort, endpoint: ProxyEndpoint, family: IPFamily): void {
  const { chain, affinity } = endpointNames(port, endpoint);
  const type = family === 'IPv4' ? 'ipv4_addr' : 'ipv6_addr';
  to.sets.push({ name: affinity, kind: 'set', type, timeout: port.affinitySeconds as number, clientsOf: { port, endpoint }, elements: [] });
  to.chain(chain, [
    rule({ is: 'remember-source', set: affinity }),
    rule({ is: 'protocol', protocol: port.protocol.toLowerCase() }, { is: 'dnat', to: endpoint }),
  ]);
}

/** Pods and the node itself are let through to all endpoints, as if they had gone out to a load balancer and come back. */
const shortCircuits = (cluster: string, { pods, mark }: Site): Rule[] => [
  ...(pods ? [{ ...rule(fromPods(pods, false), { is: 'goto', chain: cluster }), comment: 'short-circuit pod traffic' }] : []),
  { ...rule({ is: 'local', of: 'saddr' }, { is: 'set-mark', mark }), comment: 'masquerade local traffic' },
  { ...rule({ is: 'local', of: 'saddr' }, { is: 'goto', chain: cluster }), comment: 'short-circuit local traffic' },
];

/** Who may use the load balancer's addresses: where the node may, these addresses may themselves, being local ones to some. */
function allowed(port: ProxyPort, { nodeIP }: Site): string[] {
  const ip = parseIP(nodeIP ?? '');
  const fromNode = port.sourceRanges.some((range) => {
    const cidr = parseCIDR(range);
    return !!cidr && !!ip && cidrContains(cidr, ip);
  });
  return [...port.sourceRanges, ...(fromNode ? port.loadBalancerIPs : [])];
}

// Names of a Service port's chains and sets: a hash that tells them apart at a glance, then the words. Mirrors servicePortChainNameBase of pkg/proxy/nftables.

/** nft's limit without the longest prefix. */
const longest = 240;

function hashed(words: string): string {
  const hash = base32(createHash('sha256').update(words).digest()).slice(0, 8);
  const name = `${hash}-${words}`;
  return name.length > longest ? `${name.slice(0, longest - 3)}...` : name;
}

const words = (p: ProxyPort): string =>
  `${p.service.metadata.namespace ?? ''}/${p.service.metadata.name}/${p.protocol.toLowerCase()}/${p.port.name ?? ''}`;

interface PortNames {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
}

function portNames(p: ProxyPort): PortNames {
  const base = hashed(words(p));
  return { cluster: `service-${base}`, local: `local-${base}`, external: `external-${base}`, firewall: `firewall-${base}` };
}

/** Only Services with session affinity have them. Colons are no letters of names. */
function endpointNames(p: ProxyPort, e: ProxyEndpoint): { readonly chain: string; readonly affinity: string } {
  const base = hashed(`${words(p)}__${e.ip.replaceAll(':', '.')}/${e.port}`);
  return { chain: `endpoint-${base}`, affinity: `affinity-${base}` };
}
