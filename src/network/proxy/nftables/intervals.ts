// Addresses of an anonymous set as nft keeps them: sorted, what touches or overlaps made one.
import { type CIDR, formatIP, type IPFamily, lastIP, parseCIDR, parseIP } from '../../../lib/ip.js';
import type { AddressList, Interval } from './ruleset.js';

const ofCIDR = (cidr: CIDR): Interval => ({ from: cidr.base, to: lastIP(cidr).value });

/** `texts` are CIDRs and addresses. */
export const addressList = (texts: readonly string[]): AddressList => ({ intervals: intervals(texts), several: texts.length > 1 });

function intervals(texts: readonly string[]): Interval[] {
  const all = texts.flatMap((text) => {
    const cidr = parseCIDR(text);
    if (cidr) return [ofCIDR(cidr)];
    const ip = parseIP(text);
    return ip ? [{ from: ip.value, to: ip.value }] : [];
  });
  all.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const merged: Interval[] = [];
  for (const next of all) {
    const last = merged.at(-1);
    if (last && next.from <= last.to + 1n) merged[merged.length - 1] = { from: last.from, to: next.to > last.to ? next.to : last.to };
    else merged.push(next);
  }
  return merged;
}

/** "10.0.0.0/8", "1.2.3.4", or "10.0.0.1-10.0.0.6" where no prefix says it. */
export function intervalText({ from, to }: Interval, family: IPFamily): string {
  const first = formatIP({ family, value: from });
  if (from === to) return first;
  const size = to - from + 1n;
  if ((size & (size - 1n)) !== 0n || from % size !== 0n) return `${first}-${formatIP({ family, value: to })}`;
  return `${first}/${(family === 'IPv4' ? 32 : 128) - (size.toString(2).length - 1)}`;
}

export const holds = (list: readonly Interval[], value: bigint): boolean => list.some((i) => i.from <= value && value <= i.to);
