// A network plugin's work on its node that matters here: at its start it writes the CNI configuration, without which no Pod gets a network.
// Mirrors kindnetd's own writer and the install-cni container of kube-flannel.yml.
import type { Change } from '../model/change.js';
import type { Controller } from '../model/controller.js';
import type { Container, Pod } from '../model/generated/api.js';
import type { Writer } from '../model/store.js';
import { addresses } from '../network/addresses.js';
import { netFrom } from '../network/net.js';
import { runtimeOf } from '../network/runtime.js';
import { filesOf } from '../programs/container.js';
import { hasNetworkConfig, writeNetworkConfig } from '../programs/node-files.js';

export const networkPlugin: Controller = {
  name: 'network-plugin',
  program: 'own',
  watches: { Pod: networkPluginStarted },
  reconcile(node, writer) {
    const flannel = flannelOn(writer, node);
    if (flannel) copyConfiguration(writer, node, flannel);
    else if (!hasNetworkConfig(writer, node)) writeNetworkConfig(writer, node, 'kindnet');
  },
};

const pluginContainer = (pod: Pod): Container | undefined =>
  pod.spec.containers?.find((c) => /(^|\/)(kindnetd|flannel)(:|@|$)/.test(c.image ?? ''));

/** The node on which a container of a network plugin has just been started. */
export function networkPluginStarted({ type, object, old }: Change): string[] {
  const pod = object as unknown as Pod;
  const container = pluginContainer(pod);
  if (!container || type === 'DELETED' || !pod.spec.nodeName) return [];
  const started = (p: Pod | undefined): string | undefined => {
    const status = p?.status?.containerStatuses?.find((s) => s.name === container.name);
    return status?.state?.running ? status.containerID : undefined;
  };
  const now = started(pod);
  return now !== undefined && now !== started(old as unknown as Pod | undefined) ? [pod.spec.nodeName] : [];
}

/** The file that an init container copies among the node's plugin configurations. */
const source = (pod: Pod): string | undefined =>
  pod.spec.initContainers?.find((c) => c.args?.at(-1)?.startsWith('/etc/cni/net.d/'))?.args?.at(-2);

const flannelOn = (writer: Writer, node: string): Pod | undefined =>
  [...addresses(writer).hostPods(node)].find((pod) => source(pod) !== undefined);

function copyConfiguration(writer: Writer, node: string, pod: Pod): void {
  const runtime = runtimeOf(writer, pod);
  const file = source(pod);
  const container = pluginContainer(pod);
  if (!runtime || !file || !container) return;
  const text = filesOf(netFrom(writer, writer), pod, runtime, container).read(file);
  if (text !== undefined) writeNetworkConfig(writer, node, 'flannel', text);
}
