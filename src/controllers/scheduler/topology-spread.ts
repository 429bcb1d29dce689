// topologySpreadConstraints. Mirrors pkg/scheduler/framework/plugins/podtopologyspread.
import type { Pod, TopologySpreadConstraint } from '../../model/generated/api.js';
import { fromLabelSelector, matches, type Requirement } from '../../model/selector.js';
import { matchesNode } from './node-affinity.js';
import type { NodeInfo } from './node-info.js';
import { untolerated } from './tolerations.js';

interface Spread {
  readonly constraint: TopologySpreadConstraint;
  /** Matching Pods in each domain that counts. */
  readonly counts: ReadonlyMap<string, number>;
  readonly selfMatch: number;
}

export interface TopologySpread {
  refuses(info: NodeInfo): { readonly reason: string; readonly final: boolean } | undefined;
  /** How crowded the node's domains are, for constraints that only prefer. */
  crowd(info: NodeInfo): number;
}

const refusal = "node(s) didn't match pod topology spread constraints";

export function topologySpread(pod: Pod, infos: readonly NodeInfo[]): TopologySpread {
  const all = pod.spec.topologySpreadConstraints ?? [];
  const hard = spreads(
    pod,
    all.filter((c) => c.whenUnsatisfiable === 'DoNotSchedule'),
    infos,
  );
  const soft = spreads(
    pod,
    all.filter((c) => c.whenUnsatisfiable === 'ScheduleAnyway'),
    infos,
  );
  return {
    refuses(info) {
      for (const spread of hard) {
        const value = info.labels[spread.constraint.topologyKey];
        if (value === undefined) return { reason: `${refusal} (missing required label)`, final: true };
        if (skew(spread, value) > spread.constraint.maxSkew) return { reason: refusal, final: false };
      }
      return undefined;
    },
    crowd: (info) => soft.reduce((n, s) => n + (s.counts.get(info.labels[s.constraint.topologyKey] ?? '') ?? 0), 0),
  };
}

function skew({ constraint, counts, selfMatch }: Spread, value: string): number {
  const fewest = counts.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...counts.values());
  return (counts.get(value) ?? 0) + selfMatch - (Number.isFinite(fewest) ? fewest : 0);
}

function spreads(pod: Pod, constraints: readonly TopologySpreadConstraint[], infos: readonly NodeInfo[]): Spread[] {
  const labelled = infos.filter((i) => constraints.every((c) => i.labels[c.topologyKey] !== undefined));
  return constraints.map((constraint) => {
    const selector = constraint.labelSelector && [...fromLabelSelector(constraint.labelSelector), ...ownKeys(pod, constraint)];
    const counted = (other: Pod): boolean =>
      selector !== undefined &&
      !other.metadata.deletionTimestamp &&
      other.metadata.namespace === pod.metadata.namespace &&
      matches(selector, other.metadata.labels);
    const counts = new Map<string, number>();
    for (const info of labelled.filter((i) => takesPart(constraint, pod, i))) {
      const value = info.labels[constraint.topologyKey] as string;
      counts.set(value, (counts.get(value) ?? 0) + info.pods.filter(counted).length);
    }
    return { constraint, counts, selfMatch: selector && matches(selector, pod.metadata.labels) ? 1 : 0 };
  });
}

/** Whether a node's domain counts for the constraint. */
function takesPart(constraint: TopologySpreadConstraint, pod: Pod, { node }: NodeInfo): boolean {
  if ((constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor' && !matchesNode(pod, node)) return false;
  if (constraint.nodeTaintsPolicy !== 'Honor') return true;
  return untolerated(node.spec?.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute']).length === 0;
}

const ownKeys = (pod: Pod, { matchLabelKeys }: TopologySpreadConstraint): Requirement[] =>
  (matchLabelKeys ?? []).flatMap((key) => {
    const value = pod.metadata.labels?.[key];
    return value === undefined ? [] : [{ key, operator: 'In' as const, values: [value] }];
  });
