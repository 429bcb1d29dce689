// What a program that runs on a node sees of its machine, beside files and wire: the node's name, the network, and what is kept of the node.
import type { Json } from '../model/object.js';
import type { Net } from '../network/net.js';
import { type Connection, connectionsOn, withConnections } from './connections.js';
import { nodeFiles } from './node-files.js';
import type { Effect } from './effects.js';

export interface NodeAccess {
  /** The Node's name. */
  readonly name: string;
  /** Its `reader.state` already shows what this run has set. */
  readonly net: Net;
  /** Is there such a file on the node's disk? */
  hasFile(path: string): boolean;
  /** Keeps something of the node beside the API (rules that were flushed, a service that was stopped); absent: forgets it. */
  setState(key: string, value: Json | undefined): void;
  /** What the node's kernel remembers of connections, with those of this run. */
  connections(now: number): Connection[];
  /** Wakes a controller `ms` milliseconds after this run. */
  wake(controller: string, key: string, ms: number): void;
}

/** The node as a program sees it; what it sets is an effect of the run, and seen by what comes after it in the same run. */
export function accessTo(net: Net, node: string, effects: Effect[]): NodeAccess {
  const set = new Map<string, Json | undefined>();
  const reader = { ...net.reader, state: (key: string) => (set.has(key) ? set.get(key) : net.reader.state(key)) };
  return {
    name: node,
    net: { ...net, reader },
    hasFile: (path) => {
      const object = net.reader.get('Node', '', node);
      return !!object && nodeFiles(net, object).exists(path);
    },
    setState(key, value) {
      set.set(key, value);
      effects.push({ kind: 'state', key, value });
    },
    connections: (now) => {
      const own = effects.flatMap((e) => (e.kind === 'connection' && e.node === node ? [e.entry] : []));
      return withConnections(connectionsOn(reader, node, now), own);
    },
    wake: (controller, key, ms) => void effects.push({ kind: 'wake', controller, key, ms }),
  };
}
