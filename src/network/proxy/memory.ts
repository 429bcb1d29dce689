// Session affinity: which endpoint each client had last, kept beside the API as one entry for each port of a Service (portKey) or virtual server.
import type { Json } from '../../model/object.js';
import type { Reader } from '../../model/store.js';

export interface Client {
  /** "ip:port" */
  readonly endpoint: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

type Clients = Readonly<Record<string, Client>>;

interface Asked {
  readonly reader: Pick<Reader, 'state'>;
  now(): number;
}

const key = (node: string, name: string): string => `affinity/${node}/${name}`;

/** By their addresses; those that were quiet for longer than `seconds` are forgotten. */
export function clients({ reader, now }: Asked, node: string, name: string, seconds: number): Clients {
  const all = (reader.state(key(node, name)) ?? {}) as unknown as Clients;
  return Object.fromEntries(Object.entries(all).filter(([, { at }]) => now() - at <= seconds * 1000));
}

/** The endpoint that it had last. */
export const remembered = (asked: Asked, node: string, name: string, client: string, seconds: number): string | undefined =>
  clients(asked, node, name, seconds)[client]?.endpoint;

/** The client has this endpoint now, as an effect. */
export const remember = (
  asked: Asked,
  node: string,
  name: string,
  client: string,
  endpoint: string,
  seconds: number,
): { key: string; value: Json } => ({
  key: key(node, name),
  value: { ...clients(asked, node, name, seconds), [client]: { endpoint, at: asked.now() } } as unknown as Json,
});
