// Every way that chance leaves a packet: the walk is repeated with each choice of each draw.
import type { Packet, Trace } from '../model/packet.js';
import type { Net } from './net.js';
import { walk } from './path.js';
import { later } from './proxy/ipvs/memory.js';
import { proxyNode } from './proxy/node.js';

/** More choices than this are not all looked at. */
const most = 500;

/** One Trace for each way that ends elsewhere, or otherwise. */
export function ways(net: Net, packet: Packet): Trace[] {
  const found = new Map<string, Trace>();
  byChance(net, packet, found);
  // Round robin takes turns instead of chances: it has come round when a turn shows nothing new.
  for (let turn = 1, known = 0; takesTurns(net) && found.size > known && turn < most; turn++) {
    known = found.size;
    byChance({ ...net, reader: later(net.reader, turn) }, packet, found);
  }
  return [...found.values()];
}

const takesTurns = ({ reader }: Net): boolean =>
  reader.list('Node').some((n) => proxyNode(reader, n.metadata.name)?.settings.mode === 'ipvs');

function byChance(net: Net, packet: Packet, found: Map<string, Trace>): void {
  let chosen: number[] = [];
  for (let n = 0; n < most; n++) {
    const sizes: number[] = [];
    const pick = (size: number): number => {
      const choice = chosen[sizes.length] ?? 0;
      sizes.push(size);
      return choice;
    };
    const trace = walk({ ...net, pick }, packet);
    const end = `${trace.outcome} ${trace.reached?.ip} ${trace.reached?.port} ${trace.hops.at(-1)?.why}`;
    if (!found.has(end)) found.set(end, trace);
    const next = following(chosen, sizes);
    if (!next) return;
    chosen = next;
  }
}

/** The choices after these, the last draw moving fastest; undefined after the last. */
function following(chosen: readonly number[], sizes: readonly number[]): number[] | undefined {
  for (let i = sizes.length - 1; i >= 0; i--) {
    const choice = (chosen[i] ?? 0) + 1;
    if (choice < (sizes[i] as number)) return [...sizes.slice(0, i).map((_, k) => chosen[k] ?? 0), choice];
  }
  return undefined;
}
