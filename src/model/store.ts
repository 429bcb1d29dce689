// How the rooms read and write the cluster. `Reader` is all that kinds, network and programs see; `Writer` is what controllers act with.
import type { Change } from './change.js';
import type { ClusterConfig } from './config.js';
import type { GroupKind, Json, KubeObject } from './object.js';
import type { Known } from './known.js';
import type { Labels, Requirement } from './selector.js';
import type { World } from './world.js';

export interface ListOptions {
  /** Absent: all namespaces (or cluster-scoped). */
  readonly namespace?: string;
  readonly labels?: readonly Requirement[];
}

/** An index in memory over the objects of some kinds: made once, then told of every change. A constant of the module that uses it. */
export interface View<T> {
  readonly kinds: readonly GroupKind[];
  make(reader: Reader): T;
  /** Takes one change of one of `kinds` into `index`. */
  apply(index: T, change: Change): void;
}

/** Objects come shared and must not be written into; lists are ordered by namespace, then name. */
export interface Reader {
  get<K extends string>(kind: K, namespace: string, name: string): Known<K> | undefined;
  list<K extends string>(kind: K, options?: ListOptions): Known<K>[];
  /**
   * Objects of `kind` in the namespace whose map selector (the kind's `selector` facet, e.g. Service.spec.selector) is not empty and matches `labels`.
   * One probe per label, however many Services there are.
   */
  selecting<K extends string>(kind: K, namespace: string, labels: Labels | undefined): Known<K>[];
  /** Objects of any kind with an ownerReference to `uid`. */
  ownedBy(uid: string): KubeObject[];
  /** Small facts beside the API that a controller keeps (a node's last written rules): namespaced by key prefix, "kube-proxy/node01". */
  state(key: string): Json | undefined;
  /** The index that `view` makes, as of now: a look-up in it costs the same however many objects there are. */
  view<T>(view: View<T>): T;
}

/** One allocation. */
export interface Claim {
  readonly pool: string;
  readonly value: string;
  readonly owner: string;
}

/** Numbers and addresses that only one owner may have: cluster IPs, node ports, Pod IPs. Bookkeeping is transactional. */
export interface Allocator {
  /** The owner ("Service default/web") of `value` in `pool`, or undefined. */
  owner(pool: string, value: string): string | undefined;
  /** Claims `value`; false when another owner has it. */
  claim(pool: string, value: string, owner: string): boolean;
  release(pool: string, value: string): void;
}

/** What a write may look at and claim while it is prepared. */
export interface WriteContext {
  readonly world: World;
  readonly config: ClusterConfig;
  readonly reader: Reader;
  readonly allocator: Allocator;
  /** True for --dry-run=server: allocations are rolled back with the rest. */
  readonly dryRun: boolean;
  /** A line for the client's `Warning: `, said before those of Kind.warnings and even when the request is refused. */
  warn(text: string): void;
}

export interface RemoveOptions {
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

/** The hands of a controller. Writes go through defaults, admission and allocation like a client's, and wake other controllers. */
export interface Writer extends Reader {
  readonly world: World;
  readonly config: ClusterConfig;
  readonly allocator: Allocator;
  /** Honours metadata.generateName. Throws StatusError as the API does. */
  create<T extends KubeObject>(obj: T): T;
  /** Writes metadata and spec; a write that changes nothing is none. */
  update<T extends KubeObject>(obj: T): T;
  /** Writes a Pod's node and status as pods/binding does: its generation stays. */
  bind<T extends KubeObject>(pod: T): T;
  /** Writes status only. */
  updateStatus<T extends KubeObject>(obj: T): T;
  /** Deletes as the API does: grace period, finalizers, propagation. Absent objects are ignored. */
  remove(obj: KubeObject, options?: RemoveOptions): void;
  /** Records an Event (counted up when the same one was seen). `source`: "kubelet", "default-scheduler"; `host`: the node, for kubelets. */
  event(regarding: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, source: EventSource): void;
  /** Wakes this controller with `key` once `ms` milliseconds have passed on the cluster's clock; a later call for the same key replaces it. */
  after(ms: number, key: string): void;
  setState(key: string, value: Json | undefined): void;
}

export interface EventSource {
  readonly component: string;
  readonly host?: string;
  /** "spec.containers{web}" for kubelet's container events. */
  readonly fieldPath?: string;
}
