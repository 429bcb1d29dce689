// A small world in memory for tests of the network: objects put and taken away, views kept in step, no controllers. kindnet runs on every node.
import type { Change } from '../../../src/model/change.js';
import type { ClusterConfig } from '../../../src/model/config.js';
import type { Node, Pod } from '../../../src/model/generated/api.js';
import { groupKindOf, keyOf, type KubeObject } from '../../../src/model/object.js';
import type { Reader } from '../../../src/model/store.js';
import type { Net } from '../../../src/network/net.js';
import { Views } from '../../../src/store/views.js';

const config: ClusterConfig = {
  version: 'v1.36.3',
  clock: 'virtual',
  seed: 1,
  clusterDomain: 'cluster.local',
  serviceCIDRs: ['10.96.0.0/12'],
  podCIDRs: ['10.244.0.0/16'],
};

export class World {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #views = new Views();
  #rev = 0;

  readonly reader: Reader = {
    get: (kind, ns, name) => this.#objects.get(kind)?.get(ns ? `${ns}/${name}` : name) as never,
    list: (kind, options) =>
      [...(this.#objects.get(kind)?.values() ?? [])].filter(
        (o) => options?.namespace === undefined || o.metadata.namespace === options.namespace,
      ) as never,
    selecting: () => [],
    ownedBy: () => [],
    state: () => undefined,
    view: (view) => this.#views.get(view, this.reader),
  };

  readonly net: Net = { reader: this.reader, config, now: () => 0, pick: () => 0 };

  put(object: KubeObject): void {
    const kind = groupKindOf(object);
    const all = this.#objects.get(kind) ?? new Map<string, KubeObject>();
    this.#objects.set(kind, all);
    const old = all.get(keyOf(object));
    all.set(keyOf(object), object);
    this.#tell(old ? { rev: ++this.#rev, type: 'MODIFIED', kind, object, old } : { rev: ++this.#rev, type: 'ADDED', kind, object });
  }

  remove(kind: string, key: string): void {
    const old = this.#objects.get(kind)?.get(key);
    if (!old) throw new Error(`no ${kind} ${key}`);
    this.#objects.get(kind)?.delete(key);
    this.#tell({ rev: ++this.#rev, type: 'DELETED', kind, object: old, old });
  }

  #tell(change: Change): void {
    this.#views.apply(change);
  }

  /** A node with its kindnet Pod, or with flannel, which knows no policies. */
  node(name: string, ips: readonly string[], cni: 'kindnetd' | 'flannel' = 'kindnetd'): void {
    const node: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      spec: {},
      status: {
        addresses: ips.map((address) => ({
          type: 'InternalIP',
          address,
        })),
      },
    };
    this.put(node);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${cni}-${name}`,
        namespace: 'kube-system',
      },
      spec: {
        hostNetwork: true,
        nodeName: name,
        containers: [],
      },
      status: {
        phase: 'Running',
        podIP: ips[0],
        podIPs: ips.map((ip) => ({ ip })),
        hostIP: ips[0],
        containerStatuses: [
          {
            name: 'cni',
            image: `docker.io/kindest/${cni}:v1`,
            state: { running: {} },
          },
        ],
      },
    };
    this.put(pod as unknown as Pod);
  }
}
