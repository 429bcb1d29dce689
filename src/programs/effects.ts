// What runs leave behind, written down: lines in servers' logs, affinity entries.
import type { Json } from '../model/object.js';
import type { Reader } from '../model/store.js';
import { type Connection, connectionsKey, connectionsOn, withConnections } from './connections.js';

/** What a run leaves behind in the cluster: written by those who may. */
export type Effect =
  | { readonly kind: 'state'; readonly key: string; readonly value: Json | undefined }
  /** A connection that a node's kernel remembers. */
  | { readonly kind: 'connection'; readonly node: string; readonly entry: Connection; readonly now: number }
  /** A controller that has to look at something. */
  | { readonly kind: 'wake'; readonly controller: string; readonly key: string; readonly ms: number }
  /** A line in a server's log. */
  | { readonly kind: 'request'; readonly podUid: string; readonly container: string; readonly at: number; readonly line: string };

/** A server's log lines for requests it had. */
export interface LoggedRequest {
  readonly container: string;
  readonly at: number;
  readonly line: string;
}

/** How many lines are kept of one Pod. */
const kept = 2000;

export const requestsKey = (pod: { metadata: { uid?: string } }): string => `kubelet/requests/${pod.metadata.uid}`;

export function writeEffects(reader: Reader, setState: (key: string, value: Json | undefined) => void, effects: readonly Effect[]): void {
  const byPod = new Map<string, LoggedRequest[]>();
  for (const e of effects) {
    if (e.kind === 'state') setState(e.key, e.value);
    else if (e.kind === 'request')
      byPod.set(e.podUid, [...(byPod.get(e.podUid) ?? []), { container: e.container, at: e.at, line: e.line }]);
  }
  const byNode = new Map<string, Extract<Effect, { kind: 'connection' }>[]>();
  for (const e of effects) if (e.kind === 'connection') byNode.set(e.node, [...(byNode.get(e.node) ?? []), e]);
  for (const [node, added] of byNode) {
    const before = connectionsOn(reader, node, added[0]?.now ?? 0);
    setState(
      connectionsKey(node),
      withConnections(
        before,
        added.map((e) => e.entry),
      ) as unknown as Json,
    );
  }
  for (const [uid, lines] of byPod) {
    const key = requestsKey({ metadata: { uid } });
    const before = (reader.state(key) as unknown as LoggedRequest[] | undefined) ?? [];
    setState(key, [...before, ...lines].slice(-kept) as unknown as Json);
  }
}
