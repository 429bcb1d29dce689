// A node's service rules: those that its kube-proxy last wrote. While a kube-proxy works, they follow the API; when it stops, they stay as they are,
// until one works again or the machine starts anew.
import { cidrContains, familyOf, formatIP, type IPFamily, nthIP, parseCIDR, parseIP } from '../../lib/ip.js';
import type { EndpointSlice, Node, Service, ServiceCIDR } from '../../model/generated/api.js';
import type { Json } from '../../model/object.js';
import type { Reader, View } from '../../model/store.js';
import { addresses } from '../addresses.js';
import { isLoopback, nodeIPs } from '../net.js';
import { liveTable, type ServiceTable, Table } from './service-table.js';
import type { ProxySettings } from './settings.js';

/** State of a node's rules, kept beside the API. */
export interface ProxyState {
  readonly settings: ProxySettings;
  /** Which start of which container writes them; absent: nobody does. */
  readonly writer?: string;
  /** Of iptables and ipvs mode, the other one ran here before: neither cleans up after the other. */
  readonly left?: Left;
  /** Tables that somebody emptied since ("IPv4 nat"), and when first. kube-proxy does not see that: it writes what changes, and all only now and then. */
  readonly flushed?: { readonly at: number; readonly tables: readonly string[] };
  readonly frozen?: Frozen;
}

/** What the rules were made of when the last writer stopped, and when that was (milliseconds). */
interface Frozen {
  readonly at: number;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

interface Left {
  readonly settings: ProxySettings;
  readonly frozen: Frozen;
}

/** How often kube-proxy writes all rules, changed or not (FullSyncPeriod): milliseconds. */
export const fullSyncPeriod = 3_600_000;

export const proxyStateKey = (node: string): string => `kube-proxy/${node}`;

/** All that rules are made of. */
export interface ProxyNode {
  readonly name: string;
  /** Its addresses, the first one its primary. */
  readonly ips: readonly string[];
  /** What it is called by its own Pods: addresses that only the cluster knows. */
  readonly gateways: readonly string[];
  readonly zone: string | undefined;
  /** The ranges that its Pods' addresses come from. */
  readonly podCIDRs: readonly string[];
  readonly settings: ProxySettings;
  readonly table: ServiceTable;
  /** The ranges that ClusterIPs come from. */
  readonly serviceCIDRs: readonly string[];
  /** When the rules stopped following the API; undefined: they do. */
  readonly staleSince: number | undefined;
  /** The same node as a kube-proxy in the other one of iptables and ipvs mode left it. */
  readonly left?: ProxyNode;
  /** iptables' tables that somebody emptied: "IPv4 nat". */
  readonly flushed?: readonly string[];
}

/** Of all ServiceCIDR objects. */
class Ranges {
  readonly #byName = new Map<string, readonly string[]>();
  /** Another list after every change. */
  all: readonly string[] = [];

