// Leaving the sender: a packet from outside meets a node's rules only when it is sent to a node, or to an address that a load balancer or router brings there.
import { Buckets } from '../lib/buckets.js';
import { needsHealthCheck } from '../kinds/service/facts.js';
import { isOff } from '../model/faults.js';
import type { Node, Service } from '../model/generated/api.js';
import { keyOf } from '../model/object.js';
import type { Reader, View } from '../model/store.js';
import { addresses } from './addresses.js';
import { localEndpoints } from './endpoints.js';
import { isIPv6, sourceAddress } from './net.js';
import { clusterIPsOf } from './proxy/service-table.js';
import type { Step, Walk } from './walk.js';

export const senderRoute: Step = (walk) => {
  const { from, to } = walk.packet;
  if (sourceAddress(from, to) === undefined) return noFamily(walk);
  if (from.kind !== 'outside') return undefined;
  const { reader } = walk.net;
  const node = addresses(reader).nodeAt(to);
  if (node) {
    walk.node = node.metadata.name;
    return undefined;
  }
  const services = [...reader.view(owners).all(to)];
  const balanced = services.find((s) => s.status?.loadBalancer?.ingress?.some((i) => i.ip === to) || s.spec.externalIPs?.includes(to));
  if (balanced) {
    const nodes = nodesFor(balanced, reader);
    walk.node = nodes[walk.net.pick(nodes.length)]?.metadata.name;
    return undefined;
  }
  const owner = services.find((s) => clusterIPsOf(s).includes(to));
  const pod = owner ? undefined : addresses(reader).podAt(to);
  if (owner)
    walk.hops.push({
      step: 'route',
      object: `Service ${owner.metadata.namespace}/${owner.metadata.name}`,
      why: `${to} is a ClusterIP: it exists in the rules of the nodes only, and no router outside the cluster knows a way to it`,
      field: 'spec.type',
      cause: 'cluster-ip-from-outside',
    });
  else if (pod)
    walk.hops.push({
      step: 'route',
      object: `Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
      why: `${to} is this Pod's address: only the nodes know a way to it, no router outside the cluster does`,
      field: 'status.podIP',
      cause: 'no-route',
    });
  else
    walk.hops.push({
      step: 'route',
      why: `${to} is ${addresses(reader).gatewayAt(to) ? 'known to the nodes only' : 'no address of a node'}: from outside the cluster there is no way to it`,
      cause: 'no-route',
    });
  return 'timeout';
};

const addressesOf = (s: Service): string[] => [
  ...new Set([
    ...clusterIPsOf(s),
    ...(s.spec.externalIPs ?? []),
    ...(s.status?.loadBalancer?.ingress ?? []).flatMap((i) => (i.ip ? [i.ip] : [])),
  ]),
];

/** Services by every address that is theirs, whether or not a kube-proxy writes rules for it. */
const owners: View<Buckets<Service>> = {
  kinds: ['Service'],
  make: (reader) => {
    const index = new Buckets<Service>();
    for (const s of reader.list('Service')) for (const ip of addressesOf(s)) index.set(ip, keyOf(s), s);
    return index;
  },
  apply: (index, { type, object, old }) => {
    const key = keyOf(object);
    for (const ip of addressesOf((old ?? object) as unknown as Service)) index.delete(ip, key);
    const service = object as unknown as Service;
    if (type !== 'DELETED') for (const ip of addressesOf(service)) index.set(ip, key, service);
  },
};

const excluded = 'node.kubernetes.io/exclude-from-external-load-balancers';

/**
 * Where a load balancer or router sends packets: machines that are on and, when it is a load balancer, are not labelled as none of its targets;
 * for externalTrafficPolicy Local those that pass its health check.
 */
export function nodesFor(service: Service, reader: Reader): Node[] {
  const on = reader.list('Node').filter((n) => !isOff(reader, n.metadata.name));
  if (service.spec.type !== 'LoadBalancer') return on;
  const targets = on.filter((n) => n.metadata.labels?.[excluded] === undefined);
  const healthy = needsHealthCheck(service) ? targets.filter((n) => localEndpoints(reader, service, n.metadata.name) > 0) : targets;
  return [healthy, targets, on].find((list) => list.length > 0) ?? [];
}

/** A single-stack sender and an address of the other family: its kernel has no way to send. */
function noFamily(walk: Walk): 'unreachable' {
  const { from, to } = walk.packet;
  walk.hops.push({
    step: 'route',
    ...(from.kind === 'pod' && { object: `Pod ${from.namespace}/${from.name}` }),
    ...(from.kind === 'node' && { object: `Node ${from.name}` }),
    why: `${to} is an ${isIPv6(to) ? 'IPv6' : 'IPv4'} address, and the sender has only ${(from.ips ?? [from.ip]).join(', ')}: there is no way to it`,
    ...(from.kind === 'pod' && { field: 'status.podIPs' }),
    cause: 'family',
  });
  return 'unreachable';
}
