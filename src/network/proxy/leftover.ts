// What rules of an earlier mode still do: between iptables and ipvs kube-proxy takes nothing away (node.ts, leftovers). Chains of the same name are
// written anew, so of iptables mode the filter table's refusals stay, and of ipvs mode all of the kernel's virtual servers with their addresses.
import { iptablesFilter } from './iptables/walk.js';
import { ipvsWalk } from './ipvs/walk.js';
import type { ProxyNode } from './node.js';
import { type Chance, familyOfPacket, type NodePacket, type Verdict, type Walker } from './verdict.js';

/** iptables' refusals come before ipvs has its say. */
function refusedBefore(node: ProxyNode, left: ProxyNode, packet: NodePacket, chance: Chance): Verdict | undefined {
  if (node.flushed?.includes(`${familyOfPacket(packet)} filter`)) return undefined;
  const verdict = iptablesFilter(left, packet, chance);
  return verdict.kind === 'drop' || verdict.kind === 'reject' ? verdict : undefined;
}

/** What iptables sends nowhere else comes in to the machine, where the virtual servers wait for it. Nobody masquerades what they send on. */
function servedAfter(node: ProxyNode, left: ProxyNode, packet: NodePacket, chance: Chance): Verdict | undefined {
  const verdict = ipvsWalk(left, packet, chance);
  if (verdict.kind === 'pass') return undefined;
  const isFilter = verdict.because === 'invalid-port' || verdict.because === 'source-range';
  if (isFilter && node.flushed?.includes(`${familyOfPacket(packet)} filter`)) return undefined;
  return { ...verdict, masquerade: false };
}

export interface Met {
  /** Whose rules decided. */
  readonly node: ProxyNode;
  readonly verdict: Verdict;
}

/** The present mode's rules, and those that an earlier one left. */
export function withLeftovers(node: ProxyNode, walker: Walker, packet: NodePacket, chance: Chance): Met {
  const { left } = node;
  const before = left && node.settings.mode === 'ipvs' ? refusedBefore(node, left, packet, chance) : undefined;
  if (left && before) return { node: left, verdict: before };
  const verdict = walker(node, packet, chance);
  const after = left && node.settings.mode === 'iptables' && verdict.kind === 'pass' ? servedAfter(node, left, packet, chance) : undefined;
  return left && after ? { node: left, verdict: after } : { node, verdict };
}
