// A DaemonSet of what every node needs: on the node's own network, and the last to be thrown out.
import type { DaemonSet, PodSpec } from '../../model/generated/api.js';

export function nodeDaemonSet(
  metadata: { name: string; namespace: string; labels: Record<string, string> },
  matchLabels: Record<string, string>,
  spec: PodSpec,
): DaemonSet {
  return {
    ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata },
    spec: {
      selector: { matchLabels },
      updateStrategy: { type: 'RollingUpdate' },
      template: {
        metadata: { labels: metadata.labels },
        spec: { ...spec, hostNetwork: true, priorityClassName: 'system-node-critical' },
      },
    },
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  };
}
