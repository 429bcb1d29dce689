// Pod addresses, from the node's podCIDR, one after the other as the host-local plugin gives them. Mirrors containernetworking/plugins/ipam/host-local.
import { podRanges } from '../../network/net.js';
import { ownerOfIP, podIPPool } from '../../kinds/pod/facts.js';
import { cidrSize, formatIP, nthIP, parseCIDR } from '../../lib/ip.js';
import type { Writer } from '../../model/store.js';
import type { RuntimePod } from '../../network/runtime.js';
import { hairpinIsOff } from '../../programs/node-files.js';
import type { Work } from './work.js';

/** False when a range is used up. */
export function claimAddresses(work: Work): boolean {
  const { pod, node, runtime, writer } = work;
  if (runtime.ips.length > 0) return true;
  if (pod.spec.hostNetwork) {
    runtime.ips = (node.status?.addresses ?? []).filter((a) => a.type === 'InternalIP').map((a) => a.address);
    return true;
  }
  const found: string[] = [];
  for (const range of podRanges(node)) {
    const ip = nextFree(writer, range, ownerOfIP(pod));
    if (!ip) return false;
    found.push(ip);
  }
  runtime.ips = found;
  if (hairpinIsOff(writer, runtime.node)) runtime.noHairpin = true;
  return true;
}

function nextFree(writer: Writer, range: string, owner: string): string | undefined {
  const cidr = parseCIDR(range);
  if (!cidr) return undefined;
  const size = Math.min(Number(cidrSize(cidr)), 65_536);
  const key = `kubelet/last-ip/${range}`;
  const last = Number(writer.state(key) ?? 1);
  // .0 is the network, .1 the node's own, the last the broadcast address.
  for (let i = 1; i <= size - 3; i++) {
    const n = 2 + ((last - 2 + i) % (size - 3));
    const ip = formatIP(nthIP(cidr, n));
    if (!writer.allocator.claim(podIPPool, ip, owner)) continue;
    writer.setState(key, n);
    return ip;
  }
  return undefined;
}

export function releaseAddresses(writer: Writer, runtime: RuntimePod): void {
  for (const ip of runtime.ips) if (writer.allocator.owner(podIPPool, ip)) writer.allocator.release(podIPPool, ip);
}
