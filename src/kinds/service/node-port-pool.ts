// The node ports: one asked for, or any free one of the upper band.
// Mirrors pkg/registry/core/service/portallocator/{allocator,operation}.go, the made-up numbers of a dry run included.
import type { WriteContext } from '../../model/store.js';

export const nodePortPool = 'service-node-port';
const first = 30000;
const last = 32767;
/** Below it are those that are asked for by number: a 32nd of the range. */
const firstDynamic = first + Math.floor((last - first + 1) / 32);

/** What one write claims. */
export interface PortClaims {
  /** Claims `port`; a message when that cannot be. Even its own Service cannot claim a port twice. */
  claim(port: number): string | undefined;
  /** Claims any free port; undefined when all are taken. */
  claimAny(): number | undefined;
}

export const portClaims = (owner: string, ctx: WriteContext): PortClaims => (ctx.dryRun ? pretended(ctx) : real(owner, ctx));

const taken = 'provided port is already allocated';

function real(owner: string, ctx: WriteContext): PortClaims {
  return {
    claim(port) {
      if (port < first || port > last) return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
      if (isTaken(port, ctx)) return taken;
      ctx.allocator.claim(nodePortPool, String(port), owner);
      return undefined;
    },
    claimAny() {
      const port = scan(firstDynamic, last, ctx) ?? scan(first, firstDynamic - 1, ctx);
      if (port !== undefined) ctx.allocator.claim(nodePortPool, String(port), owner);
      return port;
    },
  };
}

/** A dry run looks whether a port is taken, not whether it is one; and any port is one beyond the range. */
function pretended(ctx: WriteContext): PortClaims {
  const claimed: number[] = [];
  return {
    claim(port) {
      if (isTaken(port, ctx) || claimed.includes(port)) return taken;
      claimed.push(port);
      return undefined;
    },
    claimAny() {
      const port = (claimed.length > 0 ? Math.max(...claimed) : last + 1) + 1;
      claimed.push(port);
      return port;
    },
  };
}

const isTaken = (port: number, ctx: WriteContext): boolean => ctx.allocator.owner(nodePortPool, String(port)) !== undefined;

function scan(from: number, to: number, ctx: WriteContext): number | undefined {
  const span = to - from + 1;
  const start = ctx.world.pick(span);
  for (let i = 0; i < span; i++) {
    const port = from + ((start + i) % span);
    if (!isTaken(port, ctx)) return port;
  }
  return undefined;
}

export const releasePort = (port: number, ctx: WriteContext): void => ctx.allocator.release(nodePortPool, String(port));
