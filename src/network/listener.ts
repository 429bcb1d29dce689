// Whether somebody listens where the packet arrived: the sockets that the containers' processes have really opened.
import { familyOf } from '../lib/ip.js';
import type { Pod } from '../model/generated/api.js';
import type { Packet, Trace } from '../model/packet.js';
import type { Reader } from '../model/store.js';
import { addresses } from './addresses.js';
import { slicesOf } from './endpoints.js';
import { noProxy } from './no-proxy.js';
import { liveTable } from './proxy/service-table.js';
import { isIPv6, type Net, onHostNetwork } from './net.js';
import type { Step, Walk } from './walk.js';
import { isRunning, runtimeOf, type Socket } from './runtime.js';
import { healthSockets } from './service-health.js';

export interface Listening {
  readonly pod: Pod;
  readonly container: string;
  readonly socket: Socket;
}

/** Every socket of a Pod's running containers. */
export function* socketsOf({ reader }: Pick<Net, 'reader'>, pod: Pod): Generator<Listening> {
  const containers = runtimeOf(reader, pod)?.containers;
  for (const container in containers) {
    const runs = containers[container];
    if (!isRunning(runs)) continue;
    for (const socket of runs?.attempt?.sockets ?? []) {
      yield { pod, container, socket };
      for (const more of healthOf(reader, socket, pod)) yield { pod, container, socket: more };
    }
  }
}

/** A kube-proxy opens further ones for Services that want their health checked. */
const healthOf = (reader: Reader, socket: Socket, pod: Pod): readonly Socket[] =>
  socket.server === 'kube-proxy' && socket.port === 10_256 ? healthSockets(reader, pod.spec.nodeName ?? '') : [];

/** What of the two families a socket takes; undefined: both. */
export const familyOfSocket = ({ family, loopback }: Socket): Socket['family'] => family ?? (loopback ? 'IPv4' : undefined);

const takes = (socket: Socket, ip: string): boolean => {
  const family = familyOfSocket(socket);
  return family === undefined || (family === 'IPv6') === isIPv6(ip);
};

interface Arrival extends Pick<Packet, 'port' | 'protocol'> {
  readonly ip: string;
}

/** The socket that takes what comes for a port of a Pod or, on its node's own network, of the node. */
function listeningAt(
  net: Net,
  { pod, node, loopback = false }: { readonly pod?: Pod | undefined; readonly node?: string | undefined; readonly loopback?: boolean },
  { ip, port, protocol }: Arrival,
): Listening | undefined {
  const pods = pod && !onHostNetwork(pod) ? [pod] : addresses(net.reader).hostPods(pod?.spec.nodeName ?? node ?? '');
  for (const p of pods)
    for (const found of socketsOf(net, p)) {
      const { socket } = found;
      if (socket.port === port && socket.protocol === protocol && (loopback || !socket.loopback) && takes(socket, ip)) return found;
    }
  return undefined;
}

/** The socket that a walk ended at. */
export function arrivedAt(net: Net, { reached, packet }: Trace): Listening | undefined {
  if (!reached) return undefined;
  const pod = reached.pod && net.reader.get('Pod', reached.pod.namespace, reached.pod.name);
  return listeningAt(net, { pod, node: reached.node, loopback: true }, { ip: reached.ip, port: reached.port, protocol: packet.protocol });
}

export const listener: Step = (walk) => {
  const { pod, node, loopback = false } = walk.place ?? {};
  const { port, packet } = walk;
  const where = pod ? `Pod ${pod.metadata.namespace}/${pod.metadata.name}` : `Node ${node?.metadata.name}`;
  if (packet.protocol === 'ICMP') {
    walk.hops.push({ step: 'listener', object: where, why: 'answers the ping' });
    return undefined;
  }
  const found = listeningAt(walk.net, { pod, node: node?.metadata.name, loopback }, { ip: walk.to, port, protocol: packet.protocol });
  if (found) {
    walk.hops.push({
      step: 'listener',
      object: `Pod ${found.pod.metadata.namespace}/${found.pod.metadata.name}`,
      why: `container "${found.container}" listens on port ${port}/${packet.protocol}`,
    });
    return undefined;
  }
  refuse(walk, where);
  return 'refused';
};

/** Whom a socket is for that is not for all. */
function reachOf(socket: Socket): string {
  if (!socket.loopback) return `for ${socket.family}`;
  return `of ${familyOfSocket(socket) === 'IPv6' ? '::1' : '127.0.0.1'}`;
}

