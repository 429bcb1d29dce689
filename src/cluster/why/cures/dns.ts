// Cures for names: CoreDNS' configuration, aliases that lead nowhere, headless Services without a Pod.
import { distance } from '../../../lib/levenshtein.js';
import { dnsConfig } from '../../bootstrap/dns.js';
import { serviceNamed } from '../scene.js';
import { jsonPatch, patch, type Search } from './draft.js';
import { makerOf } from './workload.js';

/** kubeadm's own Corefile. */
export const restoreCorefile: Search = (scene) => {
  const { reader, config } = scene.net;
  const map = reader.get('ConfigMap', 'kube-system', 'coredns');
  const { data = {} } = dnsConfig(config.clusterDomain);
  if (!map || map.data?.Corefile === data.Corefile) return [];
  return [
    { ...patch(scene, map, { data: { Corefile: data.Corefile as string } }, 'data.Corefile becomes what kubeadm wrote'), patience: 700 },
  ];
};

/** A Pod template that names another nameserver, or the node's own. */
export const resolver: Search = function* (scene) {
  const { net, goal } = scene;
  const pod = goal.sender.kind === 'pod' ? net.reader.get('Pod', goal.sender.namespace ?? '', goal.sender.name ?? '') : undefined;
  const maker = pod && makerOf(net.reader, pod);
  const ip = net.reader.get('Service', 'kube-system', 'kube-dns')?.spec.clusterIP;
  if (!pod || !maker || maker.bare || !ip) return;
  const field = maker.at.slice(1).replaceAll('/', '.');
  if (pod.spec.dnsConfig?.nameservers)
    yield jsonPatch(
      scene,
      maker.object,
      [{ op: 'replace', path: `${maker.at}/dnsConfig/nameservers`, value: [ip] }],
      `${field}.dnsConfig.nameservers becomes ${ip}, the address of Service kube-system/kube-dns`,
    );
  if (pod.spec.dnsPolicy !== 'ClusterFirst')
    yield jsonPatch(
      scene,
      maker.object,
      [{ op: 'replace', path: `${maker.at}/dnsPolicy`, value: 'ClusterFirst' }],
      `${field}.dnsPolicy becomes ClusterFirst`,
    );
};

/** An alias for a name that is almost one of a Service. */
export const realias: Search = (scene) => {
  const { net, goal } = scene;
  const service = scene.service ?? serviceNamed(net, goal);
  if (service?.spec.type !== 'ExternalName') return [];
  const old = service.spec.externalName ?? '';
  const zone = `svc.${net.config.clusterDomain}`;
  return net.reader
    .list('Service')
    .filter((s) => s.metadata.uid !== service.metadata.uid && s.spec.type !== 'ExternalName')
    .map((s) => `${s.metadata.name}.${s.metadata.namespace}.${zone}`)
    .sort((a, b) => distance(a, old) - distance(b, old))
    .slice(0, 5)
    .map((name) => patch(scene, service, { spec: { externalName: name } }, `spec.externalName becomes ${name}`));
};
