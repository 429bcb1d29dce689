// What a node's runtime knows of its Pods: addresses, processes, sockets. Kept by the kubelet as state beside the API,
// read by the network (who listens) and by exec and logs (what ran, with which environment).
import type { Json } from '../model/object.js';
import type { Reader } from '../model/store.js';

/** A listening socket of a container. */
export interface Socket {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** Bound to a loopback address only: that of IPv4, unless `family` says otherwise. */
  readonly loopback?: boolean;
  /** Bound to addresses of this family only. */
  readonly family?: 'IPv4' | 'IPv6';
  /** TLS is spoken here. */
  readonly tls?: boolean;
  /** The server that answers, by its name in programs/servers; "" accepts and says nothing. */
  readonly server: string;
  /** The server's own arguments. */
  readonly argv: readonly string[];
  /** Where in the attempt's journal the files are that the server has read and serves by. */
  readonly loaded?: number;
}

/** How a process ended. */
export interface Exit {
  readonly at: number;
  readonly code: number;
  readonly reason: string;
  readonly message?: string;
  /** The kubelet killed it. */
  readonly killed?: boolean;
}

export interface Watching {
  /** The file; what is beside it counts too. */
  readonly path: string;
  /** Milliseconds between looks; the first is `every` after `since`. */
  readonly every: number;
  readonly since: number;
  /** It does not look, but waits for this signal ("HUP"). */
  readonly signal?: string;
  /** When the kubelet next writes the volume anew. */
  syncAt?: number;
  /** What the process will find, and when. */
  found?: { readonly at: number; readonly value: Json };
}

/** One start of a container. Times are milliseconds since 1970. */
/** What was typed to a main process, and when: replayed like all that it does. `end`: when the input was closed. */
export interface TypedLines {
  readonly lines: readonly { readonly at: number; readonly text: string }[];
  readonly end?: number;
}

export interface Attempt {
  readonly id: string;
  /** As the spec named it. */
  readonly image: string;
  readonly startedAt: number;
  /** Variables of the container's own spec, resolved at its start. */
  readonly env: readonly (readonly [string, string])[];
  sockets: Socket[];
  /** Answers of the network that the main process has had: a replay gets the same. */
  journal: Json[];
  /** When the main process must be looked at again; absent when it never ends by itself. */
  wake?: number;
  /** What an attached client has sent; a container that keeps its standard input open waits for it. */
  stdin?: string;
  /** What was typed on its terminal. */
  typed?: TypedLines;
  /** How long the main process goes on when it is told to stop, in milliseconds. */
  lameduck?: number;
  /** It looks at a file every so often, and does something new when it has changed. */
  watching?: Watching;
  /** Does it write files while it runs? Then what a probe finds can change by itself. */
  writes?: boolean;
  /** A signal that another process of the container sent to this one, to be acted on. */
  signal?: string;
  exit?: Exit;
}

/** The answer that an entry of a journal holds; what came while the process ran has its time beside it. */
export function journalValue(entry: Json | undefined): Json | undefined {
  const timed = entry as { readonly at?: Json; readonly value?: Json } | null | undefined;
  return timed?.at === undefined ? entry : timed.value;
}

export interface ProbeState {
  /** When it is asked next; absent when the answer cannot change any more. */
  next?: number;
  successes: number;
  failures: number;
}

export interface RuntimeContainer {
  restarts: number;
  attempt?: Attempt;
  previous?: Attempt;
  waiting?: { reason: string; message?: string };
  /** When the kubelet tries again what failed. */
  retry?: number;
  /** How long it is to wait after its next crash, and since when that is so. */
  backOff?: number;
  backOffAt?: number;
  /** It waits: when it is looked at next. */
  crash?: { readonly look: number };
  /** The last back-off of pulls, and when it is over. */
  pullBackOff?: number;
  pullAfter?: number;
  /** It was told to stop, and is killed then. */
  killAt?: number;
  /** Failed tries of making it (no such image, missing ConfigMap ...), of which image, and what the last one found. */
  tries?: number;
  tried?: string;
  found?: { readonly reason: string; readonly message: string };
  started: boolean;
  ready: boolean;
  probes: Partial<Record<'startup' | 'liveness' | 'readiness', ProbeState>>;
}

export interface RuntimePod {
  readonly uid: string;
  readonly node: string;
  readonly startedAt: number;
  ips: string[];
  /** Its interface was made with hairpinMode off. */
  noHairpin?: boolean;
  /** Key of the Services' variables in state: see `serviceEnvKey`. */
  serviceEnv?: string;
  containers: Record<string, RuntimeContainer>;
  /** The Pod is being stopped: when its containers must be gone. */
  stopping?: { readonly killAt: number };
  /** When a volume that is missing is looked for again, and what is missing. */
  unmounted?: { retry: number; message: string };
  /** A postStart hook under way: until when, why it will have failed, and whether its container is being killed for that. */
  hook?: { readonly container: string; readonly until: number; readonly failure?: string; readonly killing?: boolean };
  /** Why the Pod failed as a whole (activeDeadlineSeconds). */
  failed?: { reason: string; message: string };
  /** The node never took it: nothing of it was started. */
  rejected?: boolean;
  /** Its time is over: when its containers must be gone. */
  expiring?: { readonly killAt: number };
  done?: boolean;
  /** The machine started anew: the sandbox and its address are gone. */
  rebooted?: boolean;
  /** Of a static Pod: the hash of its file, and which part of the control plane it is. */
  mirror?: { readonly hash: string; readonly component: string };
}

export const runtimeKey = (namespace: string, name: string): string => `kubelet/pod/${namespace}/${name}`;

/** What the node of this very Pod knows; undefined before it was started. */
export function runtimeOf(reader: Reader, pod: { metadata: { namespace?: string; name: string; uid?: string } }): RuntimePod | undefined {
  const state = reader.state(runtimeKey(pod.metadata.namespace ?? '', pod.metadata.name)) as unknown as RuntimePod | undefined;
  return state && state.uid === pod.metadata.uid ? state : undefined;
}

export const serviceEnvKey = (hash: string): string => `kubelet/service-env/${hash}`;

/** Is this container's process there at `now`? */
export const isRunning = (container: RuntimeContainer | undefined): boolean =>
  !!container?.attempt && !container.attempt.exit && !container.waiting;
