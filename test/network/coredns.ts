// A CoreDNS over objects that lie in a list: no cluster, no packets.
import type { KubeObject } from '../../src/model/object.js';
import { matches } from '../../src/model/selector.js';
import type { ListOptions, Reader, View } from '../../src/model/store.js';
import { fitted, type Message } from '../../src/network/dns/message.js';
import type { Asking } from '../../src/network/dns/plugin.js';
import { compile, type CoreDNS } from '../../src/network/dns/server.js';
import type { Net } from '../../src/network/net.js';

const kindOf = (o: KubeObject): string => (o.kind === 'EndpointSlice' ? 'EndpointSlice.discovery.k8s.io' : o.kind);

export function readerOf(objects: readonly KubeObject[]): Reader {
  const list = (kind: string, options: ListOptions = {}): KubeObject[] =>
    objects.filter(
      (o) =>
        kindOf(o) === kind &&
        (!options.namespace || o.metadata.namespace === options.namespace) &&
        matches(options.labels ?? [], o.metadata.labels),
    );
  const views = new Map<object, unknown>();
  const reader = {
    list,
    get: (kind: string, namespace: string, name: string) =>
      list(kind).find((o) => o.metadata.name === name && (o.metadata.namespace ?? '') === namespace),
    state: () => undefined,
    view: <T>(view: View<T>): T => {
      if (!views.has(view)) views.set(view, view.make(reader));
      return views.get(view) as T;
    },
  } as unknown as Reader;
  return reader;
}

/** A real one with this Corefile. */
export const corednsOf = (corefile: string, files: Record<string, string> = {}): CoreDNS =>
  compile({ path: '/etc/coredns/Corefile', files: { ...files, '/etc/coredns/Corefile': corefile }, env: [], port: 53 });

export interface Surroundings {
  readonly pick?: (n: number) => number;
  readonly now?: () => number;
  readonly client?: string;
  readonly protocol?: 'UDP' | 'TCP';
  readonly lines?: string[];
  readonly forward?: Asking['forward'];
}

/** What a client with 512 bytes of room gets. */
export function asker(reader: Reader, around: Surroundings = {}): (coredns: CoreDNS, name: string, type: string) => Message {
  const net: Net = {
    reader,
    config: { clusterDomain: 'cluster.local' } as Net['config'],
    now: around.now ?? (() => 0),
    pick: around.pick ?? (() => 0),
  };
  const memory = new Map<string, Parameters<Asking['memory']['set']>[1]>();
  return (coredns, name, type) => {
    const at = coredns.listeners[0] as CoreDNS['listeners'][number];
    const asking: Asking = {
      net,
      self: { namespace: 'kube-system', pod: 'coredns', node: 'node01', ips: ['10.244.1.2'], startedAt: 1_767_225_600_000 },
      client: { ip: around.client ?? '10.244.1.9', port: () => 40_000 },
      protocol: around.protocol ?? 'UDP',
      local: '::',
      bufferSize: 512,
      limit: () => undefined,
      edns: false,
      log: (line) => void around.lines?.push(line),
      memory: { get: (key) => memory.get(key), set: (key, value) => void memory.set(key, value) },
      lookup: (n, t) => coredns.answer(at, { name: n, type: t, recursion: true }, asking),
      forward: around.forward ?? (() => undefined),
      wait: () => undefined,
    };
    const answer = coredns.answer(at, { name, type, recursion: true }, asking);
    if (!answer) throw new Error('silent');
    return fitted(name, answer, around.protocol === 'TCP' ? 65_535 : 512, false).message;
  };
}
