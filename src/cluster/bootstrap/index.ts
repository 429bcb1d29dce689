// What a fresh cluster holds: what kubeadm makes of three machines. Controllers and kubelets do the rest (Pods, default accounts, IPAddresses).
import { kinds } from '../../kinds/index.js';
import type { ClusterConfig } from '../../model/config.js';
import { groupKindOf, type KubeObject } from '../../model/object.js';
import type { Writer } from '../../model/store.js';
import { timestamp } from '../../model/world.js';
import { normalize } from '../decode.js';
import { foundedHashesKey } from '../../programs/static-pods.js';
import { apiEndpoints, apiEndpointSlice, apiService, serviceIP, serviceRange } from './api-service.js';
import { dnsAccount, dnsConfig, dnsDeployment, dnsService } from './dns.js';
import { controllerAccounts, kubeadmConfigMaps } from './kubeadm.js';
import { networkPlugin } from './network-plugin.js';
import { proxyAccount, proxyConfig, proxyDaemonSet } from './node-agents.js';
import { node, nodeLease } from './nodes.js';
import { staticPods } from './static-pods.js';

export function bootstrap(writer: Writer, config: ClusterConfig, options: { nodes: number }): void {
  const { world } = writer;
  const create = <T extends KubeObject>(obj: T): T => writer.create(complete(obj));
  const plugin = networkPlugin(config);
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) create(namespace(name));
  if (plugin.namespace) create(namespace(plugin.namespace.name, plugin.namespace.labels));
  const range = serviceRange(world, config);
  writer.updateStatus({ ...create(range), status: range.status });
  for (const obj of [apiService(config), apiEndpoints(), apiEndpointSlice()]) create(obj);

  const nodes = Array.from({ length: options.nodes }, (_, i) => create(node(world, config, i)));
  for (const n of nodes) create(nodeLease(world, n));

  const dnsIP = serviceIP(config, 10);
  const pods = config.podCIDRs.join(',');
  for (const account of [...controllerAccounts, plugin.account, proxyAccount, dnsAccount]) create(account);
  for (const map of kubeadmConfigMaps(config, timestamp(world.now()), dnsIP)) create(map);
  for (const obj of [proxyConfig(pods), proxyDaemonSet(config.version)]) create(obj);
  for (const obj of [plugin.configMap, plugin.daemonSet]) if (obj) create(obj);
  for (const obj of [dnsConfig(config.clusterDomain), dnsService(dnsIP), dnsDeployment()]) create(obj);
  if (!nodes[0]) return;
  const ofFiles = staticPods(world, nodes[0], config);
  for (const pod of ofFiles.pods) create(pod);
  writer.setState(foundedHashesKey, ofFiles.hashes);
}

const namespace = (name: string, labels?: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    ...(labels && { labels }),
  },
});

/** With the zero values that objects sent by clients have. */
export function complete<T extends KubeObject>(obj: T): T {
  const kind = kinds.get(groupKindOf(obj));
  return kind ? (normalize(obj, kind) as T) : obj;
}
