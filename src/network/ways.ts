// Every way that chance leaves a packet: the walk is repeated with each choice of each draw.
import type { Packet, Trace } from '../model/packet.js';
import type { Net } from './net.js';
import { walk } from './path.js';

/** More choices than this are not all looked at. */
const most = 500;

/** One Trace for each way that ends elsewhere, or otherwise. */
export function ways(net: Net, packet: Packet): Trace[] {
  const found = new Map<string, Trace>();
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
    if (!next) break;
    chosen = next;
  }
  return [...found.values()];
}

/** The choices after these, the last draw moving fastest; undefined after the last. */
function following(chosen: readonly number[], sizes: readonly number[]): number[] | undefined {
  for (let i = sizes.length - 1; i >= 0; i--) {
    const choice = (chosen[i] ?? 0) + 1;
    if (choice < (sizes[i] as number)) return [...sizes.slice(0, i).map((_, k) => chosen[k] ?? 0), choice];
  }
  return undefined;
}
