// Which nodes a DaemonSet is for. Mirrors NodeShouldRunDaemonPod and predicates of pkg/controller/daemon/daemon_controller.go.
import type { DaemonSet, Node, Pod } from '../../model/generated/api.js';
import { matchesNode } from '../scheduler/node-affinity.js';
import { untolerated } from '../scheduler/tolerations.js';
import { daemonTolerations } from './pod.js';

export interface Placement {
  /** A Pod belongs there. */
  readonly wanted: boolean;
  /** A Pod that is there may stay. */
  readonly tolerated: boolean;
}

export function placement(ds: DaemonSet, node: Node): Placement {
  const spec = ds.spec.template.spec ?? { containers: [] };
  const pod = { metadata: { name: '' }, spec } as Pod;
  if ((spec.nodeName && spec.nodeName !== node.metadata.name) || !matchesNode(pod, node)) return { wanted: false, tolerated: false };
  const against = (effects: string[]): boolean => untolerated(node.spec?.taints, daemonTolerations(spec), effects).length > 0;
  return { wanted: !against(['NoSchedule', 'NoExecute']), tolerated: !against(['NoExecute']) };
}

/** The node that a Pod is on, or is meant for. */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap((t) => t.matchFields ?? []).find((f) => f.key === 'metadata.name')?.values?.[0];
}
