// Where an address lives: on a Pod's interface, on a node's, on the sender's own loopback, or nowhere.
import type { Hop } from '../model/packet.js';
import { addresses } from './addresses.js';
import { slicesOf } from './endpoints.js';
import { isLoopback } from './net.js';
import { runtimeOf } from './runtime.js';
import type { Step, Walk } from './walk.js';

export const route: Step = (walk) => {
  const { reader } = walk.net;
  const { from } = walk.packet;
  if (isLoopback(walk.to)) {
    const pod = from.kind === 'pod' ? reader.get('Pod', from.namespace ?? '', from.name ?? '') : undefined;
    const node = from.kind === 'node' ? reader.get('Node', '', from.name ?? '') : undefined;
    walk.place = { ...(pod && { pod }), ...(node && { node }), loopback: true };
    return undefined;
  }
  const known = addresses(reader);
  const pod = known.podAt(walk.to);
  if (pod) {
    walk.place = { pod, loopback: false };
    walk.hops.push({
      step: 'route',
      object: `Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
      why: `${walk.to} is this Pod's address, on node ${pod.spec.nodeName}`,
    });
    return undefined;
  }
  const node = known.nodeAt(walk.to);
  if (node) {
    walk.place = { node, loopback: false };
    walk.hops.push({ step: 'route', object: `Node ${node.metadata.name}`, why: `${walk.to} is this node's address` });
    return undefined;
  }
  const gateway = known.gatewayAt(walk.to);
  if (gateway) {
    walk.place = { node: gateway, loopback: false };
    walk.hops.push({
      step: 'route',
      object: `Node ${gateway.metadata.name}`,
      why: `${walk.to} is this node's address as the gateway of its Pods`,
    });
    return undefined;
  }
  walk.hops.push({
    step: 'route',
    why: `${walk.to} is the address of no Pod and no node: the packet leaves the cluster and nothing answers`,
    ...(walk.hops.some((h) => h.cause) ? {} : culprit(walk)),
  });
  forgotten(walk);
  return 'timeout';
};

/** A slice that lists a Pod which is not there any more. */
function forgotten(walk: Walk): void {
  const { pod } = walk.endpoint ?? {};
  const { object } = walk.hops.at(-1) ?? {};
  if (!pod || !object?.startsWith('EndpointSlice ') || walk.net.reader.get('Pod', pod.namespace, pod.name)) return;
  walk.hops.push({
    step: 'because',
    object,
    why: `it lists Pod ${pod.namespace}/${pod.name}, which is gone: kube-controller-manager has not written it since`,
    field: 'endpoints',
    cause: 'not-programmed',
  });
}

/** Who sent it there. */
function culprit(walk: Walk): Pick<Hop, 'object' | 'field' | 'cause'> {
  const { endpoint, matched } = walk;
  if (!endpoint || !matched) return { cause: 'no-route' };
  const slice = slicesOf(walk.net.reader, matched.service).find((s) => s.endpoints?.some((e) => e.addresses.includes(endpoint.ip)));
  if (slice)
    return {
      object: `EndpointSlice ${slice.metadata.namespace}/${slice.metadata.name}`,
      field: 'endpoints[].addresses',
      cause: 'no-route',
    };
  return { object: `Service ${matched.service.metadata.namespace}/${matched.service.metadata.name}`, cause: 'not-programmed' };
}

// A Pod that reaches itself through a Service: its packet must come back over the bridge port that it left by, which a bridge does only in
// hairpin mode. Mirrors the bridge plugin's hairpinMode.

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
