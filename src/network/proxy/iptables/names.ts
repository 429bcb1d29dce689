// How kube-proxy calls the chains of a Service's port and of an endpoint. Mirrors portProtoHash in pkg/proxy/iptables/proxier.go.
import { createHash } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The first 16 letters of the base32 of SHA-256: 10 bytes. */
function hash(text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes.subarray(0, 10)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return out;
}

export interface ServiceChains {
  /** Endpoints of policy Cluster. */
  readonly svc: string;
  /** Endpoints of policy Local. */
  readonly svl: string;
  /** Traffic to external addresses. */
  readonly ext: string;
  /** loadBalancerSourceRanges. */
  readonly fw: string;
}

/** `name`: "namespace/name:port"; `protocol` in small letters. */
export function serviceChains(name: string, protocol: string): ServiceChains {
  const h = hash(name + protocol);
  return { svc: `KUBE-SVC-${h}`, svl: `KUBE-SVL-${h}`, ext: `KUBE-EXT-${h}`, fw: `KUBE-FW-${h}` };
}

/** `endpoint`: "ip:port". */
export const endpointChain = (name: string, protocol: string, endpoint: string): string => `KUBE-SEP-${hash(name + protocol + endpoint)}`;
