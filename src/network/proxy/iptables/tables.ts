// What iptables' tables hold on a node: what its kube-proxy wrote, and, between iptables and ipvs mode, what one of the other mode left there.
import type { IPFamily } from '../../../lib/ip.js';
import { ipvsRuleset } from '../ipvs/rules.js';
import type { ProxyNode } from '../node.js';
import { emptyRuleset, ruleset } from './build.js';
import { builtIn } from './frame.js';
import { chainsOf, printRule } from './print.js';
import type { Rule, Ruleset, TableName } from './rule.js';

/** Of a node that no kube-proxy has come to: empty ones. */
export function tablesOf(node: ProxyNode | undefined, family: IPFamily): Ruleset {
  if (!node) return emptyRuleset(family);
  const own = written(node, family);
  return node.left ? over(own, written(node.left, family)) : own;
}

function written(node: ProxyNode, family: IPFamily): Ruleset {
  const { mode } = node.settings;
  return mode === 'iptables' ? ruleset(node, family) : mode === 'ipvs' ? ipvsRuleset(node, family) : emptyRuleset(family);
}

/** The tables that are there at all, in the order in which they were made: ipvs mode needs no mangle. */
export const tablesThere = (node: ProxyNode | undefined): readonly TableName[] =>
  node?.settings.mode === 'ipvs' && !node.left ? ['filter', 'nat'] : ['mangle', 'filter', 'nat'];

/** Chains are written anew; the kernel's own are added to, before what is there. */
function over(own: Ruleset, left: Ruleset): Ruleset {
  const { ipv6 } = own;
  const text = (rule: Rule): string => printRule(rule, ipv6);
  const table = (name: TableName): Map<string, Rule[]> => {
    const chains = new Map([...chainsOf(left, name), ...chainsOf(own, name)]);
    for (const chain of builtIn[name]) {
      const before = chainsOf(left, name).get(chain) ?? [];
      const known = new Set(before.map(text));
      chains.set(chain, [...(chains.get(chain) ?? []).filter((rule) => !known.has(text(rule))), ...before]);
    }
    return chains;
  };
  return { ipv6, parts: [{ nat: table('nat'), filter: table('filter'), mangle: table('mangle') }] };
}
