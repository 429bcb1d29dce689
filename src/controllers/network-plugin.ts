// kindnet's work on its node that matters here: at its start it writes the CNI configuration, without which no Pod gets a network.
import type { Change } from '../model/change.js';
import type { Controller } from '../model/controller.js';
import type { Pod } from '../model/generated/api.js';
import { hasNetworkConfig, writeNetworkConfig } from '../programs/node-files.js';

export const networkPlugin: Controller = {
  name: 'network-plugin',
  watches: { Pod: networkPluginStarted },
  reconcile(node, writer) {
    if (!hasNetworkConfig(writer, node)) writeNetworkConfig(writer, node);
  },
};

/** The node on which a container of kindnet has just been started. */
export function networkPluginStarted({ type, object, old }: Change): string[] {
  const pod = object as unknown as Pod;
  const image = pod.spec.containers?.find((c) => /(^|\/)kindnetd(:|@|$)/.test(c.image ?? ''));
  if (!image || type === 'DELETED' || !pod.spec.nodeName) return [];
  const started = (p: Pod | undefined): string | undefined => {
    const status = p?.status?.containerStatuses?.find((s) => s.name === image.name);
    return status?.state?.running ? status.containerID : undefined;
  };
  const now = started(pod);
  return now !== undefined && now !== started(old as unknown as Pod | undefined) ? [pod.spec.nodeName] : [];
}
