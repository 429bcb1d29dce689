// Every facet of one resource kind, as one value; `kinds/<kind>.ts` exports one. The server half reads all of it,
// the client half names and describe. The hooks' order in a write: decode -> defaults -> admit -> prepare -> validate.
// Words follow k8s.io/apiserver/pkg/registry/rest (create.go, update.go).
import type { FieldError } from './field-error.js';
import { type GroupKind, groupKind, type KubeObject } from './object.js';
import type { Api } from './request.js';
import type { Labels } from './selector.js';
import type { Claim, WriteContext } from './store.js';

export interface Names {
  /** "" for the core group, else "apps". */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** ["all"] for what `get all` shows. */
  readonly categories: readonly string[];
  readonly namespaced: boolean;
}

export interface Column<T> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean';
  /** 0 = always, 1 = -o wide. */
  readonly priority: 0 | 1;
  /** Server-side text of the column (printers.go); ages are computed against `now`. */
  cell(obj: T, at: { now: number }): string | number;
}

interface SubresourcePart<T extends KubeObject = KubeObject> {
  /** `old` with what this subresource takes of `obj`. */
  take(obj: T, old: T): T;
  validate(obj: T, old: T): FieldError[];
}

// A method bivariance is wanted here: Kind<Pod> must be usable as Kind.
export interface Kind<T extends KubeObject = KubeObject> {
  readonly names: Names;
  /** What discovery lists, e.g. create delete deletecollection get list patch update watch. */
  readonly verbs: readonly string[];
  readonly subresources: readonly (
    | 'status'
    | 'scale'
    | 'exec'
    | 'log'
    | 'attach'
    | 'portforward'
    | 'eviction'
    | 'binding'
    | 'ephemeralcontainers'
    | 'resize'
    | 'proxy'
    | 'token'
    | 'finalize'
  )[];
  /** The Go type whose fields these are, in the generated schema ("Service"). */
  readonly schema: string;

  /** Fills in what the API defaults; writes into `obj`. Mirrors SetDefaults_*. */
  defaults?(obj: T): void;
  /** Mutating and validating admission; throws StatusError to refuse. `old` is absent on create. */
  admit?(obj: T, old: T | undefined, ctx: WriteContext): void;
  /** Clears or sets what clients may not choose, and claims addresses and ports (upstream does that before validation, too). */
  prepareCreate?(obj: T, ctx: WriteContext): void;
  prepareUpdate?(obj: T, old: T, ctx: WriteContext): void;
  /** What a client's write to the status leaves as it was. */
  prepareStatusUpdate?(obj: T, old: T): void;
  /** Validating admission: throws StatusError to refuse what is valid otherwise. */
  forbid?(obj: T, old: T | undefined, ctx: WriteContext): void;
  /** Everything but metadata, which the door validates (`name` included, with this kind's rule). */
  validateCreate?(obj: T, ctx: WriteContext): FieldError[];
  validateUpdate?(obj: T, old: T, ctx: WriteContext): FieldError[];
  validateStatusUpdate?(obj: T, old: T): FieldError[];
  /** Subresources that change a part of the spec by rules of their own (pods/resize), by name. */
  readonly parts?: Readonly<Record<string, SubresourcePart<T>>>;
  /** metadata.name's rule; messages, empty when valid. Default: DNS-1123 subdomain. */
  validateName?(name: string): string[];
  /** Lines for the client's `Warning: `. */
  warnings?(obj: T, old: T | undefined): string[];
  /** Said on every request, reading or writing, whatever comes of it (Endpoints is deprecated). */
  readonly readWarning?: string;
  /** Gives back what prepareCreate and prepareUpdate claimed, once the object is gone. */
  release?(obj: T, ctx: WriteContext): void;
  /** What is allocated to the object, whoever claimed it: `cluster check` compares. */
  claims?(obj: T): readonly Claim[];
  /** Why an object may never be deleted; undefined for those that may. */
  immortal?(obj: T): string | undefined;
  /** Seconds of grace a DELETE gets; 0 or absent: gone at once. Mirrors CheckGracefulDelete. */
  gracePeriod?(obj: T, requested: number | undefined): number;
  /** What still holds the object back once it is to be deleted; default: metadata.finalizers. Namespaces have more. */
  finalizers?(obj: T): readonly string[];
  /** What marking for deletion changes beside metadata (a Namespace's phase). */
  terminate?(obj: T): T;
  /** Indexed for Reader.selecting(). */
  selector?(obj: T): Labels | undefined;
  /** Named fields of --field-selector beyond metadata.name and metadata.namespace. */
  fields?(obj: T): Record<string, string>;
  /** Where the scale subresource reads and writes. */
  readonly scale?: {
    replicas(obj: T): number;
    withReplicas(obj: T, n: number): T;
    statusReplicas(obj: T): number;
    selector(obj: T): string;
  };
  /** Upstream runs no status on create for most kinds: true (default) drops a client's status on create and update. */
  readonly keepsStatus?: boolean;
  /** Where etcd keeps the objects, when it is not called as the resource is; errors name it. */
  readonly storagePrefix?: string;
  /** A PUT of a name that is not there creates it. Mirrors AllowCreateOnUpdate of the kinds' strategies. */
  readonly createsOnUpdate?: boolean;
  /** False for kinds without metadata.generation (ConfigMap, Secret...). Bumped when anything but metadata and status changes. */
  readonly hasGeneration: boolean;
  /** Lists and maps without entries are changes where there were none: metadata.generation counts them, too. */
  readonly countsEmpties?: boolean;
  /** What metadata.generation counts the changes of; default: everything but metadata and status. */
  content?(obj: T): unknown;

  readonly columns: readonly Column<T>[];
  /** `kubectl describe`: client-side text, trailing newline included. */
  describe?(obj: T, ctx: DescribeContext): string;
}

export interface DescribeContext {
  readonly api: Api;
  readonly now: number;
  /** False with --show-events=false. */
  readonly showEvents: boolean;
}

export const groupKindFor = ({ names }: Pick<Kind, 'names'>): GroupKind => groupKind(names.group, names.kind);

/** Every kind by GroupKind: how the server half looks them up. */
export type KindTable = ReadonlyMap<GroupKind, Kind>;

/** The verbs that most kinds serve, in discovery's order. Kinds that lack one say so in their own file. */
export const allVerbs: readonly string[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
