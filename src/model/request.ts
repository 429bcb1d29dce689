// The one door between client half and server half, in the words of the Kubernetes REST API, with no URL and no bytes in between.
import type { Json, KubeObject } from './object.js';
import type { Trace } from './packet.js';
import type { Status } from './status.js';
import type { Goal, ReachResult, TraceResult, WhyResult } from './why.js';

export interface Request {
  readonly verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'watch' | 'connect' | 'discover';
  readonly group: string;
  /** Absent: the served version. */
  readonly version?: string;
  /** Plural: "pods". For `discover`: "" = resources, "version", "openapi". */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly body?: KubeObject | Json;
  readonly options?: RequestOptions;
}

export interface RequestOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** Default of the server: Warn. kubectl sends Strict. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly patchType?: 'json' | 'merge' | 'strategic' | 'apply';
  readonly force?: boolean;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly gracePeriodSeconds?: number;
  /** For watch: changes after this one. */
  readonly resourceVersion?: string;
  readonly preconditions?: { uid?: string; resourceVersion?: string };
  /** get and list: rows made by the server instead of objects (meta.k8s.io/v1 Table). */
  readonly asTable?: boolean;
  /** connect pods/exec, pods/attach: what to run and its input. */
  readonly exec?: { container?: string; command: readonly string[]; stdin?: string; tty?: boolean; trace?: boolean; typing?: Typing };
  /** connect .../trace: what is wished to arrive. */
  readonly goal?: Goal;
  /** connect .../why: look for a cure, too. */
  readonly fix?: boolean;
  /** connect pods/log. */
  readonly log?: {
    container?: string;
    previous?: boolean;
    sinceSeconds?: number;
    sinceTime?: string;
    timestamps?: boolean;
    tailLines?: number;
    limitBytes?: number;
  };
}

export interface Reply {
  /** HTTP status code; >= 400 means body is a Status. */
  readonly code: number;
  readonly body: KubeObject | Table | Status | ExecResult | WatchEvents | TraceResult | ReachResult | WhyResult | Json;
  readonly warnings: readonly string[];
}

/** The whole server half, to those who call it. Synchronous; each mutating call is one transaction. */
export interface Api {
  call(request: Request): Reply;
  /**
   * Lets time go by, at most `ms` milliseconds, and returns how many did. A virtual clock jumps to the next moment at which something
   * happens (or by `ms` when nothing will); a real one sleeps until then.
   */
  pass(ms: number): number;
}

/** The body of a `watch` reply: what changed after the request's resourceVersion. */
export interface WatchEvents {
  kind: 'WatchEvents';
  resourceVersion: string;
  /** `table` holds the object's row, when the request said asTable. */
  events: { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject; table?: Table }[];
}

/** meta.k8s.io/v1 Table, with the objects in full beside their cells. */
export interface Table {
  kind: 'Table';
  apiVersion: 'meta.k8s.io/v1';
  metadata: { resourceVersion: string };
  columnDefinitions: { name: string; type: string; priority: number }[];
  rows: { cells: (string | number | boolean | null)[]; object: KubeObject }[];
}

/** What a program in a container did. */
/** Somebody types `stdin`, line by line. */
export interface Typing {
  /** That was the last. */
  readonly closed: boolean;
  /** What the reply before gave. */
  readonly memory?: readonly unknown[];
}

/** The reason of the refusal when a program asks for more than was typed: nothing of what it did is kept. */
export const inputWanted = 'kubelab/InputWanted';

export interface ExecResult {
  kind: 'ExecResult';
  stdout: string;
  stderr: string;
  /** Both, in the order in which they were written. */
  output?: readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[];
  exitCode: number;
  /** How long it took, on the cluster's clock: whoever waits for it lets that time pass. */
  ms?: number;
  /** With `typing`: a shell rests at its prompt, and this is to be given back to it. Empty when the command has ended. */
  memory?: readonly unknown[];
  /** The ways of its packets, when they were asked for. */
  traces?: readonly Trace[];
}

/** One line of discovery (metav1.APIResource with its group and version). */
export interface APIResource {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
}
