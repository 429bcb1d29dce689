// A cluster in one file: made with createCluster, opened with openCluster, then spoken to through call().
import { controllers } from '../controllers/index.js';
import { kinds } from '../kinds/index.js';
import type { ClusterConfig } from '../model/config.js';
import type { Json } from '../model/object.js';
import type { Api, Reply, Request } from '../model/request.js';
import { Store } from '../store/index.js';
import type { Addons } from '../model/addons.js';
import { addonsOf, setAddon } from './addons.js';
import { bootstrap } from './bootstrap/index.js';
import { checkCluster } from './check.js';
import { atWork, call, react, writes } from './door.js';
import { freshTables } from './fresh.js';
import type { MachineAction } from './machine-error.js';
import { switchMachine } from './machines.js';
import { Core } from './session.js';
import { catchUp } from './settle.js';
import { ClusterWorld, sleep } from './world.js';
import { writerFor } from './writer.js';

export { MachineError } from './machine-error.js';

export interface ClusterOptions extends Partial<Omit<ClusterConfig, 'version'>> {
  /** How many nodes, the control plane's included. */
  readonly nodes?: number;
}

/** A real clock cannot be moved, a virtual one not back: the user's mistake, not a bug. */
export class ClockError extends Error {}

export interface Cluster extends Api {
  readonly config: ClusterConfig;
  /** Milliseconds since 1970, on the cluster's clock. */
  now(): number;
  /** Moves a virtual clock forward to `time`, running what falls due on the way. Throws ClockError on a real clock or a time that has passed. */
  setTime(time: number): void;
  /** The calls that `work` makes reach the disk at once, when it ends. Each still succeeds or fails by itself. */
  together<T>(work: () => T): T;
  /** Switches a node's machine (a new one without a name gets one) and returns its name. Throws MachineError when that cannot be done. */
  machine(action: MachineAction, name: string): string;
  addons(): Addons;
  /** Enables an add-on, or changes its settings; without settings disables it. */
  setAddon<N extends keyof Addons>(name: N, settings: Addons[N]): void;
  /** What does not agree when endpoints, allocations and indexes are computed anew; empty when all is well. */
  check(): string[];
  /** What the user chose and is no object: the namespace of the current context. */
  preference(name: string): string | undefined;
  setPreference(name: string, value: string): void;
  /** Ends the command: on a real clock, what it set off happens now. */
  close(): void;
}

const defaults: ClusterConfig & { nodes: number } = {
  version: 'v1.36.3',
  clock: 'real',
  seed: 1,
  serviceCIDRs: ['10.96.0.0/12'],
  podCIDRs: ['10.244.0.0/16'],
  clusterDomain: 'cluster.local',
  cni: 'kindnet',
  nodes: 3,
};

/** Opens the cluster at `path` (":memory:" for one that is gone with the process); a file that holds none becomes a default cluster. */
export function openCluster(path: string): Cluster {
  return open(path, {});
}

/** Makes a cluster at `path`, which must not hold one. */
export function createCluster(path: string, options: ClusterOptions = {}): Cluster {
  return open(path, options, true);
}

function open(path: string, options: ClusterOptions, mustBeNew = false): Cluster {
  const store = new Store(path, (kind, object) => {
    const selector = kinds.get(kind)?.selector?.(object);
    return selector && Object.keys(selector).length > 0 ? selector : undefined;
  });
  let kept = store.meta.get('config') as unknown as ClusterConfig | undefined;
  if (mustBeNew && kept) {
    store.close();
    throw new Error(`a cluster exists at ${path}`);
  }
  kept ??= store.write(() => (store.meta.get('config') as unknown as ClusterConfig | undefined) ?? found(store, options));
  return new OpenCluster(coreOf(store, kept));
}

const coreOf = (store: Store, config: ClusterConfig): Core =>
  new Core(store, config, new ClusterWorld(store.meta, config), kinds, controllers);

/** How long a new cluster's own Pods take to run, in milliseconds. */
const settling = 1000;

/** Founds a cluster within the running transaction. */
function found(store: Store, options: ClusterOptions): ClusterConfig {
  const { nodes, ...config } = { ...defaults, ...options };
  const world = new ClusterWorld(store.meta, config);
  world.begin();
  const copied = freshTables(config, nodes, world.now());
  if (copied) store.restore(copied);
  store.meta.set('config', config as unknown as Json);
  if (copied && config.clock === 'virtual') store.meta.set('clock', world.now() + settling);
  if (copied) return config;
  atWork(coreOf(store, config), { dryRun: false }, (session) => {
    bootstrap(writerFor({ session }, { name: 'bootstrap', program: 'own' }), config, { nodes });
    // A cluster is handed over with its own Pods running.
    catchUp(session, session.world.now() + settling);
  });
  return config;
}

class OpenCluster implements Cluster {
  private wrote = false;
  readonly config: ClusterConfig;

  constructor(private readonly core: Core) {
    this.config = core.config;
  }

  call(request: Request): Reply {
    const reply = call(this.core, request);
    this.wrote ||= writes(request) && reply.code < 400;
    return reply;
  }

  now(): number {
    return this.core.store.read(() => {
      this.core.world.begin();
      return this.core.world.now();
    });
  }

  setTime(time: number): void {
    if (this.config.clock === 'real')
      throw new ClockError("the clock of this cluster is real: it cannot be moved ('cluster create --clock virtual' makes one that can)");
    this.core.store.write(() =>
      atWork(this.core, { dryRun: false }, (session) => {
        if (time < session.world.now()) throw new ClockError('the clock only moves forward');
        catchUp(session, time);
      }),
    );
  }

  pass(ms: number): number {
    const now = this.now();
    const next = this.core.store.read(() => this.core.store.timers.next()?.at) ?? Number.POSITIVE_INFINITY;
    const until = Math.min(now + ms, Math.max(next, now + 1));
    if (this.config.clock === 'real') sleep(Math.min(until - now, 200));
    else this.setTime(until);
    return this.now() - now;
  }

  together<T>(work: () => T): T {
    return this.core.store.together(work);
  }

  machine(action: MachineAction, name: string): string {
    const switched = this.core.store.write(() => atWork(this.core, { dryRun: false }, (session) => switchMachine(session, action, name)));
    this.wrote = true;
    return switched;
  }

  addons(): Addons {
    return this.core.store.read(() => addonsOf(this.core));
  }

  setAddon<N extends keyof Addons>(name: N, settings: Addons[N]): void {
    this.core.store.write(() => atWork(this.core, { dryRun: false }, (session) => setAddon(session, name, settings)));
    this.wrote = true;
  }

  check(): string[] {
    return checkCluster(this.core);
  }

  preference(name: string): string | undefined {
    const kept = this.core.store.read(() => this.core.store.meta.get(`preference/${name}`));
    return typeof kept === 'string' ? kept : undefined;
  }

  setPreference(name: string, value: string): void {
    this.core.store.write(() => this.core.store.meta.set(`preference/${name}`, value));
  }

  close(): void {
    if (this.wrote) react(this.core);
    this.core.store.close();
  }
}