/** Nobody listens there: who does, and where else, and who sent the packet to this port. */
function refuse(walk: Walk, where: string): void {
  const { pod } = walk.place ?? {};
  const others = pod ? [...socketsOf(walk.net, pod)] : [];
  const own = `${walk.port}/${walk.packet.protocol}`;
  const local = others.find((l) => l.socket.port === walk.port && l.socket.protocol === walk.packet.protocol);
  if (local) {
    const at = pod?.spec.containers.findIndex((c) => c.name === local.container) ?? 0;
    walk.hops.push({
      step: 'listener',
      object: where,
      why: `container "${local.container}" listens on port ${walk.port} ${reachOf(local.socket)} only: refused`,
      field: `spec.containers[${at}]`,
      cause: local.socket.loopback ? 'listens-on-loopback' : 'family',
    });
    return;
  }
  const listens = [...new Set(others.filter((l) => !l.socket.loopback).map((l) => `${l.socket.port}/${l.socket.protocol}`))].join(', ');
  walk.hops.push({
    step: 'listener',
    object: where,
    why: `nothing listens on port ${own}${pod ? ` (the Pod's processes listen on: ${listens || 'nothing'})` : ''}: refused`,
    ...(pod && { field: 'spec.containers' }),
    cause: 'nothing-listens',
  });
  if (pod) sentBy(walk, pod);
  else nodePortOf(walk);
}

/** A node port that is there, but not for this packet. */
function nodePortOf(walk: Walk): void {
  const { reader } = walk.net;
  const asked = walk.packet.protocol;
  for (const { service } of reader.view(liveTable).onNodePort(walk.port)) {
    const object = `Service ${service.metadata.namespace}/${service.metadata.name}`;
    const ports = service.spec.ports ?? [];
    const index = ports.findIndex((p) => p.nodePort === walk.port && (p.protocol ?? 'TCP') === asked);
    if (index < 0) {
      const other = ports.findIndex((p) => p.nodePort === walk.port);
      const why = `${walk.port} is its node port for ${ports[other]?.protocol ?? 'TCP'}, not for ${asked}`;
      walk.hops.push({ step: 'because', object, why, field: `spec.ports[${other}].protocol`, cause: 'protocol-not-declared' });
    } else if (!service.spec.ipFamilies?.includes(familyOf(walk.to) ?? 'IPv4')) {
      const why = `${walk.port} is its node port for ${service.spec.ipFamilies?.join(', ')} only`;
      walk.hops.push({ step: 'because', object, why, field: 'spec.ipFamilies', cause: 'family' });
    } else walk.hops.push(noProxy(reader, walk.place?.node?.metadata.name ?? ''));
    return;
  }
}

/** Whose fault it is that the packet came to this port of this Pod: the number's, when no other endpoint does better, else the selector's. */
function sentBy(walk: Walk, pod: Pod): void {
  const { matched } = walk;
  if (!matched) return;
  const { service, port } = matched;
  const object = `Service ${service.metadata.namespace}/${service.metadata.name}`;
  const better = listeningElsewhere(walk, pod);
  const words = Object.entries(service.spec.selector ?? {}).map(([k, v]) => `${k}=${v}`);
  if (better && words.length > 0) {
    const why = `spec.selector (${words.join(',')}) chooses this Pod beside Pod ${better.metadata.namespace}/${better.metadata.name}, which does listen`;
    walk.hops.push({ step: 'because', object, why, field: 'spec.selector', cause: 'nothing-listens' });
    return;
  }
  const index = (service.spec.ports ?? []).indexOf(port);
  const number = typeof port.targetPort === 'string' ? `, which is ${walk.port} in this Pod` : '';
  walk.hops.push({
    step: 'because',
    object,
    why: `spec.ports[${index}] sends port ${port.port} to targetPort ${port.targetPort ?? port.port}${number}`,
    field: `spec.ports[${index}].targetPort`,
    cause: 'nothing-listens',
  });
}

/** Another endpoint of the same port that would have taken the packet. */
function listeningElsewhere(walk: Walk, pod: Pod): Pod | undefined {
  const { service, port } = walk.matched as NonNullable<Walk['matched']>;
  for (const slice of slicesOf(walk.net.reader, service)) {
    const number = slice.ports?.find(
      (p) => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    )?.port;
    for (const e of slice.endpoints ?? []) {
      const other = addresses(walk.net.reader).podAt(e.addresses[0] ?? '');
      if (!other || other.metadata.uid === pod.metadata.uid || e.conditions?.ready === false) continue;
      if (
        [...socketsOf(walk.net, other)].some(
          (l) => l.socket.port === number && l.socket.protocol === walk.packet.protocol && !l.socket.loopback,
        )
      )
        return other;
    }
  }
  return undefined;
}
