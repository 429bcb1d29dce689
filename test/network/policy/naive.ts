// A second evaluator of NetworkPolicies, for the law that both agree: written from the API's documentation, without any part of src. It
// spells out every (sender, receiver, protocol, port) that a policy allows, and asks whether a packet is among them.
export interface NaivePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  /** One of each family. */
  readonly ips: readonly string[];
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

/** An IPv6 address here is four groups, "::" and one group. */
function bits(ip: string): string {
  if (!ip.includes(':'))
    return ip
      .split('.')
      .map((n) => Number(n).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail] = ip.split('::');
  const groups = [...head.split(':'), '0', '0', '0', '0', '0', '0', '0'].slice(0, 7);
  return [...groups, tail || '0'].map((g) => Number.parseInt(g, 16).toString(2).padStart(16, '0')).join('');
}

const known = new Map<string, string>();

function bitsOf(ip: string): string {
  const found = known.get(ip) ?? bits(ip);
  known.set(ip, found);
  return found;
}

const isFour = (ip: string): boolean => !ip.includes(':');

function inRange(ip: string, cidr: string): boolean {
  const [base = '', length] = cidr.split('/');
  return isFour(ip) === isFour(base) && bitsOf(ip).startsWith(bitsOf(base).slice(0, Number(length)));
}

type End = { ip: string; pod?: NaivePod };

const ends = (world: NaiveWorld): End[] => [
  ...world.pods.filter((p) => !p.host).flatMap((pod) => pod.ips.map((ip) => ({ ip, pod }))),
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

interface Sets {
  readonly blockedIn: Set<string>;
  readonly blockedOut: Set<string>;
  readonly letIn: Set<string>;
  readonly letOut: Set<string>;
}

/** What one policy says of one address of one Pod that it selects. */
function addRules(
  world: NaiveWorld,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  { metadata, spec, types, pod, mine }: { metadata: any; spec: any; types: string[]; pod: NaivePod; mine: string },
  sets: Sets,
): void {
  if (types.includes('Ingress')) {
    sets.blockedIn.add(mine);
    for (const { from, ports } of spec.ingress ?? [])
      for (const ip of meant(world, metadata.namespace, from))
        for (const o of open(world, ports, pod)) sets.letIn.add(`${ip} ${mine} ${o}`);
  }
  if (types.includes('Egress')) {
    sets.blockedOut.add(mine);
    for (const { to, ports } of spec.egress ?? [])
      for (const ip of meant(world, metadata.namespace, to)) {
        const receiver = world.pods.find((p) => !p.host && p.ips.includes(ip));
        for (const o of open(world, ports, receiver)) sets.letOut.add(`${mine} ${ip} ${o}`);
      }
  }
}

/** Whether a packet between two addresses to "protocol/port" is among those that policies allow. */
export function allowedPackets(world: NaiveWorld): (from: string, to: string, open: string) => boolean {
  const sets: Sets = { blockedIn: new Set(), blockedOut: new Set(), letIn: new Set(), letOut: new Set() };
  for (const { metadata, spec } of world.policies) {
    const types: string[] = spec.policyTypes?.length ? spec.policyTypes : spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
    const own = world.pods.filter((p) => !p.host && p.namespace === metadata.namespace && selected(spec.podSelector ?? {}, p.labels));
    for (const pod of own) for (const mine of pod.ips) addRules(world, { metadata, spec, types, pod, mine }, sets);
  }
  return (from, to, open) => {
    const packet = `${from} ${to} ${open}`;
    const nodeOf = (ip: string): string | undefined => world.strangers.find((s) => s.ip === ip)?.node;
    const homeOf = (ip: string): string | undefined => world.pods.find((p) => !p.host && p.ips.includes(ip))?.node;
    // Between a Pod and the node it is on nothing is ever stopped.
    const atHome = (a: string, b: string): boolean => nodeOf(a) !== undefined && nodeOf(a) === homeOf(b);
    const out = !sets.blockedOut.has(from) || sets.letOut.has(packet);
    const into = !sets.blockedIn.has(to) || sets.letIn.has(packet);
    return from === to || atHome(from, to) || atHome(to, from) || (out && into);
  };
}
