// The words for CoreDNS plugins: each reads its part of the Corefile once, and then takes its turn at every question. Mirrors coredns/plugin/plugin.go.
import { goRegExp, GoRegExpError } from '../../lib/go-regexp.js';
import type { Net } from '../net.js';
import type { Files } from './corefile/parse.js';
import { CorefileError, type Cursor } from './corefile/tokens.js';
import type { Message, Rcode } from './message.js';
import { originsOf, zoneOf } from './name.js';

/** The CoreDNS process that answers. */
export interface Self {
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly ips: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** One question from outside and all that follows from it inside. */
export interface Asking {
  readonly net: Net;
  readonly self: Self;
  readonly client: { readonly ip: string; port(): number };
  readonly protocol: 'UDP' | 'TCP';
  /** The address that the question came to; over UDP only what is listened on is known. */
  readonly local: string;
  /** Bytes that an answer may have: 512 over UDP, unless EDNS offers more. */
  readonly bufferSize: number;
  /** No more than this, if EDNS offers more. */
  limit(bytes: number): void;
  readonly edns: boolean;
  /** A line of the process' log. */
  log(line: string): void;
  /** What the process remembers from one question to the next, until it restarts or reloads. */
  readonly memory: { get(key: string): Remembered | undefined; set(key: string, value: Remembered): void };
  /** Puts a question to the same server again. */
  lookup(name: string, type: string): Message | undefined;
  /** Sends a question to another server; undefined when no answer came. */
  forward(to: string, port: number, protocol: 'UDP' | 'TCP', question: Question): Message | 'refused' | undefined;
  /** Time that passes meanwhile, in milliseconds. */
  wait(ms: number): void;
}

export interface Remembered {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ttl: number;
  /** Seconds for which it is worth keeping after that. */
  readonly beyond?: number;
  readonly message: Message;
}

export interface Question {
  /** As asked, with its final dot. */
  readonly name: string;
  readonly type: string;
  readonly recursion: boolean;
  /** "CH", "HS" ...; "IN" when absent. */
  readonly class?: string;
}

/** `message` absent: nobody has written an answer, and the server makes one of the rcode. */
export interface Outcome {
  readonly rcode: Rcode;
  readonly message?: Message;
  /** For the `errors` plugin. */
  readonly error?: string;
  /** Nothing is sent back. */
  readonly silent?: boolean;
  /** What `rewrite` and `header` made of the question: plugins before it see that too, afterwards. */
  readonly became?: Question;
}

/** `nobody`: there is no further plugin, and asking it fails. */
export type Serve = ((question: Question, asking: Asking) => Outcome) & { readonly nobody?: true };
export type Handler = (question: Question, asking: Asking, next: Serve) => Outcome;

export const written = (message: Message): Outcome => ({ rcode: message.rcode, message });

/** What the whole process does beside answering. */
export interface ProcessPlan {
  /** Ports of the servers beside DNS. */
  health?: Listen;
  ready?: Listen;
  metrics?: Listen;
  /** Milliseconds that a stopping process goes on answering. */
  lameduck: number;
  reload?: { readonly interval: number; readonly jitter: number };
  /** Milliseconds between looks at files beside the Corefile (zones, hosts). */
  rereads?: number;
  /** Zones in which a loop is looked for. */
  readonly loops: { readonly zone: string; readonly port: number }[];
  /** Where questions are forwarded to. */
  readonly upstreams: { readonly from: string; readonly ip: string; readonly port: number }[];
  readonly warnings: string[];
}

export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** What a plugin is given to set itself up. */
export interface Setup {
  readonly words: Cursor;
  /** The server block's keys, in full: "dns://cluster.local.:53". */
  readonly keys: readonly string[];
  readonly port: number;
  readonly files: Files;
  readonly plan: ProcessPlan;
  readonly server: { hosts: readonly string[] };
  /** Search domains of the process' own /etc/resolv.conf. */
  readonly search: readonly string[];
}

export interface Plugin {
  readonly name: string;
  /** Throws CorefileError. Undefined: it takes no part in answering. */
  setup(setup: Setup): Handler | undefined;
  /** What `autopath @name` asks. */
  readonly autopath?: (handler: Handler) => ((question: Question, asking: Asking) => readonly string[]) | undefined;
}

/** A mistake without place, in the plugin's own words. */
export const mistake = (text: string): CorefileError => new CorefileError(text);

/** `fallthrough [ZONES...]` */
export class Fallthrough {
  zones: readonly string[] = [];

  /** Without arguments: for all names. */
  set(args: readonly string[], keys: readonly string[]): void {
    this.zones = args.length === 0 ? ['.'] : originsOf(args, keys);
  }

  through(name: string): boolean {
    return zoneOf(this.zones, name) !== '';
  }
}

/** ":8080" or "HOST:8080". Throws in the words of net.SplitHostPort. */
export function listenAddress(text: string): Listen {
  const found = /^(?:\[([^\]]*)\]|([^:]*)):(\d*)$/.exec(text);
  if (found) return { host: found[1] ?? found[2] ?? '', port: Number(found[3]) };
  throw mistake(
    `address ${text}: ${text.includes(':') && !text.startsWith('[') ? 'too many colons in address' : 'missing port in address'}`,
  );
}

const readers = {
  Atoi: { pattern: /^[-+]?\d+$/, max: 2n ** 63n - 1n },
  /** Of 32 bits. */
  ParseUint: { pattern: /^\d+$/, max: 2n ** 32n - 1n },
};

/** An integer as Go reads it; throws CorefileError with the words of strconv. */
export function goNumber(text: string, reader: keyof typeof readers = 'Atoi'): number {
  const { pattern, max } = readers[reader];
  const wrong = (why: string): CorefileError => mistake(`strconv.${reader}: parsing ${JSON.stringify(text)}: ${why}`);
  if (!pattern.test(text)) throw wrong('invalid syntax');
  if (BigInt(text.replace(/^\+/, '')) > max) throw wrong('value out of range');
  return Number(text);
}

/** `work`, with what goes wrong told in other words: those of `at`, which know the place. */
export function retold<T>(work: () => T, at: (why: string) => Error): T {
  try {
    return work();
  } catch (e) {
    throw e instanceof CorefileError ? at(e.message) : e;
  }
}

/** A pattern of the Corefile; `wrong` makes an error of what Go says of one that is none. */
export function patternOf(text: string, wrong: (why: string) => Error): RegExp {
  try {
    return goRegExp(text);
  } catch (e) {
    throw e instanceof GoRegExpError ? wrong(e.message) : e;
  }
}
