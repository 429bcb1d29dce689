// Law: over generated clusters the engine and a second, naive evaluator agree on every packet, also after policies, labels and Pods have changed.
// LAW_RUNS=10000 for the long run, LAW_SEED for another one.
import { expect, test } from 'vitest';
import { networkPolicy } from '../../../src/kinds/network-policy/index.js';
import type { NetworkPolicy, Pod } from '../../../src/model/generated/api.js';
import type { Endpoint, Hop, Packet } from '../../../src/model/packet.js';
import { walk } from '../../../src/network/path.js';
import { allowedPackets, type NaivePod, type NaiveWorld } from './naive.js';
import { World } from './world.js';

const runs = Number(process.env.LAW_RUNS ?? 60);
const seed = Number(process.env.LAW_SEED ?? 20261121);

class Chance {
  #state: number;

  constructor(state: number) {
    this.#state = state;
  }

  /** An integer in [0, n). */
  n(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  }

  one<T>(list: readonly T[]): T {
    return list[this.n(list.length)] as T;
  }

  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.n(most + 1) }, make);
  }
}

const protocols = ['TCP', 'UDP', 'SCTP'];
const ports = [53, 80, 81, 8080];
const keys = ['app', 'tier'];
const values = ['a', 'b', 'c'];
const namespaces = ['red', 'green', 'blue'];
const names = ['http', 'dns'];

const labels = (c: Chance): Record<string, string> => Object.fromEntries(keys.flatMap((k) => (c.n(3) > 0 ? [[k, c.one(values)]] : [])));

function selector(c: Chance): object {
  const kind = c.n(6);
  if (kind === 0) return {};
  if (kind < 4) return { matchLabels: { [c.one(keys)]: c.one(values) } };
  const operator = c.one(['In', 'NotIn', 'Exists', 'DoesNotExist']);
  const of = operator.endsWith('In') ? { values: [c.one(values), c.one(values)] } : {};
  return {
    matchExpressions: [{ key: c.one(keys), operator, ...of }],
    ...(c.n(3) === 0 && { matchLabels: { [c.one(keys)]: c.one(values) } }),
  };
}

const ranges = [
  '::/0',
  'fd00:10:244:1::0/64',
  'fd00:172:30:1::64/128',
  '0.0.0.0/0',
  '10.244.0.0/16',
  '10.244.1.0/24',
  '10.244.0.2/32',
  '172.30.1.0/24',
  '172.30.1.100/32',
  '192.168.0.0/16',
];

function peer(c: Chance): object {
  switch (c.n(4)) {
    case 0:
      return { podSelector: selector(c) };
    case 1:
      return { namespaceSelector: selector(c) };
    case 2:
      return { podSelector: selector(c), namespaceSelector: selector(c) };
    default: {
      const except = c.some(2, () => c.one(ranges));
      return { ipBlock: { cidr: c.one(ranges), ...(except.length > 0 && { except }) } };
    }
  }
}

function port(c: Chance): object {
  const protocol = c.n(3) === 0 ? {} : { protocol: c.one(protocols) };
  const kind = c.n(6);
  if (kind === 0) return protocol;
  if (kind === 1) return { ...protocol, port: c.one(names) };
  if (kind === 2) return { ...protocol, port: 80, endPort: c.one([80, 81, 9000]) };
  return { ...protocol, port: c.one(ports) };
}

function policy(c: Chance, name: string): NetworkPolicy {
  const list = (make: () => object): object => (c.n(4) === 0 ? {} : { list: c.some(2, make) });
  const rule = (side: string) => (): object => {
    const peers = list(() => peer(c)) as { list?: object[] };
    const open = list(() => port(c)) as { list?: object[] };
    return { ...(peers.list && { [side]: peers.list }), ...(open.list && { ports: open.list }) };
  };
  const types = c.one([undefined, [], ['Ingress'], ['Egress'], ['Ingress', 'Egress']]);
  const spec = {
    podSelector: c.n(3) === 0 ? {} : selector(c),
    ...(types && { policyTypes: types }),
    ...(c.n(4) > 0 && { ingress: c.some(3, rule('from')) }),
    ...(c.n(3) > 0 && { egress: c.some(3, rule('to')) }),
  };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: c.one(namespaces) }, spec };
}

const nodes = [
  { ips: ['172.30.1.2', 'fd00:172:30:1::2'], node: 'n0' },
  { ips: ['172.30.1.3', 'fd00:172:30:1::3'], node: 'n1' },
];
const outside = { ips: ['172.30.1.100', 'fd00:172:30:1::64'], node: undefined };

function pod(c: Chance, i: number): NaivePod {
  const node = c.n(2);
  const host = c.n(8) === 0;
  return {
    namespace: c.one(namespaces),
    name: `p${i}`,
    labels: labels(c),
    node: `n${node}`,
    host,
    ips: host ? (nodes[node]?.ips ?? []) : [`10.244.${node}.${i + 2}`, `fd00:10:244:${node}::${i + 2}`],
    ports: c.some(3, () => ({
      name: c.one(names),
      number: c.one(ports),
      protocol: c.one(protocols),
    })),
  };
}

