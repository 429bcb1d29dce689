// Names of a Service port's chains and sets: a hash that tells them apart at a glance, then the words. Mirrors servicePortChainNameBase of pkg/proxy/nftables.
import { createHash } from 'node:crypto';
import { base32 } from '../../../lib/base32.js';
import type { ProxyEndpoint, ProxyPort } from '../port.js';

/** nft's limit without the longest prefix. */
const longest = 240;

function hashed(words: string): string {
  const hash = base32(createHash('sha256').update(words).digest()).slice(0, 8);
  const name = `${hash}-${words}`;
  return name.length > longest ? `${name.slice(0, longest - 3)}...` : name;
}

const words = (p: ProxyPort): string =>
  `${p.service.metadata.namespace ?? ''}/${p.service.metadata.name}/${p.protocol.toLowerCase()}/${p.port.name ?? ''}`;

export interface PortNames {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
}

export function portNames(p: ProxyPort): PortNames {
  const base = hashed(words(p));
  return { cluster: `service-${base}`, local: `local-${base}`, external: `external-${base}`, firewall: `firewall-${base}` };
}

/** Only Services with session affinity have them. Colons are no letters of names. */
export function endpointNames(p: ProxyPort, e: ProxyEndpoint): { readonly chain: string; readonly affinity: string } {
  const base = hashed(`${words(p)}__${e.ip.replaceAll(':', '.')}/${e.port}`);
  return { chain: `endpoint-${base}`, affinity: `affinity-${base}` };
}
