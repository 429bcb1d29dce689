// Whose address is it: Pods and nodes by IP, and the Pods that live on a node's own addresses. An index, so that a packet costs the same
// however many Pods there are.
import { Buckets } from '../lib/buckets.js';
import { canonicalIP, formatIP, nthIP, parseCIDR } from '../lib/ip.js';
import type { Change } from '../model/change.js';
import type { Node, Pod } from '../model/generated/api.js';
import { keyOf } from '../model/object.js';
import type { Reader, View } from '../model/store.js';
import { hasNetwork, isIPv6, nodeIPs, onHostNetwork, podRanges } from './net.js';

export interface Addresses {
  /** The Pod that holds this address on an interface of its own. */
  podAt(ip: string): Pod | undefined;
  nodeAt(ip: string): Node | undefined;
  /** The node that is the gateway of its Pods at this address: its network plugin gives it one with the first of them. */
  gatewayAt(ip: string): Node | undefined;
  /** Those addresses of a node. */
  gatewaysOf(node: Node): readonly string[];
  /** Pods with hostNetwork on this node. */
  hostPods(node: string): Iterable<Pod>;
}

class Index implements Addresses {
  readonly #pods = new Buckets<Pod>();
  readonly #nodes = new Buckets<Node>();
  readonly #hostPods = new Buckets<Pod>();
  readonly #gateways = new Buckets<Node>();
  readonly #networked = new Buckets<Pod>();

  podAt(ip: string): Pod | undefined {
    return this.#pods.first(canonical(ip));
  }

  nodeAt(ip: string): Node | undefined {
    return this.#nodes.first(canonical(ip));
  }

  gatewayAt(ip: string): Node | undefined {
    const node = this.#gateways.first(canonical(ip));
    return node && this.#networked.first(node.metadata.name) ? node : undefined;
  }

  gatewaysOf(node: Node): readonly string[] {
    return this.#networked.first(node.metadata.name) ? gateways(node) : none;
  }

  hostPods(node: string): Iterable<Pod> {
    return this.#hostPods.all(node);
  }

  add(object: Pod | Node): void {
    const key = keyOf(object);
    if (isNode(object)) {
      for (const ip of nodeIPs(object)) this.#nodes.set(canonical(ip), key, object);
      for (const ip of gateways(object)) this.#gateways.set(ip, key, object);
    } else if (onHostNetwork(object)) this.#hostPods.set(object.spec.nodeName ?? '', key, object);
    else
      for (const ip of podIPs(object)) {
        this.#pods.set(ip, key, object);
        this.#networked.set(object.spec.nodeName ?? '', key, object);
      }
  }

  remove(object: Pod | Node): void {
    const key = keyOf(object);
    if (isNode(object)) {
      for (const ip of nodeIPs(object)) this.#nodes.delete(canonical(ip), key);
      for (const ip of gateways(object)) this.#gateways.delete(ip, key);
    } else if (onHostNetwork(object)) this.#hostPods.delete(object.spec.nodeName ?? '', key);
    else {
      for (const ip of podIPs(object)) this.#pods.delete(ip, key);
      this.#networked.delete(object.spec.nodeName ?? '', key);
    }
  }
}

/** The machine that an address reaches: its own, or that as the gateway of its Pods. */
export const machineAt = (known: Addresses, ip: string): Node | undefined => known.nodeAt(ip) ?? known.gatewayAt(ip);

const none: readonly string[] = [];

const gatewaysByNode = new WeakMap<Node, readonly string[]>();

/** The first address of each of its Pods' ranges. */
function gateways(node: Node): readonly string[] {
  let known = gatewaysByNode.get(node);
  if (!known) {
    known = podRanges(node).flatMap((text) => {
      const range = parseCIDR(text);
      return range ? [formatIP(nthIP(range, 1))] : [];
    });
    gatewaysByNode.set(node, known);
  }
  return known;
}

const isNode = (object: Pod | Node): object is Node => object.kind === 'Node';

/** IPv4 has one way to be written only; of IPv6, what was asked for lately is remembered: to read it costs more than all look-ups. */
function canonical(ip: string): string {
  if (!isIPv6(ip)) return ip;
  let known = lately.get(ip);
  if (known === undefined) {
    known = canonicalIP(ip);
    if (lately.size >= 1000) lately.clear();
    lately.set(ip, known);
  }
  return known;
}

const lately = new Map<string, string>();

const podIPs = (pod: Pod): string[] => (hasNetwork(pod) ? (pod.status?.podIPs ?? []).flatMap(({ ip }) => (ip ? canonical(ip) : [])) : []);

const view: View<Index> = {
  kinds: ['Pod', 'Node'],
  make(reader) {
    const index = new Index();
    for (const pod of reader.list('Pod')) index.add(pod);
    for (const node of reader.list('Node')) index.add(node);
    return index;
  },
  apply(index, { type, object, old }: Change) {
    if (old) index.remove(old as Pod | Node);
    if (type !== 'DELETED') index.add(object as Pod | Node);
  },
};

export const addresses = (reader: Reader): Addresses => reader.view(view);

/** A reader to whom `pod` already is what its node knows of it: a kubelet probes a Pod before it has written its status. */
export function withPod(reader: Reader, pod: Pod): Reader {
  const isSelf = (p: { metadata: { uid?: string } }): boolean => p.metadata.uid === pod.metadata.uid;
  const overlay = (base: Addresses): Addresses => ({
    podAt: (ip) => (!onHostNetwork(pod) && podIPs(pod).includes(canonical(ip)) ? pod : base.podAt(ip)),
    nodeAt: (ip) => base.nodeAt(ip),
    gatewayAt: (ip) => base.gatewayAt(ip),
    gatewaysOf: (node) => base.gatewaysOf(node),
    hostPods: (node) => [...base.hostPods(node)].map((p) => (isSelf(p) ? pod : p)),
  });
  return {
    ...reader,
    get: (kind, ns, name) => {
      const found = reader.get(kind, ns, name);
      return kind === 'Pod' && found && isSelf(found as Pod) ? (pod as never) : found;
    },
    list: (kind, options) => {
      const all = reader.list(kind, options);
      return kind === 'Pod' ? all.map((p) => (isSelf(p as Pod) ? (pod as never) : p)) : all;
    },
    view: (wanted) => (wanted === (view as unknown) ? (overlay(reader.view(view)) as never) : reader.view(wanted)),
  };
}
