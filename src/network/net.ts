// What the network is made of, for those who ask it: the objects, and chance.
import { isFinished } from '../kinds/pod/facts.js';
import type { ClusterConfig } from '../model/config.js';
import type { Node, Pod } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import type { Endpoint } from '../model/packet.js';
import type { Reader, WriteContext } from '../model/store.js';

export interface Net {
  readonly reader: Reader;
  readonly config: ClusterConfig;
  /** Milliseconds since 1970. */
  now(): number;
  /** An integer in [0, n): which endpoint. */
  pick(n: number): number;
}

/** The network as who reads through `reader` sees it, at the present of `world`. */
export const netFrom = (reader: Reader, { config, world }: Pick<WriteContext, 'config' | 'world'>): Net => ({
  reader,
  config,
  now: () => world.now(),
  pick: (n) => world.pick(n),
});

/** A machine that is no part of the cluster, on the nodes' own network. */
export const outsideIP = '172.30.1.100';
const outsideIPv6 = 'fd00:172:30:1::64';

export const nodeIP = (node: Node | undefined): string => node?.status?.addresses?.find((a) => a.type === 'InternalIP')?.address ?? '';

/** Its addresses in the order of its status, the primary first. */
export const nodeIPs = (node: Node | undefined): string[] =>
  (node?.status?.addresses ?? []).flatMap((a) => (a.type === 'InternalIP' || a.type === 'ExternalIP' ? [a.address] : []));

/** The ranges that its Pods' addresses come from. */
export const podRanges = (node: Node | undefined): readonly string[] =>
  node?.spec?.podCIDRs ?? (node?.spec?.podCIDR ? [node.spec.podCIDR] : []);

export const nodeAsSender = (node: Node): Endpoint => ({
  kind: 'node',
  name: node.metadata.name,
  ip: nodeIP(node),
  ips: nodeIPs(node),
  node: node.metadata.name,
});

/** What a Pod sends with: on its node's network it is the node. */
export function podAsSender(pod: Pod, { ips, node }: { readonly ips: readonly string[]; readonly node: string }): Endpoint {
  const own = { ip: ips[0] ?? '', ips, node };
  return onHostNetwork(pod)
    ? { kind: 'node', name: node, ...own }
    : { kind: 'pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name, ...own };
}

export const outside: Endpoint = { kind: 'outside', ip: outsideIP, ips: [outsideIP, outsideIPv6] };

/** Written with colons; what is asked of every packet must cost nothing. */
export const isIPv6 = (ip: string): boolean => ip.includes(':');

export const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

/** The address that a packet to `to` leaves with; undefined when the sender has none of that family. */
export const sourceAddress = ({ ip, ips = [ip] }: Endpoint, to: string): string | undefined =>
  isLoopback(to) ? (isIPv6(to) ? '::1' : '127.0.0.1') : ips.find((own) => isIPv6(own) === isIPv6(to));

/** Does the Pod still hold its address? */
export const hasNetwork = (pod: Pod): boolean => !!pod.status?.podIP && !isFinished(pod);

/** The Pods that are bound to the node. */
export const podsOn = (reader: Reader, node: string): (Pod & KubeObject)[] => reader.list('Pod').filter((p) => p.spec.nodeName === node);

export const onHostNetwork = (pod: Pod): boolean => pod.spec.hostNetwork === true;
