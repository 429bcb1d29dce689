// Whose address is it: Pods and nodes by IP, and the Pods that live on a node's own addresses. An index, so that a packet costs the same
// however many Pods there are.
import { Buckets } from '../lib/buckets.js';
import { canonicalIP } from '../lib/ip.js';
import type { Change } from '../model/change.js';
import type { Node, Pod } from '../model/generated/api.js';
import { keyOf } from '../model/object.js';
import type { Reader, View } from '../model/store.js';
import { hasNetwork, onHostNetwork } from './net.js';

class Addresses {
  readonly #pods = new Buckets<Pod>();
  readonly #nodes = new Buckets<Node>();
  readonly #hostPods = new Buckets<Pod>();

  /** The Pod that holds this address on an interface of its own. */
  podAt(ip: string): Pod | undefined {
    return this.#pods.first(canonical(ip));
  }

  nodeAt(ip: string): Node | undefined {
    return this.#nodes.first(canonical(ip));
  }

  /** Pods with hostNetwork on this node. */
  hostPods(node: string): Iterable<Pod> {
    return this.#hostPods.all(node);
  }

  add(object: Pod | Node): void {
    const key = keyOf(object);
    if (isNode(object)) for (const ip of nodeIPs(object)) this.#nodes.set(ip, key, object);
    else if (onHostNetwork(object)) this.#hostPods.set(object.spec.nodeName ?? '', key, object);
    else for (const ip of podIPs(object)) this.#pods.set(ip, key, object);
  }

  remove(object: Pod | Node): void {
    const key = keyOf(object);
    if (isNode(object)) for (const ip of nodeIPs(object)) this.#nodes.delete(ip, key);
    else if (onHostNetwork(object)) this.#hostPods.delete(object.spec.nodeName ?? '', key);
    else for (const ip of podIPs(object)) this.#pods.delete(ip, key);
  }
}

const isNode = (object: Pod | Node): object is Node => object.kind === 'Node';

/** IPv4 has one way to be written only. */
const canonical = (ip: string): string => (ip.includes(':') ? canonicalIP(ip) : ip);

const podIPs = (pod: Pod): string[] => (hasNetwork(pod) ? (pod.status?.podIPs ?? []).flatMap(({ ip }) => (ip ? canonical(ip) : [])) : []);

const nodeIPs = (node: Node): string[] =>
  (node.status?.addresses ?? []).filter((a) => a.type === 'InternalIP' || a.type === 'ExternalIP').map((a) => canonical(a.address));

const view: View<Addresses> = {
  kinds: ['Pod', 'Node'],
  make(reader) {
    const index = new Addresses();
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
