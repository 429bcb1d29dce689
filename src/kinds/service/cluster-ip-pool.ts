// The addresses of the cluster's ServiceCIDRs: one asked for, or any free one of the upper band.
// Mirrors pkg/registry/core/service/ipallocator/{ipallocator,cidrallocator}.go.
import {
  type CIDR,
  canonicalIP,
  cidrContains,
  cidrSize,
  formatCIDR,
  formatIP,
  type IPFamily,
  lastIP,
  nthIP,
  offsetIn,
  parseCIDR,
  parseIP,
  within,
} from '../../lib/ip.js';
import type { WriteContext } from '../../model/store.js';

export const clusterIPPool = 'service-cluster-ip';

/** The families of Services, the first of which is the default one. */
export const configuredFamilies = (ctx: WriteContext): IPFamily[] =>
  ctx.config.serviceCIDRs.flatMap((text) => parseCIDR(text)?.family ?? []);

/** Ranges that are ready; those of the configuration as long as no ServiceCIDR object is there (while a cluster is made). */
function ranges(ctx: WriteContext): CIDR[] {
  const objects = ctx.reader.list('ServiceCIDR.networking.k8s.io');
  const ready = objects.filter(
    (o) => !o.metadata.deletionTimestamp && o.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
  );
  const texts = objects.length === 0 ? ctx.config.serviceCIDRs : ready.flatMap((o) => o.spec.cidrs ?? []);
  return texts.flatMap((text) => parseCIDR(text) ?? []);
}

/** First and last address that a Service can have, as offsets: not the network's own, nor IPv4's broadcast address. */
const firstOffset = 1n;
const lastOffset = (range: CIDR): bigint => offsetIn(range, lastIP(range)) - (range.family === 'IPv4' ? 1n : 0n);

/** Claims `text` for `owner`; a message when that cannot be. */
export function claimIP(text: string, owner: string, ctx: WriteContext): string | undefined {
  const ip = parseIP(text);
  const all = ranges(ctx);
  // A dry run looks at one range only.
  const range = ctx.dryRun ? all[0] : ip && narrowest(all.filter((r) => cidrContains(r, ip)));
  if (!ip || !range) return 'the provided network does not match the current range';
  const offset = offsetIn(range, ip);
  if (offset < firstOffset || offset > lastOffset(range)) {
    return `the provided IP (${text}) is not in the valid range. The range of valid IPs is ${formatCIDR(range)}`;
  }
  const address = formatIP(ip);
  // A dry run does not look whether the address is free.
  if (ctx.dryRun) return undefined;
  if (isTaken(address, ctx) || !ctx.allocator.claim(clusterIPPool, address, owner)) return 'provided IP is already allocated';
  return undefined;
}

const narrowest = (found: readonly CIDR[]): CIDR | undefined => [...found].sort((a, b) => b.prefix - a.prefix)[0];

/** By a Service, or by an IPAddress object that somebody else made. */
const isTaken = (address: string, ctx: WriteContext): boolean =>
  ctx.allocator.owner(clusterIPPool, address) !== undefined || ctx.reader.get('IPAddress.networking.k8s.io', '', address) !== undefined;

/** Claims any free address of `family`; undefined when all are taken. */
export function claimAnyIP(family: IPFamily, owner: string, ctx: WriteContext): string | undefined {
  for (const range of ranges(ctx).filter((r) => r.family === family)) {
    // As upstream does, a dry run shows the network's own address.
    if (ctx.dryRun) return formatIP(nthIP(range, 0));
    const address = freeIn(range, ctx);
    if (address === undefined) continue;
    ctx.allocator.claim(clusterIPPool, address, owner);
    return address;
  }
  return undefined;
}

/** The addresses that people choose by hand in exercises: dynamic ones stay out of their way while there are others. */
const isByHand = within('10.96.100.0/24');

function freeIn(range: CIDR, ctx: WriteContext): string | undefined {
  const band = lowerBand(range);
  const upper = scan(range, firstOffset + band, lastOffset(range), ctx, isByHand);
  return upper ?? scan(range, firstOffset, lastOffset(range), ctx, () => false);
}

/** The lower part of a range is left to addresses that are asked for: a sixteenth, between 16 and 256. */
function lowerBand(range: CIDR): bigint {
  const size = cidrSize(range);
  if (size <= 16n) return 0n;
  const band = size / 16n;
  return band < 16n ? 16n : band > 256n ? 256n : band;
}

/** From a random place on, all the way round. */
function scan(
  range: CIDR,
  from: bigint,
  to: bigint,
  ctx: WriteContext,
  avoid: (ip: ReturnType<typeof nthIP>) => boolean,
): string | undefined {
  if (to < from) return undefined;
  const span = to - from + 1n;
  const limit = 2n ** 31n - 1n;
  const start = BigInt(ctx.world.pick(Number(span < limit ? span : limit)));
  for (let i = 0n; i < span; i++) {
    const ip = nthIP(range, from + ((start + i) % span));
    const address = formatIP(ip);
    if (!avoid(ip) && !isTaken(address, ctx)) return address;
  }
  return undefined;
}

export const releaseIP = (address: string, ctx: WriteContext): void => ctx.allocator.release(clusterIPPool, canonicalIP(address));
