// All the rules that kube-proxy writes on a node in nftables mode. Mirrors syncProxyRules of pkg/proxy/nftables/proxier.go.
import type { IPFamily } from '../../../lib/ip.js';
import type { ProxyNode } from '../node.js';
import { baseRules } from './base.js';
import { piece } from './piece.js';
import type { Element, Ruleset } from './ruleset.js';
import { siteOf } from './site.js';

export function nftables(node: ProxyNode, family: IPFamily): Ruleset {
  const site = siteOf(node, family);
  const base = baseRules(site);
  const pieces = node.table.all().map((entry) => piece(entry, site));
  const elements = new Map<string, Map<string, Element>>();
  for (const { elements: more } of pieces)
    for (const [set, list] of more) {
      let all = elements.get(set);
      if (!all) elements.set(set, (all = new Map()));
      for (const e of list) {
        const key = e.key.join(' ');
        if (!all.has(key)) all.set(key, e);
      }
    }
  return {
    ...base,
    sets: [
      ...base.sets.map((s) => ({ ...s, elements: [...s.elements, ...(elements.get(s.name)?.values() ?? [])] })),
      ...pieces.flatMap((p) => p.sets),
    ],
    chains: [...base.chains, ...pieces.flatMap((p) => [...p.chains.values()])],
  };
}
