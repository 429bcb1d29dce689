// What a cure is looked for: the packet that was lost, the hop that names the culprit, and the Service that was meant.
import { hasSelector } from '../../kinds/service/facts.js';
import { type Failure, failureOf } from '../../model/failure.js';
import type { Pod, Service, ServicePort } from '../../model/generated/api.js';
import type { Hop, Trace } from '../../model/packet.js';
import { fromMap } from '../../model/selector.js';
import type { Goal, TraceResult } from '../../model/why.js';
import { addresses } from '../../network/addresses.js';
import { slicesOf } from '../../network/endpoints.js';
import { socketsOf } from '../../network/listener.js';
import type { Net } from '../../network/net.js';

export interface Scene {
  readonly net: Net;
  readonly goal: Goal;
  readonly failure: Failure;
  readonly culprit: Hop | undefined;
  /** The Service that the packet was for, and which of its ports. */
  readonly service: Service | undefined;
  readonly port: ServicePort | undefined;
  /** The user's own: commands for it need no -n. */
  readonly namespace: string;
}

/** The packets of an attempt that tell why it did not arrive; undefined when all of them did. */
export function lost({ lookup, ways, arrives }: TraceResult): readonly Trace[] | undefined {
  if (arrives) return undefined;
  const way = ways.find((t) => t.outcome !== 'ok');
  return way ? [...lookup, way] : lookup;
}

export function sceneOf(net: Net, goal: Goal, traces: readonly Trace[], namespace: string): Scene | undefined {
  const failure = failureOf(traces);
  if (!failure) return undefined;
  const { culprit, trace } = failure;
  // A question that was answered went through the Service of DNS, which is not the one that was meant.
  const service = (culprit?.cause === 'dns-name' ? undefined : serviceOnWay(net, trace)) ?? serviceNamed(net, goal);
  return { net, goal, failure, culprit, service, port: service && portOf(service, trace), namespace };
}

/** "Service default/web" -> the words of it. */
export function named(object: string | undefined): { kind: string; namespace: string; name: string } | undefined {
  const match = /^(\w+) (?:([^/ ]+)\/)?([^/ ]+)$/.exec(object ?? '');
  return match ? { kind: match[1] as string, namespace: match[2] ?? '', name: match[3] as string } : undefined;
}

function serviceOnWay({ reader }: Net, { hops }: Trace): Service | undefined {
  const found = named(hops.findLast((h) => h.object?.startsWith('Service '))?.object);
  return found && reader.get('Service', found.namespace, found.name);
}

/** The Service that a name means to the sender: "web", "web.shop", "web.shop.svc.cluster.local". */
export function serviceNamed({ reader, config }: Net, { host, sender }: Goal): Service | undefined {
  const labels = host
    .replace(/\.$/, '')
    .replace(new RegExp(`\\.${config.clusterDomain.replaceAll('.', '\\.')}$`), '')
    .split('.');
  if (labels.at(-1) === 'svc') labels.pop();
  const [name = '', namespace = sender.namespace ?? 'default'] = labels.length > 2 ? labels.slice(-2) : labels;
  return reader.get('Service', namespace, name);
}

const portOf = ({ spec }: Service, { packet, question }: Trace): ServicePort | undefined => {
  const ports = spec.ports ?? [];
  const number = ports.filter((p) => p.port === packet.port || p.nodePort === packet.port);
  return number.find((p) => (p.protocol ?? 'TCP') === packet.protocol) ?? (question ? undefined : number[0]);
};

/** The Pods that the Service's selector chooses. */
export function chosenBy({ reader }: Net, service: Service): Pod[] {
  const { metadata, spec } = service;
  return hasSelector(service) ? reader.list('Pod', { namespace: metadata.namespace ?? '', labels: fromMap(spec.selector ?? {}) }) : [];
}

/** The Pod that the failure is laid at. */
export function culpritPod({ net, culprit }: Scene): Pod | undefined {
  const told = named(culprit?.object);
  return told?.kind === 'Pod' ? net.reader.get('Pod', told.namespace, told.name) : undefined;
}

/** Pods that rules send to. */
export const behind = ({ reader }: Net, service: Service): Pod[] => [
  ...new Map(
    slicesOf(reader, service)
      .flatMap((s) => s.endpoints ?? [])
      .filter((e) => e.conditions?.ready !== false)
      .flatMap((e) => e.addresses)
      .flatMap((ip) => {
        const pod = addresses(reader).podAt(ip);
        return pod ? [[pod.metadata.uid, pod] as const] : [];
      }),
  ).values(),
];

/** Numbers of the ports that a Pod's processes listen on for others. */
export const listensOn = (net: Net, pod: Pod, protocol: string): number[] => [
  ...new Set([...socketsOf(net, pod)].filter((l) => l.socket.protocol === protocol && !l.socket.loopback).map((l) => l.socket.port)),
];
