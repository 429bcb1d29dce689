// The words for servers: a program that listens, and what it answers over a connection.
import type { Json } from '../model/object.js';
import type { Socket } from '../network/runtime.js';
import type { FileSystem } from './files.js';
import type { Image } from './image.js';
import type { Process, Program } from './process.js';
import type { Certificate, HttpRequest, Reply, Wire } from './wire.js';

/** Where and for whom a server answers. */
export interface Served {
  readonly socket: Socket;
  readonly pod: {
    readonly name: string;
    readonly namespace: string;
    readonly ip: string;
    readonly hostname: string;
    readonly node: string;
  };
  readonly image: Image;
  readonly env: ReadonlyMap<string, string>;
  readonly files: FileSystem;
  readonly client: { readonly ip: string; readonly port: number };
  /** What its process has been told since its start: sockets say where in it their configuration is. */
  readonly journal: readonly Json[];
  /** Its own side of the network, for a server that asks others. */
  wire(): Wire;
  /** An integer in [0, n). */
  pick(n: number): number;
  /** When the container started. */
  readonly startedAt: number;
  readonly now: number;
}

export interface Server {
  /** The program's name; sockets refer to it. */
  readonly name: string;
  readonly run: Program;
  /** It opens a socket for each family where others open one for both. */
  readonly binds?: 'each';
  /** Undefined: it does not speak HTTP, and closes. */
  http?(request: HttpRequest, at: Served): Reply;
  /** The bytes that a client gets which sends HTTP to a server of another kind. */
  readonly banner?: string;
  /** It speaks TLS on sockets that are marked so: its certificate. */
  certificate?(at: Served): Certificate;
  /** Of a server that is several: does it speak HTTP in this image? */
  speaks?(image: Image): boolean;
  /** It takes what comes, says nothing, and keeps the connection open. */
  readonly silent?: boolean;
  /** The line of its log for a request, without newline; undefined: it logs none. */
  log?(request: HttpRequest, reply: Reply, at: Served): string | undefined;
}

/** Listens from here on. */
export function serve(
  process: Process,
  server: string,
  ports: readonly (Omit<Socket, 'server' | 'argv' | 'protocol'> & { protocol?: Socket['protocol'] })[],
): never {
  for (const p of ports) process.machine.sockets.push({ protocol: 'TCP', ...p, server, argv: [...process.argv] });
  return process.machine.forever();
}

/** Many answers tell of the same few moments: their texts are made once. */
function kept(textOf: (ms: number) => string): (ms: number) => string {
  const texts = new Map<number, string>();
  return (ms) => {
    const before = texts.get(ms);
    if (before !== undefined) return before;
    if (texts.size >= 16) texts.clear();
    const text = textOf(ms);
    texts.set(ms, text);
    return text;
  };
}

export const httpDate = kept((ms) => new Date(ms).toUTCString());

/** A file's ETag: when it was changed (milliseconds) and its size (bytes), as nginx and BusyBox write it. */
export const entityTag = (changed: number, size: number): string => `"${Math.floor(changed / 1000).toString(16)}-${size.toString(16)}"`;

export const reply = (status: number, reason: string, headers: readonly (readonly [string, string])[], body: string): Reply => ({
  status,
  reason,
  headers,
  body,
});

/** 200 as Go's net/http answers. */
export const goReply = (body: string, at: Served, extra: readonly (readonly [string, string])[] = []): Reply =>
  reply(
    200,
    'OK',
    [
      ...extra,
      ['Date', httpDate(at.now)],
      ['Content-Length', String(Buffer.byteLength(body))],
      ['Content-Type', 'text/plain; charset=utf-8'],
    ],
    body,
  );

/** "10/Oct/2000:13:55:36 +0000" */
export const clfDate = kept((ms) => {
  const d = new Date(ms);
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][d.getUTCMonth()];
  return `${String(d.getUTCDate()).padStart(2, '0')}/${month}/${d.getUTCFullYear()}:${d.toISOString().slice(11, 19)} +0000`;
});
