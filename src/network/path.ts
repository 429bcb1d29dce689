// The packet's way: an ordered list of steps, each of which looks at it, may change where it goes or end it, and says why.
// A further step is one more entry in `steps`.
import type { Packet, Trace } from '../model/packet.js';
import { hairpin, route } from './route.js';
import { listener } from './listener.js';
import { machineIsOn } from './machines.js';
import { type Net, sourceAddress } from './net.js';
import { egressPolicy, ingressPolicy } from './policy/steps.js';
import { proxyingBalancer } from './proxying-balancer.js';
import { senderRoute } from './sender.js';
import { rulesOfOtherNode, serviceRules } from './service-rules.js';
import type { Step, Walk } from './walk.js';

const throughBalancer: Step = proxyingBalancer((net, packet) => walk(net, packet));

const steps: readonly Step[] = [
  senderRoute,
  machineIsOn,
  serviceRules,
  egressPolicy,
  rulesOfOtherNode,
  throughBalancer,
  route,
  machineIsOn,
  hairpin,
  ingressPolicy,
  listener,
];

export function walk(net: Net, packet: Packet): Trace {
  const w: Walk = {
    net,
    packet,
    to: packet.to,
    port: packet.port,
    sourceIP: sourceAddress(packet.from, packet.to) ?? packet.from.ip,
    node: packet.from.node,
    endpoint: undefined,
    matched: undefined,
    place: undefined,
    hops: [],
    effects: [],
  };
  let outcome: Trace['outcome'] = 'ok';
  for (const step of steps) {
    const end = step(w);
    if (end === undefined) continue;
    outcome = end;
    break;
  }
  const pod = w.place?.pod?.metadata;
  const node = w.place?.node?.metadata.name;
  return {
    packet,
    hops: w.hops,
    outcome,
    ...(w.endpoint && { towards: { ip: w.to, port: w.port } }),
    ...(w.place && {
      reached: {
        ip: w.to,
        port: w.port,
        ...(pod && { pod: { namespace: pod.namespace ?? '', name: pod.name } }),
        ...(node && { node }),
        sourceIP: w.sourceIP,
      },
    }),
    effects: w.effects,
  };
}
