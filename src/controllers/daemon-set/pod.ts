// The Pod that a DaemonSet puts on one node. Mirrors pkg/controller/daemon/util/daemonset_util.go.
import { templateGenerationAnnotation } from '../../kinds/daemon-set.js';
import type { Affinity, DaemonSet, Pod, PodSpec, Toleration } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';
import { podFromTemplate } from '../pods.js';

export const hashLabel = 'controller-revision-hash';

const exists = (name: string, effect: string): Toleration => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect });
const always: readonly Toleration[] = [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
];

/** A daemon stays where others would leave. */
export function daemonTolerations(spec: PodSpec): Toleration[] {
  const own = spec.tolerations ?? [];
  const all = spec.hostNetwork ? [...always, exists('network-unavailable', 'NoSchedule')] : always;
  return [
    ...own,
    ...all.filter((t) => !own.some((o) => o.key === t.key && o.effect === t.effect && o.operator === t.operator && !o.value)),
  ];
}

export function daemonPod(ds: DaemonSet & KubeObject, node: string, hash: string): Pod & KubeObject {
  const pod = podFromTemplate(ds.spec.template, ds);
  pod.metadata.labels = {
    ...pod.metadata.labels,
    [hashLabel]: hash,
    'pod-template-generation': ds.metadata.annotations?.[templateGenerationAnnotation] ?? '1',
  };
  pod.spec.tolerations = daemonTolerations(pod.spec);
  pod.spec.affinity = withNode(pod.spec.affinity, node);
  return pod;
}

/** The node is asked for by name instead of by whatever was asked for: the DaemonSet has chosen. */
const withNode = (affinity: Affinity | undefined, node: string): Affinity => ({
  ...affinity,
  nodeAffinity: {
    ...affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
    },
  },
});
