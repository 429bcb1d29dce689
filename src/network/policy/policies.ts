// The NetworkPolicies of a cluster, ready to be asked which of them isolate a Pod. An index that follows every write; what a Pod is selected by
// is looked up once for each version of it and of its namespace's policies.
import { type CIDR, parseCIDR } from '../../lib/ip.js';
import type { IPBlock, LabelSelector, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Pod } from '../../model/generated/api.js';
import { fromLabelSelector, matches, type Requirement } from '../../model/selector.js';
import type { Reader, View } from '../../model/store.js';

export type Direction = 'ingress' | 'egress';

/** A NetworkPolicy as a node looks at it: selectors and address blocks parsed, rules of both directions of one shape, each with its field. */
export interface Policy {
  readonly namespace: string;
  readonly name: string;
  readonly selects: readonly Requirement[];
  /** The rules of a direction; undefined when the policy does not isolate for it. */
  readonly ingress: readonly Rule[] | undefined;
  readonly egress: readonly Rule[] | undefined;
}

/** One item of spec.ingress or spec.egress: an allowed port (any when empty) of an allowed peer (any when empty). */
export interface Rule {
  /** "spec.ingress[0]" */
  readonly field: string;
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly Peer[];
}

export interface Peer {
  /** "spec.ingress[0].from[0]" */
  readonly field: string;
  readonly pods: readonly Requirement[] | undefined;
  readonly namespaces: readonly Requirement[] | undefined;
  readonly block: Block | undefined;
}

export interface Block {
  readonly cidr: CIDR;
  readonly except: readonly CIDR[];
  readonly text: IPBlock;
}

export const policyName = (p: Policy): string => `NetworkPolicy ${p.namespace}/${p.name}`;

function compile({ metadata, spec }: NetworkPolicy): Policy {
  const types = spec.policyTypes ?? [];
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    selects: fromLabelSelector(spec.podSelector ?? {}),
    ingress: types.includes('Ingress')
      ? (spec.ingress ?? []).map(({ ports, from }, i) => rule(`spec.ingress[${i}]`, ports, 'from', from))
      : undefined,
    egress: types.includes('Egress')
      ? (spec.egress ?? []).map(({ ports, to }, i) => rule(`spec.egress[${i}]`, ports, 'to', to))
      : undefined,
  };
}

const rule = (
  field: string,
  ports: readonly NetworkPolicyPort[] | undefined,
  side: 'from' | 'to',
  peers: readonly NetworkPolicyPeer[] | undefined,
): Rule => ({ field, ports: ports ?? [], peers: (peers ?? []).map((p, i) => peer(`${field}.${side}[${i}]`, p)) });

const requirements = (selector: LabelSelector | undefined): Requirement[] | undefined => selector && fromLabelSelector(selector);

const peer = (field: string, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): Peer => ({
  field,
  pods: requirements(podSelector),
  namespaces: requirements(namespaceSelector),
  block: ipBlock && block(ipBlock),
});

function block(text: IPBlock): Block | undefined {
  const cidr = parseCIDR(text.cidr);
  return cidr && { cidr, except: (text.except ?? []).flatMap((e) => parseCIDR(e) ?? []), text };
}

/** By direction, the policies that isolate a Pod: none means that everything is allowed. */
type Isolation = Readonly<Record<Direction, readonly Policy[]>>;

const free: Isolation = { ingress: [], egress: [] };

interface Bucket {
  readonly policies: Map<string, Policy>;
  memo: WeakMap<Pod, Isolation>;
}

class Policies {
  readonly #byNamespace = new Map<string, Bucket>();

  get isEmpty(): boolean {
    return this.#byNamespace.size === 0;
  }

  isolation(pod: Pod): Isolation {
    const bucket = this.#byNamespace.get(pod.metadata.namespace ?? '');
    if (!bucket) return free;
    let known = bucket.memo.get(pod);
    if (!known) {
      const selecting = [...bucket.policies.values()]
        .filter((p) => matches(p.selects, pod.metadata.labels))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      known = { ingress: selecting.filter((p) => p.ingress), egress: selecting.filter((p) => p.egress) };
      bucket.memo.set(pod, known);
    }
    return known;
  }

  put(policy: NetworkPolicy): void {
    const compiled = compile(policy);
    const bucket = this.#byNamespace.get(compiled.namespace);
    if (!bucket) this.#byNamespace.set(compiled.namespace, { policies: new Map([[compiled.name, compiled]]), memo: new WeakMap() });
    else {
      bucket.policies.set(compiled.name, compiled);
      bucket.memo = new WeakMap();
    }
  }

  remove({ metadata }: NetworkPolicy): void {
    const namespace = metadata.namespace ?? '';
    const bucket = this.#byNamespace.get(namespace);
    if (!bucket) return;
    bucket.policies.delete(metadata.name);
    bucket.memo = new WeakMap();
    if (bucket.policies.size === 0) this.#byNamespace.delete(namespace);
  }
}

const kind = 'NetworkPolicy.networking.k8s.io';

const view: View<Policies> = {
  kinds: [kind],
  make(reader) {
    const index = new Policies();
    for (const policy of reader.list(kind)) index.put(policy);
    return index;
  },
  apply(index, { type, object }) {
    if (type === 'DELETED') index.remove(object as unknown as NetworkPolicy);
    else index.put(object as unknown as NetworkPolicy);
  },
};

export const policies = (reader: Reader): Policies => reader.view(view);
