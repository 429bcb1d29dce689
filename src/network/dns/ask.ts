// A question on its way: as a packet to the nameserver, through the kube-dns Service's rules like any other, to the CoreDNS that it reaches,
// which answers by the configuration that it has loaded.
import type { Pod } from '../../model/generated/api.js';
import type { Endpoint, Hop, Trace } from '../../model/packet.js';
import { arrivedAt, type Listening } from '../listener.js';
import { type Net, podAsSender } from '../net.js';
import { walk } from '../path.js';
import { journalValue, runtimeOf } from '../runtime.js';
import { fitted, type Message } from './message.js';
import { fqdn, withoutDot } from './name.js';
import { outsideAnswer, outsideServers } from './outside.js';
import type { Asking, Question, Remembered } from './plugin.js';
import { compile, type CoreDNS, listenerFor, type Snapshot, snapshotOf } from './server.js';
import { byConfiguration, failureOf } from './why.js';

export interface Asked {
  readonly name: string;
  readonly type: string;
  readonly server: string;
  readonly port?: number;
  readonly protocol?: 'UDP' | 'TCP';
  readonly bufferSize?: number;
  readonly recursion?: boolean;
  /** "IN" when absent. */
  readonly class?: string;
}

export interface LogLine {
  readonly podUid: string;
  readonly container: string;
  readonly line: string;
}

export interface Answered {
  /** Absent: none came. */
  readonly message?: Message;
  readonly size: number;
  readonly ms: number;
  readonly trace: Trace;
  /** What servers wrote into their logs, and what they remember. */
  readonly logs: readonly LogLine[];
  readonly state: readonly { readonly key: string; readonly value: unknown }[];
}

/** What follows from one question, however many servers it meets. */
interface Journey {
  readonly net: Net;
  readonly logs: LogLine[];
  readonly state: Map<string, unknown>;
  ms: number;
  depth: number;
}

/** Servers that ask each other in a circle give up. */
const deepest = 8;

export function ask(net: Net, sender: Endpoint, asked: Asked): Answered {
  const journey: Journey = { net, logs: [], state: new Map(), ms: 0, depth: 0 };
  const { trace, message, size } = exchange(journey, sender, asked);
  const state = [...journey.state].map(([key, value]) => ({ key, value }));
  return { ...(message && { message }), size, ms: journey.ms, trace, logs: journey.logs, state };
}

interface Exchanged {
  readonly trace: Trace;
  readonly message?: Message;
  readonly size: number;
}

function exchange(journey: Journey, sender: Endpoint, asked: Asked): Exchanged {
  const { net } = journey;
  const { server, port = 53, protocol = 'UDP' } = asked;
  const question: Question = {
    name: fqdn(asked.name),
    type: asked.type,
    recursion: asked.recursion !== false,
    ...(asked.class !== undefined && asked.class !== 'IN' && { class: asked.class }),
  };
  const limit = protocol === 'TCP' ? 65_535 : Math.max(512, asked.bufferSize ?? 512);
  const edns = asked.bufferSize !== undefined;
  const trace = walk(net, { from: sender, to: server, port, protocol });
  if (leftTheCluster(trace) && outsideServers.has(server) && port === 53) {
    const sent = fitted(question.name, outsideAnswer(question.name, question.type), limit, edns);
    return { trace: told({ ...trace, outcome: 'ok', hops: trace.hops.slice(0, -1) }, question, sent.message, outsideHop(server)), ...sent };
  }
  if (trace.outcome !== 'ok') return { trace: lost(trace, question, server), size: 0 };
  const at = serverAt(net, trace);
  const coredns = at && loadedBy(net, at);
  const listener = coredns && listenerFor(coredns, trace.reached?.ip ?? '', trace.reached?.port ?? port);
  if (!at || !coredns || !listener) return { trace: lost({ ...trace, outcome: 'timeout' }, question, server), size: 0 };
  const client: Client = { ip: trace.reached?.sourceIP ?? sender.ip, protocol, limit, edns };
  const answer = coredns.answer(listener, question, askingOf(journey, at, coredns, client, listener));
  if (!answer) return { trace: silenced({ ...trace, outcome: 'timeout' }, question, at.pod), size: 0 };
  const sent = fitted(question.name, answer, client.limit, edns);
  const object = `Pod ${at.pod.metadata.namespace}/${at.pod.metadata.name}`;
  return { trace: told(trace, question, sent.message, { object, ...failureOf(net, at.pod, question, answer) }), ...sent };
}

/** The packet found no owner of the address. */
const leftTheCluster = (trace: Trace): boolean => {
  const last = trace.hops.at(-1);
  return trace.outcome === 'timeout' && last?.step === 'route' && last.object === undefined;
};

const outsideHop = (server: string): Partial<Hop> & { why: string } => ({ why: `answered by ${server}, outside the cluster` });

/** The trace with what was said at its end. */
function told(trace: Trace, question: Question, message: Message, hop: Partial<Hop> & { readonly why?: string }): Trace {
  const data = message.answer.map((r) => ` ${r.data.replace(/\.$/, '')}`).join('');
  const said = `${withoutDot(question.name)} ${question.type}: ${message.rcode}${data}`;
  const outcome: Trace['outcome'] = message.rcode === 'NXDOMAIN' ? 'nxdomain' : message.rcode === 'NOERROR' ? 'ok' : 'servfail';
  const { why, ...rest } = hop;
  const hops = [...trace.hops, { step: 'dns', ...rest, why: why === undefined ? said : `${said}: ${why}` }];
  return { ...trace, question: { name: withoutDot(question.name), type: question.type, answers: message.answer.length }, outcome, hops };
}

