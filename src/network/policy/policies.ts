// The NetworkPolicies of a cluster, ready to be asked which of them isolate a Pod. An index that follows every write; what a Pod is selected by
// is looked up once for each version of it and of its namespace's policies.
import type { NetworkPolicy, Pod } from '../../model/generated/api.js';
import { matches } from '../../model/selector.js';
import type { Reader, View } from '../../model/store.js';
import { compile, type Direction, type Policy } from './compile.js';

/** By direction, the policies that isolate a Pod: none means that everything is allowed. */
export type Isolation = Readonly<Record<Direction, readonly Policy[]>>;

const free: Isolation = { ingress: [], egress: [] };

interface Bucket {
  readonly policies: Map<string, Policy>;
  memo: WeakMap<Pod, Isolation>;
}

export class Policies {
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
