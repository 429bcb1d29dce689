// A second evaluator of NetworkPolicies, for the law that both agree: written from the API's documentation, without any part of src. It knows no
// single packet: it spells out every (sender, receiver, protocol, port) that a policy allows, and asks whether a packet is among them.
export interface NaivePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly ip: string;
  readonly node: string;
  readonly host: boolean;
  readonly ports: readonly { name: string; number: number; protocol: string }[];
}

export interface NaiveWorld {
  readonly namespaces: Record<string, Record<string, string>>;
  readonly pods: readonly NaivePod[];
  /** Addresses of nodes and of machines outside. */
  readonly strangers: readonly { ip: string; node?: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: manifests as they were written
  readonly policies: readonly any[];
  readonly protocols: readonly string[];
  readonly ports: readonly number[];
}

interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

function selected({ matchLabels, matchExpressions }: Selector, labels: Record<string, string>): boolean {
  for (const key in matchLabels) if (labels[key] !== matchLabels[key]) return false;
  for (const { key, operator, values = [] } of matchExpressions ?? []) {
    const there = key in labels;
    const among = there && values.indexOf(labels[key] as string) >= 0;
    if (operator === 'In' && !among) return false;
    if (operator === 'NotIn' && among) return false;
    if (operator === 'Exists' && !there) return false;
    if (operator === 'DoesNotExist' && there) return false;
  }
  return true;
}

const bitsOf = (ip: string): string =>
  ip
    .split('.')
    .map((n) => Number(n).toString(2).padStart(8, '0'))
    .join('');

function inRange(ip: string, cidr: string): boolean {
  const [base = '', length] = cidr.split('/');
  return bitsOf(ip).startsWith(bitsOf(base).slice(0, Number(length)));
}

type End = { ip: string; pod?: NaivePod };

const ends = (world: NaiveWorld): End[] => [
  ...world.pods.filter((p) => !p.host).map((pod) => ({ ip: pod.ip, pod })),
  ...world.strangers.map(({ ip }) => ({ ip })),
];

/** Everybody a list of peers means; an absent or empty list means everybody. */
function meant(world: NaiveWorld, policyNamespace: string, peers: readonly Record<string, unknown>[] | undefined): Set<string> {
  const all = ends(world);
  if (!peers || peers.length === 0) return new Set(all.map((e) => e.ip));
  const found = new Set<string>();
  for (const { podSelector, namespaceSelector, ipBlock } of peers) {
    for (const { ip, pod } of all) {
      if (ipBlock) {
        const { cidr, except = [] } = ipBlock as { cidr: string; except?: string[] };
        if (inRange(ip, cidr) && except.filter((e) => inRange(ip, e)).length === 0) found.add(ip);
      } else if (pod) {
        const home = namespaceSelector
          ? selected(namespaceSelector, world.namespaces[pod.namespace] as Record<string, string>)
          : pod.namespace === policyNamespace;
        if (home && (!podSelector || selected(podSelector, pod.labels))) found.add(ip);
      }
    }
  }
  return found;
}

/** The "protocol/number" that a list of ports means on a receiver. */
function open(
  world: NaiveWorld,
  ports: readonly { port?: number | string; endPort?: number; protocol?: string }[] | undefined,
  receiver: NaivePod | undefined,
): Set<string> {
  const found = new Set<string>();
  const add = (protocol: string, test: (n: number) => boolean): void => {
    for (const n of world.ports) if (test(n)) found.add(`${protocol}/${n}`);
  };
  if (!ports || ports.length === 0) for (const protocol of world.protocols) add(protocol, () => true);
  for (const { port, endPort, protocol = 'TCP' } of ports ?? []) {
    if (port === undefined) add(protocol, () => true);
    else if (typeof port === 'string') {
      for (const p of receiver?.ports ?? []) if (p.name === port && p.protocol === protocol) found.add(`${protocol}/${p.number}`);
    } else add(protocol, (n) => n >= port && n <= (endPort ?? port));
  }
  return found;
}

/** Every packet between two addresses that policies allow, as "from to protocol/port". */
export function allowedPackets(world: NaiveWorld): Set<string> {
  const blockedIn = new Set<string>();
  const blockedOut = new Set<string>();
  const letIn = new Set<string>();
  const letOut = new Set<string>();
  for (const { metadata, spec } of world.policies) {
    const types: string[] = spec.policyTypes?.length ? spec.policyTypes : spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
    const own = world.pods.filter((p) => !p.host && p.namespace === metadata.namespace && selected(spec.podSelector ?? {}, p.labels));
    for (const pod of own) {
      if (types.includes('Ingress')) {
        blockedIn.add(pod.ip);
        for (const { from, ports } of spec.ingress ?? [])
          for (const ip of meant(world, metadata.namespace, from))
            for (const o of open(world, ports, pod)) letIn.add(`${ip} ${pod.ip} ${o}`);
      }
      if (types.includes('Egress')) {
        blockedOut.add(pod.ip);
        for (const { to, ports } of spec.egress ?? [])
          for (const ip of meant(world, metadata.namespace, to)) {
            const receiver = world.pods.find((p) => !p.host && p.ip === ip);
            for (const o of open(world, ports, receiver)) letOut.add(`${pod.ip} ${ip} ${o}`);
          }
      }
    }
  }
  const found = new Set<string>();
  for (const from of ends(world))
    for (const to of ends(world))
      for (const protocol of world.protocols)
        for (const port of world.ports) {
          const packet = `${from.ip} ${to.ip} ${protocol}/${port}`;
          const self = from.ip === to.ip;
          // Between a Pod and the node it is on nothing is ever stopped.
          const atHome =
            world.strangers.some((s) => s.ip === from.ip && s.node !== undefined && s.node === to.pod?.node) ||
            world.strangers.some((s) => s.ip === to.ip && s.node !== undefined && s.node === from.pod?.node);
          const out = !blockedOut.has(from.ip) || letOut.has(packet);
          const into = !blockedIn.has(to.ip) || letIn.has(packet);
          if (self || atHome || (out && into)) found.add(packet);
        }
  return found;
}
