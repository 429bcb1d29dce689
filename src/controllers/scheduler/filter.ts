// Which nodes a Pod may run on, and why not on the others. Mirrors the Filter plugins of pkg/scheduler/framework/plugins in their order.
import type { Pod } from '../../model/generated/api.js';
import { matchesNode, namedNodes } from './node-affinity.js';
import { hostPorts, type NodeInfo, portsConflict, requestsOf, type Resources } from './node-info.js';
import { type NamespaceLabels, podAffinity } from './pod-affinity.js';
import { tolerates, untolerated } from './tolerations.js';
import { topologySpread } from './topology-spread.js';

export interface Refusal {
  readonly reasons: readonly string[];
  /** No eviction of other Pods would change it. */
  readonly final: boolean;
}

export interface Filtered {
  readonly fitting: readonly NodeInfo[];
  readonly refusals: readonly Refusal[];
}

type Check = (info: NodeInfo) => Refusal | undefined;

const final = (reason: string): Refusal => ({ reasons: [reason], final: true });
const passing = (reason: string): Refusal => ({ reasons: [reason], final: false });

export function filter(pod: Pod, infos: readonly NodeInfo[], namespaceLabels: NamespaceLabels): Filtered {
  const named = namedNodes(pod);
  const checks = checksOf(pod, infos, namespaceLabels);
  const fitting: NodeInfo[] = [];
  const refusals: Refusal[] = [];
  for (const info of infos) {
    const refusal =
      named && !named.has(info.node.metadata.name) ? final("node(s) didn't satisfy plugin(s) [NodeAffinity]") : firstRefusal(checks, info);
    if (refusal) refusals.push(refusal);
    else fitting.push(info);
  }
  return { fitting, refusals };
}

function firstRefusal(checks: readonly Check[], info: NodeInfo): Refusal | undefined {
  for (const check of checks) {
    const refusal = check(info);
    if (refusal) return refusal;
  }
  return undefined;
}

const unschedulable = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

function checksOf(pod: Pod, infos: readonly NodeInfo[], namespaceLabels: NamespaceLabels): Check[] {
  const { tolerations } = pod.spec;
  const ports = hostPorts(pod);
  const requests = requestsOf(pod);
  const spread = topologySpread(pod, infos);
  const affinity = podAffinity(pod, infos, namespaceLabels);
  const single = (r: { reason: string; final: boolean } | undefined): Refusal | undefined => r && { reasons: [r.reason], final: r.final };
  return [
    ({ node }) =>
      node.spec?.unschedulable && !(tolerations ?? []).some((t) => tolerates(t, unschedulable))
        ? final('node(s) were unschedulable')
        : undefined,
    ({ node }) =>
      untolerated(node.spec?.taints, tolerations, ['NoSchedule', 'NoExecute']).length > 0
        ? final('node(s) had untolerated taint(s)')
        : undefined,
    ({ node }) => (matchesNode(pod, node) ? undefined : final("node(s) didn't match Pod's node affinity/selector")),
    (info) => (portsConflict(ports, info.ports) ? passing("node(s) didn't have free ports for the requested pod ports") : undefined),
    (info) => lacking(requests, info),
    (info) => single(spread.refuses(info)),
    (info) => single(affinity.refuses(info)),
  ];
}

function lacking(requests: Resources, info: NodeInfo): Refusal | undefined {
  const reasons: string[] = [];
  let never = false;
  if (info.pods.length + 1 > (info.allocatable.get('pods') ?? 0)) reasons.push('Too many pods');
  for (const [resource, n] of requests) {
    const allocatable = info.allocatable.get(resource) ?? 0;
    if (n === 0 || n <= allocatable - (info.used.get(resource) ?? 0)) continue;
    reasons.push(`Insufficient ${resource}`);
    if (n > allocatable) never = true;
  }
  return reasons.length > 0 ? { reasons, final: never } : undefined;
}
