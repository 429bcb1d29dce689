// The node ports: one asked for, or any free one of the upper band. Mirrors pkg/registry/core/service/portallocator/allocator.go.
import type { WriteContext } from '../../model/store.js';

const pool = 'service-node-port';
const first = 30000;
const last = 32767;
/** Below it are those that are asked for by number: a 32nd of the range. */
const firstDynamic = first + Math.floor((last - first + 1) / 32);

/** Claims `port`; a message when that cannot be. Even its own Service cannot claim a port twice. */
export function claimPort(port: number, owner: string, ctx: WriteContext): string | undefined {
  if (port < first || port > last) return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
  const value = String(port);
  if (ctx.allocator.owner(pool, value) !== undefined) return 'provided port is already allocated';
  ctx.allocator.claim(pool, value, owner);
  return undefined;
}

/** Claims any free port; undefined when all are taken. */
export function claimAnyPort(owner: string, ctx: WriteContext): number | undefined {
  const port = scan(firstDynamic, last, ctx) ?? scan(first, firstDynamic - 1, ctx);
  if (port !== undefined) ctx.allocator.claim(pool, String(port), owner);
  return port;
}

function scan(from: number, to: number, ctx: WriteContext): number | undefined {
  const span = to - from + 1;
  const start = ctx.world.pick(span);
  for (let i = 0; i < span; i++) {
    const port = from + ((start + i) % span);
    if (ctx.allocator.owner(pool, String(port)) === undefined) return port;
  }
  return undefined;
}

export const releasePort = (port: number, ctx: WriteContext): void => ctx.allocator.release(pool, String(port));
