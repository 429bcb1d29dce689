// Sets of addresses written as people do: ranges (FIRST-LAST) and CIDRs.
import { formatIP, type IP, lastIP, nthIP, parseCIDR, parseIP } from './ip.js';

/** "172.30.1.200-172.30.1.250" or a CIDR: first and last address; undefined when it is neither. */
export function addressRange(text: string): { first: IP; last: IP } | undefined {
  const cidr = parseCIDR(text);
  if (cidr) return { first: nthIP(cidr, 0), last: lastIP(cidr) };
  const [first, last, more] = text.split('-').map((t) => parseIP(t.trim()));
  if (!first || !last || more || first.family !== last.family || first.value > last.value) return undefined;
  return { first, last };
}

export function inRanges(pool: readonly string[], ip: string): boolean {
  const at = parseIP(ip);
  return pool.some((text) => {
    const range = addressRange(text);
    return !!range && !!at && at.family === range.first.family && at.value >= range.first.value && at.value <= range.last.value;
  });
}

export function firstFree(pool: readonly string[], family: string, taken: ReadonlyMap<string, string>): string | undefined {
  for (const text of pool) {
    const range = addressRange(text);
    if (range?.first.family !== family) continue;
    for (let value = range.first.value; value <= range.last.value; value++) {
      const ip = formatIP({ family: range.first.family, value });
      if (!taken.has(ip)) return ip;
    }
  }
  return undefined;
}
