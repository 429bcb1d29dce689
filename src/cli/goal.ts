// Who sends, and where to: "pod/web-1" or "outside", and a URL, a name, an address or TYPE/NAME with a port.
import { UsageError } from './errors.js';
import type { KubeObject } from '../model/object.js';
import type { Goal, Sender } from '../model/why.js';
import type { Client } from './client.js';
import { objectOf, podsOf } from './container.js';

/** Of --from; "" is a Pod that is there for this request only. */
export function senderOf(client: Client, namespace: string, text: string): Sender {
  if (text === '') return { kind: 'guest', namespace };
  if (text === 'outside') return { kind: 'outside' };
  const [type, name] = text.split('/');
  if ((type === 'node' || type === 'nodes' || type === 'no') && name) return { kind: 'node', name };
  const [pod] = podsOf(client, objectOf(client, namespace, [text]), 'attach to').pods;
  if (!pod) throw new UsageError(`${text} has no Pods`);
  return { kind: 'pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
}

export type Destination = Pick<Goal, 'host' | 'port'>;

/** One destination, or one for each port of a Service whose port was not said. */
export function destinationsOf(client: Client, namespace: string, text: string): Destination[] {
  const url = /^([a-z][a-z0-9+.-]*):\/\/(\[[^\]]*\]|[^:/?#]+)(?::(\d+))?/i.exec(text);
  if (url) return [{ host: bare(url[2] as string), port: url[3] ? Number(url[3]) : url[1] === 'https' ? 443 : 80 }];
  const match = /^(\[[^\]]*\]|[^:]+|[0-9a-f:]+:[0-9a-f:]*)(?::(\d+))?$/i.exec(text);
  if (!match)
    throw new UsageError(`invalid destination ${JSON.stringify(text)}: a URL, NAME:PORT, ADDRESS:PORT or TYPE/NAME:PORT is expected`);
  const [, what = '', digits] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65535)) throw new UsageError(`invalid port ${port}: must be between 1 and 65535`);
  if (what.includes('/')) return ofObject(objectOf(client, namespace, [what]).object, port);
  return [{ host: bare(what), port: port ?? 80 }];
}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

function ofObject(object: KubeObject, port: number | undefined): Destination[] {
  const { kind, metadata, spec, status } = object;
  switch (kind) {
    case 'Service': {
      const ports: number[] = port === undefined ? (spec.ports ?? []).map((p: { port: number }) => p.port) : [port];
      const named = spec.type === 'ExternalName' || spec.clusterIP === 'None' || !spec.clusterIP;
      const host = named ? `${metadata.name}.${metadata.namespace}.svc` : spec.clusterIP;
      return (ports.length > 0 ? [...new Set(ports)] : [80]).map((p) => ({ host, port: p }));
    }
    case 'Pod': {
      if (!status?.podIP) throw new UsageError(`pod ${metadata.name} has no address`);
      return [{ host: status.podIP, port: port ?? spec.containers?.[0]?.ports?.[0]?.containerPort ?? 80 }];
    }
    case 'Node': {
      const address = (status?.addresses ?? []).find((a: { type: string }) => a.type === 'InternalIP')?.address;
      if (!address) throw new UsageError(`node ${metadata.name} has no address`);
      if (port === undefined) throw new UsageError(`node/${metadata.name}: which port? say node/${metadata.name}:PORT`);
      return [{ host: address, port }];
    }
    default:
      throw new UsageError(`a packet cannot be sent to a ${kind}: name a service, a pod or a node`);
  }
}
