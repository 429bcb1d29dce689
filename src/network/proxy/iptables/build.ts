// The rules that a node's kube-proxy writes in iptables mode. Each Service's are made once and kept until it, its slices or what they depend on
// of the node changes; printers and walkers see the very same objects.
import type { IPFamily } from '../../../lib/ip.js';
import { type ProxyNode, primaryIP } from '../node.js';
import { proxyPorts } from '../port.js';
import type { ProxiedService } from '../service-table.js';
import { builtIn, frame } from './frame.js';
import { type Chains, ChainWriter, type Part, type Rule, type Ruleset, type TableName } from './rule.js';
import { writePort } from './service.js';

const parts = new WeakMap<ProxiedService, Map<string, Part>>();
const frames = new Map<string, Part>();

/** All of a node that rules of one family depend on. */
export const nodeKey = (node: ProxyNode, family: IPFamily): string => {
  const { clusterCIDRs, masqueradeAll, localhostNodePorts } = node.settings;
  return `${family} ${node.name} ${node.zone ?? ''} ${primaryIP(node, family) ?? ''} ${clusterCIDRs.join()} ${masqueradeAll} ${localhostNodePorts}`;
};

/** What one Service adds to the rules of a node. */
export function partOf(node: ProxyNode, family: IPFamily, entry: ProxiedService, key: string): Part {
  let kept = parts.get(entry);
  if (!kept) {
    kept = new Map();
    parts.set(entry, kept);
  }
  let part = kept.get(key);
  if (!part) {
    const out = new ChainWriter();
    for (const port of proxyPorts(entry, family)) writePort(node, family, port, out);
    part = out.tables;
    kept.set(key, part);
  }
  return part;
}

export function frameOf(node: ProxyNode, family: IPFamily): Part {
  const key = `${family} ${node.ips.join()} ${node.settings.localhostNodePorts} ${node.settings.nodePortAddresses.join()}`;
  let part = frames.get(key);
  if (!part) {
    part = frame(node, family);
    frames.set(key, part);
  }
  return part;
}

/** The rules that are there for these Services. */
export function ruleset(node: ProxyNode, family: IPFamily, services: readonly ProxiedService[] = node.table.all()): Ruleset {
  const key = nodeKey(node, family);
  const parts = [...services.map((entry) => partOf(node, family, entry, key)), frameOf(node, family)];
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
