// Whose address is it: Pods and nodes by IP, and the Pods that live on a node's own addresses. An index, so that a packet costs the same
// however many Pods there are.
import { Buckets } from '../lib/buckets.js';
import { canonicalIP } from '../lib/ip.js';
import type { Change } from '../model/change.js';
import type { Node, Pod } from '../model/generated/api.js';
import { keyOf } from '../model/object.js';
import type { Reader, View } from '../model/store.js';
import { hasNetwork, isIPv6, nodeIPs, onHostNetwork } from './net.js';

export interface Addresses {
  /** The Pod that holds this address on an interface of its own. */
  podAt(ip: string): Pod | undefined;
  nodeAt(ip: string): Node | undefined;
  /** Pods with hostNetwork on this node. */
  hostPods(node: string): Iterable<Pod>;
}

class Index implements Addresses {
  readonly #pods = new Buckets<Pod>();
  readonly #nodes = new Buckets<Node>();
  readonly #hostPods = new Buckets<Pod>();

  podAt(ip: string): Pod | undefined {
    return this.#pods.first(canonical(ip));
  }

  nodeAt(ip: string): Node | undefined {
    return this.#nodes.first(canonical(ip));
  }

  hostPods(node: string): Iterable<Pod> {
    return this.#hostPods.all(node);
  }

  add(object: Pod | Node): void {
    const key = keyOf(object);
    if (isNode(object)) for (const ip of nodeIPs(object)) this.#nodes.set(canonical(ip), key, object);
    else if (onHostNetwork(object)) this.#hostPods.set(object.spec.nodeName ?? '', key, object);
    else for (const ip of podIPs(object)) this.#pods.set(ip, key, object);
  }

  remove(object: Pod | Node): void {
    const key = keyOf(object);
    if (isNode(object)) for (const ip of nodeIPs(object)) this.#nodes.delete(canonical(ip), key);
    else if (onHostNetwork(object)) this.#hostPods.delete(object.spec.nodeName ?? '', key);
    else for (const ip of podIPs(object)) this.#pods.delete(ip, key);
  }
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
