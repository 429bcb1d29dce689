// Cures for what a Service's own rules keep out: traffic policies, source ranges, families; and for nobody who writes the rules.
import { proxyConfig } from '../../bootstrap/node-agents.js';
import { sourceAddress } from '../../../network/net.js';
import { named } from '../scene.js';
import { patch, type Search } from './draft.js';

export const cluster: Search = (scene) => {
  const { service, culprit } = scene;
  const field = culprit?.field === 'spec.internalTrafficPolicy' ? 'internalTrafficPolicy' : 'externalTrafficPolicy';
  return service ? [patch(scene, service, { spec: { [field]: 'Cluster' } }, `spec.${field} becomes Cluster`)] : [];
};

export const admit: Search = (scene) => {
  const { service, failure } = scene;
  const { from, to } = failure.trace.packet;
  const ip = sourceAddress(from, to);
  if (!service || !ip) return [];
  const ranges = [...(service.spec.loadBalancerSourceRanges ?? []), `${ip}/${ip.includes(':') ? 128 : 32}`];
  return [
    patch(scene, service, { spec: { loadBalancerSourceRanges: ranges } }, `spec.loadBalancerSourceRanges holds the sender ${ip}, too`),
  ];
};

export const dual: Search = (scene) =>
  scene.service
    ? [patch(scene, scene.service, { spec: { ipFamilyPolicy: 'PreferDualStack' } }, 'spec.ipFamilyPolicy becomes PreferDualStack')]
    : [];

/** kube-proxy that is kept from the node, or stopped by its configuration. */
export const proxied: Search = function* (scene) {
  const { culprit, net } = scene;
  const { reader, config } = net;
  const set = reader.get('DaemonSet.apps', 'kube-system', 'kube-proxy');
  const selector = set?.spec?.template.spec?.nodeSelector ?? {};
  for (const key of Object.keys(selector).filter((k) => k !== 'kubernetes.io/os'))
    if (set)
      yield patch(
        scene,
        set,
        { spec: { template: { spec: { nodeSelector: { [key]: null } } } } },
        `spec.template.spec.nodeSelector loses ${key}`,
      );
  const map = reader.get('ConfigMap', 'kube-system', 'kube-proxy');
  const written = map?.data?.['config.conf'];
  if (!map || written === undefined || named(culprit?.object)?.kind !== 'Pod') return;
  const mode = written.replace(/^mode: .*$/m, 'mode: ""');
  for (const text of new Set([mode, proxyConfig(config.podCIDRs.join(',')).data?.['config.conf'] ?? '']))
    if (text !== written)
      yield {
        ...patch(scene, map, { data: { 'config.conf': text } }, 'data["config.conf"] becomes one that kube-proxy can read'),
        patience: 700,
      };
};
