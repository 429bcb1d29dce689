// A load balancer that answers its address itself (status.loadBalancer.ingress[].ipMode: Proxy): the nodes' rules leave the packet alone, whoever
// sends it, and the load balancer opens a connection of its own to a node port. Mirrors KEP-1860.
import { joinHostPort } from '../lib/ip.js';
import type { Service } from '../model/generated/api.js';
import { keyOf } from '../model/object.js';
import type { Packet, Trace } from '../model/packet.js';
import type { View } from '../model/store.js';
import { isIPv6, type Net, nodeIP, nodeIPs } from './net.js';
import { nodesFor } from './sender.js';
import type { Step } from './walk.js';

const proxied = (s: Service): string[] =>
  (s.status?.loadBalancer?.ingress ?? []).flatMap((i) => (i.ip && i.ipMode === 'Proxy' ? [i.ip] : []));

const view: View<Map<string, Service>> = {
  kinds: ['Service'],
  make: (reader) => new Map(reader.list('Service').flatMap((s) => proxied(s).map((ip): [string, Service] => [ip, s]))),
  apply: (index, { type, object, old }) => {
    for (const ip of proxied((old ?? object) as unknown as Service)) index.delete(ip);
    if (type !== 'DELETED') for (const ip of proxied(object as unknown as Service)) index.set(ip, object as unknown as Service);
  },
};

/** `again` walks the load balancer's own packet. */
export const proxyingBalancer =
  (again: (net: Net, packet: Packet) => Trace): Step =>
  (walk) => {
    const { net, to } = walk;
    const service = net.reader.view(view).get(to);
    if (!service) return undefined;
    const object = `Service ${keyOf(service)}`;
    const { protocol } = walk.packet;
    const port = (service.spec.ports ?? []).find((p) => p.port === walk.port && (p.protocol ?? 'TCP') === protocol);
    if (!port) {
      const why = `the load balancer at ${to} answers for the ports of spec.ports only: ${walk.port}/${protocol} is refused`;
      walk.hops.push({ step: 'balancer', object, why, field: 'spec.ports', cause: 'port-not-declared' });
      return 'refused';
    }
    const nodes = nodesFor(service, net.reader);
    const node = nodes[net.pick(nodes.length)];
    if (!port.nodePort || !node || protocol === 'ICMP') {
      const why = `the load balancer at ${to} (ipMode Proxy) sends on to node ports, and port ${port.port} has none`;
      walk.hops.push({ step: 'balancer', object, why, field: 'spec.allocateLoadBalancerNodePorts', cause: 'not-programmed' });
      return 'timeout';
    }
    const target = nodeIPs(node).find((ip) => isIPv6(ip) === isIPv6(to)) ?? nodeIP(node);
    const why = `the load balancer at ${to} (ipMode Proxy) takes the connection and opens its own to ${joinHostPort(target, port.nodePort)}, a node port of ${node.metadata.name}`;
    walk.hops.push({ step: 'balancer', object, why });
    const onward = again(net, { from: { kind: 'outside', ip: to }, to: target, port: port.nodePort, protocol });
    walk.hops.push(...onward.hops);
    walk.effects.push(...(onward.effects as typeof walk.effects));
    if (onward.reached) {
      const { ip, port: reachedPort, pod, node: reachedNode, sourceIP } = onward.reached;
      const [ownPod, ownNode] = [
        pod && net.reader.get('Pod', pod.namespace, pod.name),
        reachedNode && net.reader.get('Node', '', reachedNode),
      ];
      walk.to = ip;
      walk.port = reachedPort;
      walk.sourceIP = sourceIP;
      walk.place = { ...(ownPod && { pod: ownPod }), ...(ownNode && { node: ownNode }), loopback: false };
    }
    return onward.outcome;
  };