const podObject = ({ namespace, name, labels, ips, node, host, ports }: NaivePod): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels,
    },
    spec: {
      nodeName: node,
      ...(host && { hostNetwork: true }),
      containers: [
        {
          name: 'c',
          ports: ports.map((p) => ({
            name: p.name,
            containerPort: p.number,
            protocol: p.protocol,
          })),
        },
      ],
    },
    status: {
      phase: 'Running',
      podIP: ips[0],
      podIPs: ips.map((ip) => ({ ip })),
    },
  }) as Pod;

/** What is generated, and how it comes into the world that the engine sees. */
class Cluster {
  readonly world = new World();
  readonly model = {
    namespaces: {},
    pods: [],
    strangers: [...nodes, outside].flatMap(({ ips, node }) => ips.map((ip) => ({ ip, ...(node && { node }) }))),
    policies: [],
    protocols,
    ports,
  } as {
    -readonly [K in keyof NaiveWorld]: NaiveWorld[K];
  };
  readonly #c: Chance;

  constructor(c: Chance) {
    this.#c = c;
    for (const { ips, node } of nodes) this.world.node(node, ips);
    for (const name of namespaces) this.label(name);
    for (let i = 0, most = 3 + c.n(5); i < most; i++) this.pod(pod(c, i));
    for (let i = 0, most = c.n(12); i < most; i++) this.policy(policy(c, `np${i}`));
  }

  label(name: string): void {
    const own = labels(this.#c);
    this.model.namespaces = { ...this.model.namespaces, [name]: own };
    this.world.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: own } });
  }

  pod(p: NaivePod): void {
    this.model.pods = [...this.model.pods.filter((o) => o.name !== p.name), p];
    this.world.put(podObject(p));
  }

  policy(p: NetworkPolicy): void {
    this.model.policies = [...this.model.policies, p];
    const stored = structuredClone(p);
    networkPolicy.defaults?.(stored);
    this.world.put(stored);
  }

  change(): void {
    const c = this.#c;
    const old = c.one(this.model.policies) as NetworkPolicy | undefined;
    const p = c.one(this.model.pods) as NaivePod;
    if (c.n(4) === 0) this.label(c.one(namespaces));
    else if (c.n(3) === 0) this.pod({ ...p, labels: labels(c) });
    else if (old && c.n(2) === 0) {
      this.model.policies = this.model.policies.filter((o) => o !== old);
      this.world.remove('NetworkPolicy.networking.k8s.io', `${old.metadata.namespace}/${old.metadata.name}`);
    } else this.policy(policy(c, `new${this.model.policies.length}x${c.n(1000000)}`));
  }
}

function sender({ pods }: NaiveWorld, c: Chance): Endpoint {
  const i = c.n(pods.length + 3);
  const p = pods[i];
  if (p && !p.host) return { kind: 'pod', namespace: p.namespace, name: p.name, ip: p.ips[0] as string, ips: p.ips, node: p.node };
  // A machine beside the cluster that has a way to Pods stands for all that comes from outside.
  const { node, ips } = (p ? nodes.find((n) => n.node === p.node) : nodes[i - pods.length]) ?? { ...outside, node: 'elsewhere' };
  return { kind: 'node', name: node, ip: ips[0] as string, ips, node };
}

/** Why a hop is not one that a user could act on; undefined when it is. */
function unhelpful(hop: Hop | undefined): Hop | undefined | string {
  const told = hop?.object?.startsWith('NetworkPolicy ') && /^spec\.(in|e)gress/.test(hop?.field ?? '');
  return told && /^policy-(in|e)gress$/.test(hop?.cause ?? '') ? undefined : (hop ?? 'no hop');
}

/** Where both do not agree. No process runs in this world: what arrives is refused. */
function disagreements({ world, model }: Cluster, c: Chance, counts: Record<string, number>): unknown[] {
  const allowed = allowedPackets(model);
  return Array.from({ length: 40 }, () => {
    const from = sender(model, c);
    const family = c.n(3) === 0 ? 1 : 0;
    const to = (c.n(6) === 0 ? c.one(nodes) : (c.one(model.pods) as NaivePod)).ips[family] as string;
    const packet = { from, to, port: c.one(ports), protocol: c.one(protocols) as Packet['protocol'] };
    const { outcome, hops } = walk(world.net, packet);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    const told = `${from.ips?.[family]} ${to} ${packet.protocol}/${packet.port}`;
    const wanted = allowed(from.ips?.[family] ?? '', to, `${packet.protocol}/${packet.port}`) ? 'refused' : 'timeout';
    if (outcome !== wanted) return { told, outcome, hops };
    return outcome === 'timeout' ? unhelpful(hops.at(-1)) : undefined;
  }).filter((d) => d !== undefined);
}

test(`${runs} clusters, seed ${seed}`, () => {
  const counts: Record<string, number> = {};
  for (let run = 0; run < runs; run++) {
    const c = new Chance(seed + run);
    const cluster = new Cluster(c);
    const before = disagreements(cluster, c, counts);
    for (let i = 0; i < 3; i++) cluster.change();
    expect({ run, before, after: disagreements(cluster, c, counts) }).toEqual({ run, before: [], after: [] });
  }
  console.log(`policy law: ${runs} clusters, seed ${seed}, packets: ${JSON.stringify(counts)}`);
});
