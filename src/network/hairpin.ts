// A Pod that reaches itself through a Service: its packet must come back over the bridge port that it left by, which a bridge does only in
// hairpin mode. Mirrors the bridge plugin's hairpinMode.
import { runtimeOf } from './runtime.js';
import type { Step } from './walk.js';

export const hairpin: Step = (walk) => {
  const { from } = walk.packet;
  const pod = walk.place?.pod;
  if (!walk.endpoint || !pod || from.kind !== 'pod' || pod.metadata.name !== from.name || pod.metadata.namespace !== from.namespace)
    return undefined;
  if (!runtimeOf(walk.net.reader, pod)?.noHairpin) return undefined;
  walk.hops.push({
    step: 'route',
    object: 'ConfigMap kube-flannel/kube-flannel-cfg',
    why: `the Service chose the sender itself, and hairpinMode was off when the Pod's interface was made: the bridge of node ${pod.spec.nodeName} does not send a packet back where it came from`,
    field: 'data.cni-conf.json',
    cause: 'hairpin',
  });
  return 'timeout';
};
