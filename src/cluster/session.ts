// One call's hold on the cluster: what it reads, the context its writes are prepared in, and which controllers it woke.
import type { Change } from '../model/change.js';
import type { ClusterConfig } from '../model/config.js';
import type { Controller } from '../model/controller.js';
import { groupKindFor, type Kind, type KindTable } from '../model/kind.js';
import { type GroupKind, groupKind, type Json, type KubeObject } from '../model/object.js';
import { badRequest } from '../model/status.js';
import type { Reader, WriteContext } from '../model/store.js';
import { type Net, netFrom } from '../network/net.js';
import type { Store } from '../store/index.js';
import type { ClusterWorld } from './world.js';

type Watch = { controller: number; keys: (change: Change, reader: Reader) => Iterable<string> };

/** What a process knows of a cluster, between calls. */
export class Core {
  readonly reader: Reader;
  #controllers: readonly Controller[] | undefined;
  #watches: Map<GroupKind, Watch[]> | undefined;

  constructor(
    readonly store: Store,
    readonly config: ClusterConfig,
    readonly world: ClusterWorld,
    readonly kinds: KindTable,
    private readonly load: () => readonly Controller[],
  ) {
    const { objects, state, views } = store;
    this.reader = {
      get: (kind, ns, name) => objects.get(kind, ns, name),
      list: (kind, options) => objects.list(kind, options),
      selecting: (kind, ns, labels) => objects.selecting(kind, ns, labels),
      ownedBy: (uid) => objects.ownedBy(uid),
      state: (key) => state.get(key),
      view: (view) => views.get(view, this.reader),
    };
  }

  get controllers(): readonly Controller[] {
    this.#controllers ??= this.load();
    return this.#controllers;
  }

  /** Who watches a kind. */
  watches(kind: GroupKind): readonly Watch[] {
    this.#watches ??= this.#gather();
    return this.#watches.get(kind) ?? [];
  }

  #gather(): Map<GroupKind, Watch[]> {
    const watches = new Map<GroupKind, Watch[]>();
    this.controllers.forEach((c, controller) => {
      for (const [kind, keys] of Object.entries(c.watches)) watches.set(kind, [...(watches.get(kind) ?? []), { controller, keys }]);
    });
    return watches;
  }
}

export interface SessionOptions {
  readonly dryRun: boolean;
}

export class Session implements WriteContext {
  readonly warnings = new Set<string>();
  #queues: Set<string>[] | undefined;
  readonly dryRun: boolean;

  constructor(
    readonly core: Core,
    options: SessionOptions,
  ) {
    this.dryRun = options.dryRun;
  }

  warn(text: string): void {
    this.warnings.add(text);
  }

  /** Keys that wait for each controller. */
  get queues(): Set<string>[] {
    this.#queues ??= this.core.controllers.map(() => new Set());
    return this.#queues;
  }

  get world(): ClusterWorld {
    return this.core.world;
  }

  get config(): ClusterConfig {
    return this.core.config;
  }

  get reader(): Reader {
    return this.core.reader;
  }

  /** The network as this call sees it. */
  get net(): Net {
    return netFrom(this.reader, this);
  }

  get allocator(): Store['allocations'] {
    return this.core.store.allocations;
  }

  /** State beside the API, to read and write. */
  get kept(): { state(key: string): Json | undefined; setState(key: string, value: Json | undefined): void } {
    const { state } = this.core.store;
    return { state: (key) => state.get(key), setState: (key, value) => state.set(key, value) };
  }

  kindOf(obj: KubeObject): Kind {
    const slash = obj.apiVersion.indexOf('/');
    const kind = this.core.kinds.get(groupKind(slash < 0 ? '' : obj.apiVersion.slice(0, slash), obj.kind));
    if (!kind) throw badRequest(`no kind "${obj.kind}" is registered for version "${obj.apiVersion}"`);
    return kind;
  }

  /** Stores an object and wakes who watches it. */
  put(kind: Kind, obj: KubeObject): KubeObject {
    const { object, old } = this.wake(this.core.store.put(groupKindFor(kind), obj));
    return this.dryRun ? withRevisionOf(old, object) : object;
  }

  /** Takes an object out for good, with what it had allocated. */
  take(kind: Kind, obj: KubeObject): void {
    const change = this.core.store.remove(groupKindFor(kind), obj);
    kind.release?.(obj, this);
    this.wake(change);
  }

  /** Queues the keys of those who watch what changed. */
  wake(change: Change): Change {
    for (const { controller, keys } of this.core.watches(change.kind)) {
      for (const key of keys(change, this.reader)) this.queue(controller, key);
    }
    return change;
  }

  /** At once, or when the controller's delay is over. */
  queue(index: number, key: string): void {
    const { name, delay } = this.core.controllers[index] as Controller;
    if (delay === undefined) this.queues[index]?.add(key);
    else this.core.store.timers.setNoLater({ controller: name, key, at: this.world.now() + delay });
  }
}

/** A dry run's answer has the revision of what is stored: none when nothing is. Mirrors DryRunnableStorage. */
function withRevisionOf(old: KubeObject | undefined, object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  const kept = old?.metadata.resourceVersion;
  return { ...object, metadata: kept === undefined ? metadata : { ...metadata, resourceVersion: kept } };
}
