// What virtual servers remember of their connections, kept beside the API.
import type { Json } from '../../../model/object.js';
import type { Reader } from '../../../model/store.js';
import type { Chance } from '../verdict.js';

interface Memory {
  readonly total: number;
  /** By destination: when its latest connections were closed (milliseconds). */
  readonly closed: Readonly<Record<string, readonly number[]>>;
}

const key = (node: string, server: string): string => `ipvs/${node}/${server}`;

/** How long the kernel counts a closed connection among the inactive: 120 s of TIME_WAIT; UDP knows no end, and waits for 300 s. */
const remembers = (server: string): number => (server.startsWith('UDP') ? 300_000 : 120_000);

interface Asked {
  readonly reader: Pick<Reader, 'state'>;
  now(): number;
}

const memoryOf = ({ reader }: Asked, node: string, server: string): Memory =>
  (reader.state(key(node, server)) as unknown as Memory | undefined) ?? { total: 0, closed: {} };

const still = (net: Asked, server: string, times: readonly number[] = []): number[] =>
  times.filter((t) => net.now() - t < remembers(server));

export const connectionsOf =
  (net: Asked, node: string): Chance['connections'] =>
  (server, endpoint) => {
    const { total, closed } = memoryOf(net, node, server);
    return endpoint === undefined ? total : still(net, server, closed[endpoint]).length;
  };

/** A reader to whom each server has had `more` connections than it had: where round robin will stand. */
export const later = (reader: Reader, more: number): Reader => ({
  ...reader,
  state: (name) => {
    if (!name.startsWith('ipvs/')) return reader.state(name);
    const { total, closed } = (reader.state(name) as unknown as Memory | undefined) ?? { total: 0, closed: {} };
    return { total: total + more, closed } as unknown as Json;
  },
});

/** One more connection, as an effect. */
export function counted(net: Asked, node: string, server: string, endpoint: string): { key: string; value: Json } {
  const { total, closed } = memoryOf(net, node, server);
  const kept = Object.entries({ ...closed, [endpoint]: [...(closed[endpoint] ?? []), net.now()] })
    .map(([e, times]) => [e, still(net, server, times)] as const)
    .filter(([, times]) => times.length > 0);
  return { key: key(node, server), value: { total: total + 1, closed: Object.fromEntries(kept) } };
}
