// What a network plugin makes of a Pod's and a node's network namespace, beside what every machine has.
import type { Node } from '../../model/generated/api.js';
import type { Link, NetRoute, Neighbour, PodRange } from './links.js';

/** An address of a Pod, and the part of its node's range that it is in. */
export interface PodPlace extends PodRange {
  readonly ip: string;
}

/** A Pod by its first address, and what other ones it has. */
export interface NodePod extends PodPlace {
  readonly others: readonly PodPlace[];
}

/** What a plugin adds to a node. */
export interface NodeWiring {
  readonly links: readonly Link[];
  readonly routes: readonly NetRoute[];
  readonly neighbours: readonly Neighbour[];
}

export interface PluginWiring {
  readonly mtu: number;
  /** Number of the first Pod's pair on its node. */
  readonly firstVeth: number;
  podRoutes(place: PodPlace, clusterRange: string | undefined): NetRoute[];
  /** The node's interface that packets of its own Pod, or of another node's, come in by. */
  podDevice(ip: string): string;
  readonly farDevice: string;
  /** The hardware address that a Pod's gateway has. */
  gatewayMac(place: PodPlace): string;
  /** `pods` are those of the node in the order of their pairs, `others` the other nodes. */
  onNode(node: Node, pods: readonly NodePod[], others: readonly Node[]): NodeWiring;
}
