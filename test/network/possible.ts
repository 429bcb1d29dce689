// All that may become of a packet at a node's rules, each with its probability: the rules are asked again for every way chance may fall.
import { endpointText } from '../../src/network/proxy/port.js';
import type { ProxyNode } from '../../src/network/proxy/node.js';
import type { Chance, NodePacket, Verdict, Walker } from '../../src/network/proxy/verdict.js';

export interface Possibility {
  readonly verdict: Verdict;
  /** Of all packets; they sum up to 1. */
  readonly probability: number;
}

/** `remembered`: what affinity knows of the client; without it, clients are new. */
export function possible(
  walker: Walker,
  node: ProxyNode,
  packet: NodePacket,
  remembered: Chance['remembered'] = () => undefined,
): Possibility[] {
  const found = new Map<string, Possibility>();
  let turns = 1;
  for (let turn = 0; turn < turns; turn++) {
    // Round robin: each of its turns counts as much as another.
    const draws: { of: number; drawn: number }[] = [];
    do {
      let drawn = 0;
      let asked = false;
      const verdict = walker(node, packet, {
        pick: (n) => {
          const known = draws[drawn] ?? { of: n, drawn: 0 };
          draws[drawn++] = known;
          return known.drawn;
        },
        remembered,
        connections: () => {
          asked = true;
          return turn;
        },
      });
      if (asked && turn === 0) turns = verdict.choice?.of ?? 1;
      add(found, verdict, draws.slice(0, drawn).reduce((p, d) => p / d.of, 1) / turns);
    } while (next(draws));
  }
  return [...found.values()];
}

/** The next way chance may fall, the last draw changing first; false when all were seen. */
function next(draws: { of: number; drawn: number }[]): boolean {
  for (let last = draws.at(-1); last; last = draws.at(-1)) {
    if (++last.drawn < last.of) return true;
    draws.pop();
  }
  return false;
}

function add(found: Map<string, Possibility>, verdict: Verdict, probability: number): void {
  const key = `${verdict.kind} ${verdict.endpoint ? endpointText(verdict.endpoint) : ''} ${verdict.masquerade}`;
  const before = found.get(key);
  found.set(key, { verdict: before?.verdict ?? verdict, probability: (before?.probability ?? 0) + probability });
}
