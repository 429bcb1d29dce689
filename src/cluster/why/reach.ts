// Which Pod reaches which port of which Service: all ways of each pair, by name, as the Pod's own resolver would find it.
import type { Pod, Service } from '../../model/generated/api.js';
import type { Packet, Trace } from '../../model/packet.js';
import type { ReachResult, Reached } from '../../model/why.js';
import { hasNetwork, type Net } from '../../network/net.js';
import { resolvConf } from '../../network/resolver.js';
import { runtimeOf } from '../../network/runtime.js';
import { ways } from '../../network/ways.js';
import { type Source, sourceOf } from './send.js';

type Column = ReachResult['columns'][number] & { readonly host: string };

/** `namespace` absent: of all namespaces. */
export function reach(net: Net, namespace: string | undefined): ReachResult {
  const { reader } = net;
  const options = namespace === undefined ? {} : { namespace };
  const columns = reader.list('Service', options).flatMap((s) => columnsOf(net, s));
  const pods = reader.list('Pod', options).filter((p) => hasNetwork(p) && runtimeOf(reader, p)?.ips[0] !== undefined);
  const names = new Names(net);
  const rows = pods.map((pod) => {
    const source = sourceOf(net, { kind: 'pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name });
    return {
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      cells: columns.map((c) => cell(net, source.from, names.addresses(pod, source, c.host), c)),
    };
  });
  return { kind: 'ReachResult', columns: columns.map(({ host: _host, ...column }) => column), rows };
}

const columnsOf = (net: Net, { metadata, spec }: Service): Column[] =>
  (spec.ports ?? []).map((p) => ({
    namespace: metadata.namespace ?? '',
    service: metadata.name,
    port: p.port,
    protocol: p.protocol ?? 'TCP',
    host: `${metadata.name}.${metadata.namespace}.svc.${net.config.clusterDomain}.`,
  }));

/** What Pods find by names: every Pod asks its nameservers whether they answer, and those that do are asked each name once. */
class Names {
  readonly #answers = new Map<string, readonly string[]>();
  readonly #servers = new Map<string, string>();

  constructor(private readonly net: Net) {}

  addresses(pod: Pod, source: Source, host: string): readonly string[] {
    const server = this.#serverOf(pod, source);
    if (server === undefined) return [];
    const key = `${server} ${host}`;
    let known = this.#answers.get(key);
    if (!known) {
      known = source
        .wire(
          () => 0,
          () => undefined,
        )
        .lookup(host).addresses;
      this.#answers.set(key, known);
    }
    return known;
  }

  /** The Pod's nameserver; undefined when none of the ways to it arrives. */
  #serverOf(pod: Pod, { from }: Source): string | undefined {
    const key = pod.metadata.uid ?? '';
    let server = this.#servers.get(key);
    if (server === undefined) {
      const [to = ''] = resolvConf(this.net.config, pod).nameservers;
      const isHeard = ways(this.net, { from, to, port: 53, protocol: 'UDP' }).some((t) => t.outcome === 'ok');
      server = isHeard ? to : '';
      this.#servers.set(key, server);
    }
    return server === '' ? undefined : server;
  }
}

function cell(net: Net, from: Packet['from'], addresses: readonly string[], { port, protocol }: Column): Reached {
  const all = addresses.flatMap((to) => ways(net, { from, to, port, protocol: protocol as Packet['protocol'] }));
  if (all.length === 0) return { outcome: 'nxdomain', ok: 0, of: 0 };
  const ok = all.filter((t) => t.outcome === 'ok').length;
  if (ok > 0) return { outcome: ok === all.length ? 'ok' : 'partial', ok, of: all.length };
  return { outcome: outcomes[(all[0] as Trace).outcome], ok, of: all.length };
}

const outcomes: Readonly<Record<Trace['outcome'], Reached['outcome']>> = {
  ok: 'ok',
  refused: 'refused',
  reset: 'refused',
  timeout: 'timeout',
  unreachable: 'unreachable',
  nxdomain: 'nxdomain',
  servfail: 'nxdomain',
};