  set(name: string, cidrs: readonly string[] | undefined): void {
    if (cidrs) this.#byName.set(name, cidrs);
    else this.#byName.delete(name);
    this.all = [...this.#byName.values()].flat();
  }
}

const serviceCIDRs: View<Ranges> = {
  kinds: ['ServiceCIDR.networking.k8s.io'],
  make: (reader) => {
    const ranges = new Ranges();
    for (const { metadata, spec } of reader.list('ServiceCIDR.networking.k8s.io')) ranges.set(metadata.name, spec.cidrs ?? []);
    return ranges;
  },
  apply: (ranges, { type, object }) =>
    ranges.set(object.metadata.name, type === 'DELETED' ? undefined : ((object as unknown as ServiceCIDR).spec.cidrs ?? [])),
};

/** Tables of what was frozen, made once for each. */
const frozenTables = new WeakMap<object, Table>();

/** What a node's rules were last made of: packet after packet asks for the same. */
const lately = new WeakMap<ProxyState, { readonly node: Node | undefined; readonly proxy: ProxyNode }>();

/** The rules of a node; undefined when no kube-proxy has written any since the machine started. As long as nothing changes, the very same object. */
export function proxyNode(reader: Reader, name: string): ProxyNode | undefined {
  const state = reader.state(proxyStateKey(name)) as unknown as ProxyState | undefined;
  if (!state) return undefined;
  const node = reader.get('Node', '', name);
  const table = tableOf(reader, state);
  const ranges = reader.view(serviceCIDRs).all;
  const known = lately.get(state);
  const gateways = node ? addresses(reader).gatewaysOf(node) : [];
  if (
    known &&
    known.node === node &&
    known.proxy.table === table &&
    known.proxy.serviceCIDRs === ranges &&
    known.proxy.gateways.length === gateways.length
  )
    return known.proxy;
  const facts = {
    name,
    ips: nodeIPs(node),
    gateways,
    zone: node?.metadata.labels?.['topology.kubernetes.io/zone'],
    podCIDRs: node?.spec?.podCIDRs ?? [],
    serviceCIDRs: ranges,
  };
  const { left } = state;
  const proxy: ProxyNode = {
    ...facts,
    settings: state.settings,
    table,
    staleSince: state.frozen?.at,
    ...(left && { left: { ...facts, settings: left.settings, table: frozenTable(left.frozen), staleSince: left.frozen.at } }),
    ...(state.flushed && { flushed: state.flushed.tables }),
  };
  lately.set(state, { node, proxy });
  return proxy;
}

function tableOf(reader: Reader, { frozen }: ProxyState): Table {
  return frozen ? frozenTable(frozen) : reader.view(liveTable);
}

function frozenTable(frozen: Frozen): Table {
  let table = frozenTables.get(frozen);
  if (!table) frozenTables.set(frozen, (table = new Table(frozen.services, frozen.slices)));
  return table;
}

const frozenNow = (reader: Reader, at: number): Frozen => ({
  at,
  services: reader.list('Service'),
  slices: reader.list('EndpointSlice.discovery.k8s.io'),
});

export const frozenState = (reader: Reader, { settings, left, flushed }: ProxyState, at: number): Json =>
  ({ settings, ...(left && { left }), ...(flushed && { flushed }), frozen: frozenNow(reader, at) }) as unknown as Json;

/**
 * What stays of an earlier mode. At its start kube-proxy removes iptables and ipvs rules in nftables mode, and nftables rules in the others;
 * between iptables and ipvs nothing is removed. Mirrors platformCleanup of cmd/kube-proxy/app/server_linux.go.
 */
export function leftovers(reader: Reader, before: ProxyState | undefined, { mode }: ProxySettings, at: number): Pick<ProxyState, 'left'> {
  if (!before || mode === 'nftables' || before.settings.mode === 'nftables') return {};
  const { settings, frozen = frozenNow(reader, at), left } = before;
  if (settings.mode !== mode) return { left: { settings, frozen } };
  return left ? { left } : {};
}

/** The node as a kube-proxy of this mode has made it, or has left it. */
export const ofMode = (node: ProxyNode | undefined, mode: ProxySettings['mode']): ProxyNode | undefined =>
  [node, node?.left].find((n) => n?.settings.mode === mode);

/** Its primary address of the family. */
export const primaryIP = (node: ProxyNode, family: 'IPv4' | 'IPv6'): string | undefined => node.ips.find((ip) => familyOf(ip) === family);

/** Whose address a masqueraded packet gets on its way to `to`: the machine's own on the interface that it leaves by. To a Pod of the node that is the Pods' gateway. */
export function masqueradeIP(node: ProxyNode, to: string): string | undefined {
  const ip = parseIP(to);
  for (const text of node.podCIDRs) {
    const cidr = parseCIDR(text);
    if (cidr && ip && cidrContains(cidr, ip)) return formatIP(nthIP(cidr, 1));
  }
  return primaryIP(node, ip?.family ?? 'IPv4');
}

/** Does the machine itself have this address? Those on the interface kube-ipvs0 that an earlier ipvs mode left count, too. */
export const isLocal = (node: ProxyNode, ip: string): boolean =>
  isLoopback(ip) ||
  node.ips.includes(ip) ||
  node.gateways.includes(ip) ||
  (node.left?.settings.mode === 'ipvs' && node.left.table.at(ip).length > 0);

// Which of a node's addresses take node ports. Mirrors pkg/proxy/util/nodeport_addresses.go, and what cmd/kube-proxy makes of "primary".

/** 'all' of its local addresses, or these CIDRs of the family. `fallback`: what an empty list means in this mode. */
export function nodePortCIDRs(node: ProxyNode, family: IPFamily, fallback: 'all' | 'primary'): 'all' | readonly string[] {
  const { nodePortAddresses } = node.settings;
  const given = nodePortAddresses.length === 0 && fallback === 'primary' ? ['primary'] : nodePortAddresses;
  const own = given
    .flatMap((text) => (text === 'primary' ? (primaryCIDR(node, family) ?? []) : [text]))
    .filter((text) => familyOf(text.split('/')[0] ?? '') === family);
  return own.length === 0 || own.some((text) => text.endsWith('/0')) ? 'all' : own;
}

/** iptables: are node ports answered on 127.0.0.1? Where they are wished for, and the addresses include loopback ones. */
export function answersLocalhost(node: ProxyNode): boolean {
  if (!node.settings.localhostNodePorts) return false;
  const cidrs = nodePortCIDRs(node, 'IPv4', 'all');
  return cidrs === 'all' || cidrs.some((text) => includes(text, '127.0.0.0/8') || includes('127.0.0.0/8', text));
}

/** Is the first address of `inner` in `outer`? */
function includes(outer: string, inner: string): boolean {
  const [a, b] = [parseCIDR(outer), parseCIDR(inner)];
  return !!a && !!b && cidrContains(a, nthIP(b, 0));
}

const primaryCIDR = (node: ProxyNode, family: IPFamily): string | undefined => {
  const ip = primaryIP(node, family);
  return ip === undefined ? undefined : `${ip}/${family === 'IPv4' ? 32 : 128}`;
};

/** The node's own addresses (loopback ones are left out) that are in the CIDRs. */
export function nodePortIPs(node: Pick<ProxyNode, 'ips' | 'gateways'>, family: IPFamily, cidrs: readonly string[]): string[] {
  const networks = cidrs.flatMap((text) => parseCIDR(text) ?? []);
  return [...node.ips, ...node.gateways].filter((text) => {
    const ip = parseIP(text);
    return ip?.family === family && networks.some((n) => cidrContains(n, ip));
  });
}