/** The question never came back. When the packet's way does not say whose fault that is, the nameserver is the wrong one. */
function lost(trace: Trace, question: Question, server: string): Trace {
  const { from } = trace.packet;
  const told = { ...trace, question: { name: withoutDot(question.name), type: question.type, answers: 0 } };
  if (trace.hops.some((h) => h.cause !== undefined && h.object !== undefined)) return told;
  const hop: Hop = {
    step: 'dns',
    ...(from.kind === 'pod' && { object: `Pod ${from.namespace}/${from.name}`, field: 'spec.dnsConfig.nameservers' }),
    why: `nameserver ${server} gives no answer`,
    cause: 'dns-unreachable',
  };
  return { ...told, hops: [...trace.hops, hop] };
}

/** The question came, and whoever wrote the Corefile wished for no answer. */
const silenced = (trace: Trace, question: Question, server: Pod): Trace => ({
  ...trace,
  question: { name: withoutDot(question.name), type: question.type, answers: 0 },
  hops: [...trace.hops, { step: 'dns', ...byConfiguration(server, 'silent') }],
});

function serverAt(net: Net, trace: Trace): Listening | undefined {
  const found = arrivedAt(net, trace);
  return found?.socket.server === 'coredns' ? found : undefined;
}

/** Kept as long as the snapshot is: the same text is not read twice. */
const compiled = new Map<string, CoreDNS>();
const mostCompiled = 64;

function loadedBy(net: Net, { pod, container, socket }: Listening): CoreDNS | undefined {
  const attempt = runtimeOf(net.reader, pod)?.containers[container]?.attempt;
  const entry = attempt?.journal[socket.loaded ?? -1];
  if (!attempt || entry === undefined) return undefined;
  const known = byEntry.get(entry as object);
  if (known) return known;
  const found = compiledOf(snapshotOf(socket.argv, journalValue(entry) as Snapshot['files'], attempt.env));
  byEntry.set(entry as object, found);
  return found;
}

const byEntry = new WeakMap<object, CoreDNS>();

function compiledOf(snapshot: Snapshot): CoreDNS {
  const key = JSON.stringify(snapshot);
  const found = compiled.get(key) ?? compile(snapshot);
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(key, found);
  return found;
}

interface Client {
  readonly ip: string;
  readonly protocol: 'UDP' | 'TCP';
  limit: number;
  readonly edns: boolean;
}

/** What a CoreDNS remembers in its cache: until it is another process or has another configuration. */
interface Memory {
  readonly of: string;
  readonly entries: { readonly [key: string]: Remembered };
}

export const memoryKey = (uid: string): string => `coredns/cache/${uid}`;

function askingOf(journey: Journey, at: Listening, coredns: CoreDNS, client: Client, listener: { host: string; port: number }): Asking {
  const { net } = journey;
  const { pod, container } = at;
  const uid = pod.metadata.uid ?? '';
  const startedAt = runtimeOf(net.reader, pod)?.containers[container]?.attempt?.startedAt ?? 0;
  let port: number | undefined;
  const key = memoryKey(uid);
  const of = `${startedAt} ${coredns.hash}`;
  const memory = (): Memory => {
    const kept = (journey.state.get(key) ?? net.reader.state(key)) as Memory | undefined;
    return kept?.of === of ? kept : { of, entries: {} };
  };
  const asking: Asking = {
    net,
    self: {
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name,
      node: pod.spec.nodeName ?? '',
      ips: pod.status?.podIPs?.map((i) => i.ip) ?? [],
      startedAt,
    },
    client: {
      ip: client.ip,
      port: () => {
        port ??= 32_768 + net.pick(28_232);
        return port;
      },
    },
    protocol: client.protocol,
    local: listener.host !== '' ? listener.host : client.protocol === 'UDP' ? '::' : (at.pod.status?.podIP ?? ''),
    get bufferSize() {
      return client.limit;
    },
    limit: (bytes) => {
      if (client.edns && client.protocol === 'UDP') client.limit = Math.min(client.limit, bytes);
    },
    edns: client.edns,
    log: (line) => void journey.logs.push({ podUid: uid, container, line }),
    memory: {
      get: (name) => memory().entries[name],
      set: (name, value) => {
        const now = net.now();
        const alive = Object.entries(memory().entries).filter(([, e]) => e.at + (e.ttl + (e.beyond ?? 0)) * 1000 > now);
        journey.state.set(key, { of, entries: { ...Object.fromEntries(alive), [name]: value } });
      },
    },
    lookup: (name, type) => deeper(journey, () => coredns.answer(listener, { name: fqdn(name), type, recursion: true }, asking)),
    forward: (to, toPort, protocol, question) =>
      deeper(journey, () => {
        const { message, trace } = exchange(journey, podAsSender(pod, { ips: asking.self.ips, node: asking.self.node }), {
          ...question,
          server: to,
          port: toPort,
          protocol,
          ...(client.edns && { bufferSize: client.limit }),
        });
        return message ?? (trace.outcome === 'refused' ? 'refused' : undefined);
      }),
    wait: (ms) => {
      journey.ms += ms;
    },
  };
  return asking;
}

function deeper<T>(journey: Journey, go: () => T): T | undefined {
  if (journey.depth >= deepest) return undefined;
  journey.depth++;
  try {
    return go();
  } finally {
    journey.depth--;
  }
}
