// How programs run: one synchronous call each, on a machine with its own clock, that may end, or be stopped where the clock stands still.
// A main process is such a run too: replayed from its start up to a moment, it gives the same output every time.
import type { Json } from '../model/object.js';
import type { Socket, Watching } from '../network/runtime.js';
import type { FileSystem } from './files.js';
import type { Image } from './image.js';
import type { NodeAccess } from './node-access.js';
import type { Wire } from './wire.js';

/** Thrown through a run that cannot go on: nothing but Machine's owner may catch it (pipes let it pass). */
export class Stopped extends Error {
  constructor(
    /**
     * forever: will never end by itself. waiting: until `at`. asking: must ask the cluster something at `at`, which is later than now.
     * killed: the kernel ended all processes of the container.
     */
    readonly why: 'forever' | 'waiting' | 'asking' | 'busy' | 'killed',
    readonly at: number,
  ) {
    super(why);
  }
}

/** Thrown to end a process at once with this code: `exit`. */
export class Exited extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

export interface Output {
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What surrounds the programs of one container. */
export interface Host {
  readonly hostname: string;
  readonly image: Image;
  readonly uid: number;
  readonly gid: number;
  /** Beside gid: the Pod's fsGroup and supplementalGroups. */
  readonly groups?: readonly number[];
  /** Other containers share its network. */
  readonly neighbours?: boolean;
  /** The limit of its memory, in bytes. */
  readonly memory?: number;
  /** Only volumes can be written to. */
  readonly readOnlyRoot?: boolean;
  readonly files: FileSystem;
  readonly wire: Wire;
  /** The command of process 1. */
  readonly init: readonly string[];
  readonly startedAt: number;
  /** Where volumes are mounted. */
  readonly mounts: readonly string[];
  /** Ports that the container declares: what a server of which nothing is known listens on. */
  readonly declaredPorts: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' | 'SCTP' }[];
  /** An integer in [0, n). */
  pick(n: number): number;
  /** The machine it runs on, of those who share its network: a node's shell, and Pods with hostNetwork. */
  readonly node?: NodeAccess;
  /** Of a whole machine: the command lines of what runs on it. */
  processes?(): string[];
}

export interface Limits {
  /** The run stops when its clock would pass this. */
  readonly until: number;
  /** The cluster's present: what comes later can not be known yet. */
  readonly present: number;
  /** Is the question only when it ends (not what it prints on the way)? Then endless loops are left early. */
  readonly lookAhead: boolean;
  /** Commands and loop turns that a run may take. */
  readonly budget: number;
}

export class Machine {
  now: number;
  readonly output: Output[] = [];
  readonly sockets: Socket[] = [];
  /** Signals that were sent to process 1 ("TERM"), in order. */
  readonly signals: string[] = [];
  /** Answers already had, taken in order; new ones are added. */
  readonly journal: Json[];
  /** Were files looked at? Most servers never do. */
  usedFiles = false;
  outOfMemory = false;
  /** How long it goes on when it is told to stop, in milliseconds. */
  lameduck = 0;
  /** What the run waits for at its end: a file that changes. */
  watching: Watching | undefined;
  #asked = 0;
  #spent = 0;

  constructor(
    readonly host: Host,
    start: number,
    readonly limits: Limits,
    journal: readonly Json[] = [],
  ) {
    this.now = start;
    this.journal = [...journal];
  }

  get files(): FileSystem {
    this.usedFiles = true;
    return this.host.files;
  }

  /** Counts work; a run without end must stop somewhere. */
  spend(n = 1): void {
    this.#spent += n;
    if (this.#spent > this.limits.budget) throw new Stopped('busy', this.now);
  }

  sleep(ms: number): void {
    if (this.now + ms > this.limits.until) {
      const at = this.now + ms;
      this.now = this.limits.until;
      throw new Stopped(Number.isFinite(ms) ? 'waiting' : 'forever', at);
    }
    this.now += ms;
  }

  /** Takes memory. Who wants more than there is loses all processes of the container: the kubelet sets memory.oom.group. */
  take(bytes: number): void {
    if (bytes < (this.host.memory ?? Number.POSITIVE_INFINITY)) return;
    this.outOfMemory = true;
    throw new Stopped('killed', this.now);
  }

  /** Runs for ever: a server. */
  forever(): never {
    throw new Stopped('forever', this.now);
  }

  /** What follows depends on what others do: it cannot be looked at before its time. */
  present(): void {
    if (this.now > this.limits.present) throw new Stopped('asking', this.now);
  }

  /** Asks the cluster: the same answer in every replay. */
  ask<T>(question: () => T): T {
    if (this.#asked < this.journal.length) return this.journal[this.#asked++] as T;
    this.present();
    const answer = question();
    // Kept as it is written down: without what cannot be (an open connection).
    this.journal.push(JSON.parse(JSON.stringify(answer ?? null)) as Json);
    this.#asked++;
    return answer;
  }

  /** Where in the journal the last answer is. */
  get lastAnswer(): number {
    return this.#asked - 1;
  }

  /**
   * Looks at a file every so often until it has changed; gives what is there then, which the kubelet puts into the journal in time.
   * `look` is called for each look that finds nothing new.
   */
  watch<T>(path: string, every: number, look: () => void = () => undefined): T {
    const entry = this.journal[this.#asked] as { at: number; value: T } | undefined;
    const since = this.now;
    const end = entry?.at ?? this.limits.until;
    // Who looks ahead does not ask what is said on the way.
    if (Number.isFinite(end))
      while (this.now + every < end) {
        this.now += every;
        look();
      }
    if (!entry) return this.#await({ path, every, since });
    return this.#taken(entry);
  }

  /** Waits for a signal that makes it read a file anew; gives what is there when it comes. */
  signalled<T>(signal: string, path: string): T {
    const entry = this.journal[this.#asked] as { at: number; value: T } | undefined;
    // Later than this run goes: the signal has not come yet.
    if (!entry || entry.at > this.limits.until) return this.#await({ path, every: 0, since: this.now, signal });
    return this.#taken(entry);
  }

  #await(watching: Watching): never {
    this.watching = watching;
    return this.forever();
  }

  #taken<T>({ at, value }: { readonly at: number; readonly value: T }): T {
    this.watching = undefined;
    this.#asked++;
    this.now = Math.max(this.now, at);
    return value;
  }
}

/** One running program. */
export interface Process {
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly stdin: string;
  readonly machine: Machine;
  /** Is standard output a terminal? */
  readonly tty: boolean;
  out(text: string): void;
  err(text: string): void;
}

/** Returns the exit code. */
export type Program = (process: Process) => number;

/** A program that looks at its node: `iptables-save`, `conntrack`. Returns the exit code. */
export type NodeProgram = (process: Process, node: NodeAccess) => number;

/** How a run ended: the program returned, or what stopped it. */
export type End = { why: 'exit'; code: number } | { why: Exclude<Stopped['why'], 'killed'>; at: number };

/** Runs `body` to its end; what is neither an exit nor a stop is thrown on. */
export function endOf(body: () => number): End {
  try {
    return { why: 'exit', code: body() };
  } catch (e) {
    if (e instanceof Exited) return { why: 'exit', code: e.code };
    if (e instanceof Stopped) return e.why === 'killed' ? { why: 'exit', code: 137 } : { why: e.why, at: e.at };
    throw e;
  }
}

/** A machine for one command that somebody waits for: it may take as long as it likes. */
export const machineOf = (host: Host, now: number): Machine =>
  new Machine(host, now, { until: Number.POSITIVE_INFINITY, present: Number.POSITIVE_INFINITY, lookAhead: false, budget: 100_000 });
