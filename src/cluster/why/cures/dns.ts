// Cures for names: CoreDNS' configuration, aliases that lead nowhere, headless Services without a Pod.
import { distance } from '../../../lib/levenshtein.js';
import { dnsConfig } from '../../bootstrap/dns.js';
import { serviceNamed } from '../scene.js';
import { patch, type Search } from './draft.js';

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
