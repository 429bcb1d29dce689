// The rules that a node's kube-proxy writes in iptables mode. Each Service's are made once and kept until it, its slices or what they depend on
// of the node changes; printers and walkers see the very same objects.
import type { IPFamily } from '../../../lib/ip.js';
import type { ProxyNode } from '../node.js';
import { proxyPorts } from '../port.js';
import type { ProxiedService } from '../service-table.js';
import { builtIn, frame } from './frame.js';
import { type Chains, ChainWriter, type Part, type Rule, type Ruleset, type TableName } from './rule.js';
import { writePort } from './service.js';

/** Of one family on nodes that are alike: the rules that are there without any Service, and what each Service adds. */
interface Built {
  readonly frame: Part;
  readonly parts: WeakMap<ProxiedService, Part>;
}

const builtByKey = new Map<string, Built>();
const builtByNode: Readonly<Record<IPFamily, WeakMap<ProxyNode, Built>>> = { IPv4: new WeakMap(), IPv6: new WeakMap() };

/** All of a node that rules of one family depend on. */
function keyOf(node: ProxyNode, family: IPFamily): string {
  return [family, node.name, node.zone, node.ips, node.gateways, node.podCIDRs, JSON.stringify(node.settings)].join(' ');
}

function builtFor(node: ProxyNode, family: IPFamily): Built {
  let built = builtByNode[family].get(node);
  if (built) return built;
  const key = keyOf(node, family);
  built = builtByKey.get(key) ?? { frame: frame(node, family), parts: new WeakMap() };
  builtByKey.set(key, built);
  builtByNode[family].set(node, built);
  return built;
}

export const frameOf = (node: ProxyNode, family: IPFamily): Part => builtFor(node, family).frame;

/** What one Service adds to the rules of a node. */
export function partOf(node: ProxyNode, family: IPFamily, entry: ProxiedService): Part {
  const { parts } = builtFor(node, family);
  let part = parts.get(entry);
  if (!part) {
    const out = new ChainWriter();
    for (const port of proxyPorts(entry, family)) writePort(node, family, port, out);
    part = out.tables;
    parts.set(entry, part);
  }
  return part;
}

/** Above so many endpoints, their rules are written without comments. */
const largestCommented = 1000;

const endpointsIn = (services: readonly ProxiedService[], family: IPFamily): number =>
  services.flatMap((entry) => proxyPorts(entry, family)).reduce((sum, port) => sum + port.endpoints.length, 0);

const uncommented = (rule: Rule): Rule =>
  rule.about?.endpoint ? { ...rule, matches: rule.matches.filter((m) => m.kind !== 'comment') } : rule;

const withoutComments = (part: Part): Part => ({
  ...part,
  nat: new Map([...part.nat].map(([chain, rules]) => [chain, rules.map(uncommented)])),
});

/** The rules that are there for these Services. */
export function ruleset(node: ProxyNode, family: IPFamily, services: readonly ProxiedService[] = node.table.all()): Ruleset {
  const own = services.map((entry) => partOf(node, family, entry));
  const parts = [...(endpointsIn(services, family) > largestCommented ? own.map(withoutComments) : own), frameOf(node, family)];
  const gone = (table: TableName): boolean => node.flushed?.includes(`${family} ${table}`) ?? false;
  const left = (part: Part, table: TableName): Chains => (gone(table) ? new Map([...part[table].keys()].map((c) => [c, []])) : part[table]);
  return {
    ipv6: family === 'IPv6',
    parts: node.flushed ? parts.map((p) => ({ nat: left(p, 'nat'), filter: left(p, 'filter'), mangle: left(p, 'mangle') })) : parts,
  };
}

/** All rules of a chain, in the order in which packets meet them. */
export function rulesIn({ parts: all }: Pick<Ruleset, 'parts'>, table: TableName, chain: string): readonly Rule[] {
  let found: readonly Rule[] | undefined;
  for (const part of all) {
    const rules = part[table].get(chain);
    if (!rules || rules.length === 0) continue;
    found = found ? [...found, ...rules] : rules;
  }
  return found ?? [];
}

/** Tables that nobody wrote to. */
export function emptyRuleset(family: IPFamily): Ruleset {
  const none = (table: TableName): Chains => new Map(builtIn[table].map((name) => [name, []]));
  return { ipv6: family === 'IPv6', parts: [{ nat: none('nat'), filter: none('filter'), mangle: none('mangle') }] };
}
