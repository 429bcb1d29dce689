// All the rules that kube-proxy writes on a node in nftables mode. Mirrors syncProxyRules of pkg/proxy/nftables/proxier.go.
import type { IPFamily } from '../../../lib/ip.js';
import { clients } from '../memory.js';
import type { ProxyNode } from '../node.js';
import { endpointText } from '../port.js';
import { portKey } from '../verdict.js';
import { baseRules } from './base.js';
import { piece } from './piece.js';
import type { Element, NamedSet, Ruleset } from './ruleset.js';
import { siteOf } from './site.js';

/** The same rules with what packets have put into the sets of session affinity. */
export function withClients(rules: Ruleset, net: Parameters<typeof clients>[0], node: string): Ruleset {
  const now = net.now();
  const fill = (set: NamedSet): NamedSet => {
    const { clientsOf: of, timeout } = set;
    if (!of || timeout === undefined) return set;
    const own = Object.entries(clients(net, node, portKey(of.port), timeout)).filter(([, c]) => c.endpoint === endpointText(of.endpoint));
    return { ...set, elements: own.map(([ip, { at }]) => ({ key: [ip], expires: timeout * 1000 - (now - at) })) };
  };
  return { ...rules, sets: rules.sets.map(fill) };
}

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
