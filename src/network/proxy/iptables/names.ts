// How kube-proxy calls the chains of a Service's port and of an endpoint. Mirrors portProtoHash in pkg/proxy/iptables/proxier.go.
import { createHash } from 'node:crypto';
import { base32 } from '../../../lib/base32.js';

/** 80 bits are 16 letters. */
const hash = (text: string): string => base32(createHash('sha256').update(text).digest().subarray(0, 10));

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
