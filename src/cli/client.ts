// What a verb holds of the cluster: the door, with StatusErrors thrown, warnings printed, and names resolved by discovery.
import type { Io } from '../model/io.js';
import type { APIResource, Api, Reply, Request } from '../model/request.js';
import { isPathSegment } from '../lib/names.js';
import { type Status, StatusError } from '../model/status.js';
import { UsageError } from './errors.js';
import { Mapper } from './mapper.js';

/** An open cluster, as far as the client half may know it. */
export interface Connection extends Api {
  readonly config: { readonly clock: 'real' | 'virtual' };
  /** Milliseconds since 1970, on the cluster's clock. */
  now(): number;
  /** What `kubectl config` keeps: "namespace". */
  preference(name: string): string | undefined;
  setPreference(name: string, value: string): void;
  /** The calls that `work` makes reach the disk at once, when it ends. Each still succeeds or fails by itself. */
  together<T>(work: () => T): T;
  close(): void;
}

export class Client {
  private opened: Connection | undefined;
  private names: Mapper | undefined;
  private readonly warned = new Set<string>();

  constructor(
    private readonly connect: () => Connection,
    private readonly io: Io,
  ) {}

  get connection(): Connection {
    this.opened ??= this.connect();
    return this.opened;
  }

  /** The door itself: for `describe`, which looks at replies that may fail. Warnings are printed here too. */
  readonly api: Api = { call: (request) => this.reply(request), pass: (ms) => this.connection.pass(ms) };

  /** The reply's body; throws what the API says no with. */
  call<T = Reply['body']>(request: Request): T {
    // client-go refuses such a request before it is sent: what a manifest without a name ends with.
    if (request.name === '' && request.verb !== 'create') throw new UsageError('resource name may not be empty');
    const { code, body } = this.reply(request);
    if (code >= 400) throw new StatusError(body as Status);
    return body as T;
  }

  now(): number {
    return this.connection.now();
  }

  pass(ms: number): number {
    return this.connection.pass(ms);
  }

  get clock(): 'real' | 'virtual' {
    return this.connection.config.clock;
  }

  get mapper(): Mapper {
    this.names ??= new Mapper(this.call<APIResource[]>({ verb: 'discover', group: '', resource: '' }));
    return this.names;
  }

  /** Distinct warnings so far: --warnings-as-errors counts them. */
  get warnings(): number {
    return this.warned.size;
  }

  close(): void {
    this.opened?.close();
    this.opened = undefined;
  }

  private reply(request: Request): Reply {
    checkPath(request);
    const reply = this.connection.call(request);
    for (const warning of reply.warnings) {
      if (this.warned.has(warning)) continue;
      this.warned.add(warning);
      this.io.err(`Warning: ${warning}\n`);
    }
    return reply;
  }
}

/** What cannot stand in a URL is never sent. Mirrors client-go's Request.Namespace and Request.Name. */
function checkPath({ verb, namespace = '', name = '', subresource }: Request): void {
  const refuse = (what: string, given: string): void => {
    const wrong = isPathSegment(given);
    if (wrong.length > 0) throw new UsageError(`invalid ${what} ${JSON.stringify(given)}: [${wrong.join(' ')}]`);
  };
  refuse('namespace', namespace);
  if (verb !== 'create' || subresource) refuse('resource name', name);
}
