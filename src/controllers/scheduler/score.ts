// The best of the nodes a Pod may run on: what it prefers, then where there is most room.
// Weights follow pkg/scheduler/apis/config/v1/default_plugins.go.
import type { Pod } from '../../model/generated/api.js';
import type { World } from '../../model/world.js';
import { nodePreference } from './node-affinity.js';
import { controllerUid, type NodeInfo } from './node-info.js';
import { type NamespaceLabels, podPreference } from './pod-affinity.js';
import { topologySpread } from './topology-spread.js';
import { untolerated } from './tolerations.js';

type Score = (info: NodeInfo) => number;

export function best(
  pod: Pod,
  fitting: readonly NodeInfo[],
  infos: readonly NodeInfo[],
  namespaceLabels: NamespaceLabels,
  world: World,
): NodeInfo {
  if (fitting.length === 1) return fitting[0] as NodeInfo;
  const spread = topologySpread(pod, infos);
  const company = podPreference(pod, infos, namespaceLabels);
  const parts: { readonly weight: number; readonly score: Score }[] = [
    { weight: 3, score: (i) => -untolerated(i.node.spec?.taints, pod.spec.tolerations, ['PreferNoSchedule']).length },
    { weight: 2, score: (i) => nodePreference(pod, i.node) },
    { weight: 2, score: (i) => -spread.crowd(i) },
    { weight: 2, score: (i) => -siblings(pod, i) },
    { weight: 2, score: company },
    { weight: 1, score: room },
  ];
  const totals = new Map<NodeInfo, number>(fitting.map((i) => [i, 0]));
  for (const { weight, score } of parts) {
    const raw = fitting.map(score);
    const [low, high] = [Math.min(...raw), Math.max(...raw)];
    fitting.forEach((info, i) => {
      const share = high === low ? 0 : ((raw[i] as number) - low) / (high - low);
      totals.set(info, (totals.get(info) as number) + weight * share);
    });
  }
  const top = Math.max(...totals.values());
  const winners = fitting.filter((i) => (totals.get(i) as number) > top - 1e-9);
  return winners[winners.length === 1 ? 0 : world.pick(winners.length)] as NodeInfo;
}

/** Pods of one controller spread over nodes without being told to. */
const siblings = (pod: Pod, info: NodeInfo): number => info.siblings.get(controllerUid(pod) ?? '') ?? 0;

/** The share of the node that is free, of CPU, memory and Pods. */
function room({ allocatable, used, pods }: NodeInfo): number {
  const free = (resource: string, taken: number): number => {
    const all = allocatable.get(resource) ?? 0;
    return all === 0 ? 0 : (all - taken) / all;
  };
  return free('cpu', used.get('cpu') ?? 0) + free('memory', used.get('memory') ?? 0) + free('pods', pods.length);
}
