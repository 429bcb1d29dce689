// A Pod's (or node's) connection to the network: names by its resolv.conf, packets by network/path, and what the server at the other end answers.
import { fnv32a } from '../lib/fnv.js';
import { parseIP } from '../lib/ip.js';
import type { Container, Node, Pod } from '../model/generated/api.js';
import type { Json } from '../model/object.js';
import type { Endpoint, Trace } from '../model/packet.js';
import { ask } from '../network/dns/ask.js';
import { bareData, type Message } from '../network/dns/message.js';
import { withoutDot } from '../network/dns/name.js';
import { nodeNamespace, outsideNamespace, podNamespace, type NetNamespace } from '../network/interfaces/index.js';
import { arrivedAt, familyOfSocket, type Listening, socketsOf } from '../network/listener.js';
import { isIPv6, type Net, nodeAsSender, onHostNetwork, podAsSender, outside } from '../network/net.js';
import { walk } from '../network/path.js';
import { candidates, ndotsOf, nodeHostsText, nodeResolvConf, type ResolvConf, resolvConf } from '../network/resolver.js';
import { type RuntimePod, runtimeOf } from '../network/runtime.js';
import { connectionOf } from './connections.js';
import { hostnameOf, imageOf, serviceVariables } from './facts.js';
import type { FileSystem } from './files.js';
import { goReply, type Served } from './server.js';
import { servers } from './servers/index.js';
import {
  type DnsFlag,
  type DnsQuery,
  type DnsRecord,
  type DnsReply,
  dnsReply,
  type Exchange,
  type HttpRequest,
  type OpenSocket,
  type Wire,
} from './wire.js';
import type { Effect } from './effects.js';

/** How the files of the container that answers are found. */
export type FilesOf = (net: Net, pod: Pod, runtime: RuntimePod, container: Container) => FileSystem;

interface Ends {
  readonly filesOf: FilesOf;
  readonly net: Net;
  readonly sender: Endpoint;
  readonly conf: ResolvConf;
  readonly hosts: () => string;
  readonly now: () => number;
  readonly effects: Effect[];
  /** Told of every packet's way: --trace. */
  readonly traced?: (trace: Trace) => void;
  /** Containers that have answered: the next request of the same moment finds them ready. */
  readonly hostsAsked: Map<string, ServingHost>;
  /** How many servers have passed this on. */
  readonly chain: number;
  readonly netns: () => NetNamespace;
  readonly listening: () => readonly Listening[];
  /** The container whose processes are one's own. */
  readonly container?: string;
}

export interface PodEnds {
  readonly net: Net;
  readonly pod: Pod;
  readonly runtime: RuntimePod;
  readonly now: () => number;
  readonly pick: (n: number) => number;
  readonly effects: Effect[];
  readonly files: () => FileSystem;
  readonly filesOf: FilesOf;
  readonly container?: string;
  /** How many servers have passed this on. */
  readonly chain?: number;
  readonly traced?: (trace: Trace) => void;
}

/** What the processes on a node's own network listen on. */
const onNode = (net: Net, node: string): Listening[] =>
  net.reader
    .list('Pod')
    .filter((p) => onHostNetwork(p) && p.spec.nodeName === node)
    .flatMap((p) => [...socketsOf(net, p)]);

export function wireOf(ends: PodEnds): Wire {
  const { pod, runtime } = ends;
  const sender = podAsSender(pod, runtime);
  const net: Net = { ...ends.net, reader: ends.net.reader, now: ends.now, pick: ends.pick };
  return wire({
    net,
    sender,
    conf: resolvConf(net.config, pod),
    hosts: () => ends.files().read('/etc/hosts') ?? '',
    now: ends.now,
    effects: ends.effects,
    filesOf: ends.filesOf,
    hostsAsked: new Map(),
    chain: ends.chain ?? 0,
    netns: () => {
      const node = net.reader.get('Node', '', runtime.node);
      return onHostNetwork(pod) && node ? nodeNamespace(net, node) : podNamespace(net.config, runtime.ips, node);
    },
    listening: () => (onHostNetwork(pod) ? onNode(net, runtime.node) : [...socketsOf(net, pod)]),
    ...(ends.container !== undefined && { container: ends.container }),
    ...(ends.traced && { traced: ends.traced }),
  });
}

/** A node's own processes, or a machine outside (`node` undefined). */
export function wireOfMachine(
  net: Net,
  node: Node | undefined,
  effects: Effect[],
  filesOf: FilesOf,
  traced?: (trace: Trace) => void,
): Wire {
  return wire({
    net,
    sender: node ? nodeAsSender(node) : outside,
    conf: nodeResolvConf,
    hosts: () => nodeHostsText,
    now: net.now,
    effects,
    filesOf,
    hostsAsked: new Map(),
    chain: 0,
    netns: () => (node ? nodeNamespace(net, node) : outsideNamespace(outside.ips ?? [outside.ip])),
    listening: () => (node ? onNode(net, node.metadata.name) : []),
    ...(traced && { traced }),
  });
}

/** The sockets of a server's port, as the kernel lists them. */
function openSockets({ pod, container, socket }: Listening, own: string | undefined): OpenSocket[] {
  const binds = servers.get(socket.server)?.binds;
  const program = socket.argv[0]?.split('/').at(-1) ?? '';
  // A container's main process is the first of its own; a node numbers them all.
  const pid = own === undefined ? 1000 + (fnv32a(`${pod.metadata.uid}/${container}`) % 30_000) : 1;
  const process = own === undefined || own === container ? { process: { name: program, pid } } : {};
  const at = (address: string, dual = false): OpenSocket => ({ protocol: socket.protocol, port: socket.port, address, dual, ...process });
  const family = familyOfSocket(socket);
  if (socket.loopback) return [at(family === 'IPv6' ? '::1' : '127.0.0.1')];
  if (family) return [at(family === 'IPv6' ? '::' : '0.0.0.0')];
  return binds === 'each' ? [at('0.0.0.0'), at('::')] : [at('::', true)];
}

function wire(ends: Ends): Wire {
  const { net, sender, conf } = ends;
  /** What names were looked up, and which of them gave an address. */
  let asked: string | undefined;
  const namesOf = new Map<string, string>();
  const remember = (trace: Trace): void => {
    const now = ends.now();
    const left = connectionOf(net.reader, trace, now, ends.effects.length);
    if (left) ends.effects.push({ kind: 'connection', ...left, now });
  };
  const send = (to: string, port: number, protocol: 'TCP' | 'UDP' | 'ICMP'): Trace => {
    const trace = walk(net, { from: sender, to, port, protocol });
    for (const e of trace.effects) ends.effects.push({ kind: 'state', key: e.key, value: e.value as Json });
    remember(trace);
    const name = namesOf.get(to);
    ends.traced?.(name === undefined ? trace : { ...trace, asked: name });
    return trace;
  };
  const query = (name: string, type: string, server = conf.nameservers[0] ?? '', how: DnsQuery = {}): DnsReply => {
    const { message, trace, size, ms, logs, state } = ask(net, sender, { ...how, name, type, server });
    for (const e of [...trace.effects, ...state]) ends.effects.push({ kind: 'state', key: e.key, value: e.value as Json });
    remember(trace);
    for (const l of logs) ends.effects.push({ kind: 'request', ...l, at: ends.now() });
    ends.traced?.({ ...trace, ...(asked !== undefined && { asked }) });
    if (!message) return dnsReply(trace.outcome === 'refused' ? 'refused' : 'timeout');
    const records = (list: Message['answer']): DnsRecord[] => list.map((r) => ({ ...r, name: withoutDot(r.name), data: bareData(r) }));
    const flags: DnsFlag[] = [];
    if (message.authoritative) flags.push('aa');
    if (message.truncated) flags.push('tc');
    if (message.recursionDesired ?? how.recursion !== false) flags.push('rd');
    if (message.recursionAvailable) flags.push('ra');
    return {
      rcode: message.rcode,
      answer: records(message.answer),
      authority: records(message.authority),
      additional: records(message.additional),
      flags,
      ...(message.extendedError !== undefined && { extendedError: message.extendedError }),
      size,
      ms,
    };
  };
  /** As libc asks: the next nameserver when one cannot answer, and again over TCP when the answer was cut off. */
  const whole = (name: string, type: string): DnsReply => {
    let reply = dnsReply('timeout');
    for (const server of conf.nameservers.length > 0 ? conf.nameservers : ['127.0.0.1']) {
      reply = query(name, type, server);
      if (reply.flags.includes('tc')) reply = query(name, type, server, { protocol: 'TCP' });
      if (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN') break;
    }
    return reply;
  };
  const lookup: Wire['lookup'] = (name, all = false) => {
    const bare = name.replace(/^\[(.*)\]$/, '$1');
    if (parseIP(bare)) return { name, addresses: [bare] };
    const inHosts = ends
      .hosts()
      .split('\n')
      .filter((l) => !l.startsWith('#') && l.split(/\s+/).slice(1).includes(name))
      .map((l) => l.split(/\s+/)[0] as string);
    if (inHosts.length > 0) return { name, addresses: inHosts };
    for (const candidate of candidates(conf, name)) {
      const reply = whole(candidate, 'A');
      if (reply.rcode !== 'NOERROR' && reply.rcode !== 'NXDOMAIN')
        return { name, addresses: [], error: 'again', ...(reply.rcode === 'timeout' && { silent: true }) };
      const records = reply.answer.filter((r) => r.type === 'A');
      // libc always asks for both; where there is no way to an IPv6 address, none would be taken beside an IPv4 one.
      const asksBoth = all || records.length === 0 || sender.ips?.some(isIPv6);
      const six = asksBoth ? whole(candidate, 'AAAA').answer.filter((r) => r.type === 'AAAA') : [];
      const found = [...records, ...six];
      if (found.length > 0) return { name: candidate, addresses: found.map((r) => r.data) };
    }
    return { name, addresses: [], error: 'unknown' };
  };
  return {
    ip: sender.ip,
    netns: ends.netns,
    sockets: () => ends.listening().flatMap((l) => openSockets(l, ends.container)),
    query,
    resolver: () => ({ nameservers: conf.nameservers, search: conf.search, ndots: ndotsOf(conf) }),
    lookup: (name, all) => {
      asked = name;
      const found = lookup(name, all);
      asked = undefined;
      for (const ip of found.addresses) if (ip !== name) namesOf.set(ip, name);
      return found;
    },
    ping: (ip) => send(ip, 0, 'ICMP').outcome,
    connect: (ip, port, protocol, request) => {
      if (ends.chain > longestChain) return { outcome: 'refused' };
      const trace = send(ip, port, protocol);
      if (trace.outcome !== 'ok' || !trace.reached) return { outcome: trace.outcome };
      const again = (next: HttpRequest): Exchange => ({ ...talk(ends, trace, next), again });
      return { ...talk(ends, trace, request), again };
    },
  };
}

/** The connection stands: what comes back over it. */
function talk(ends: Ends, trace: Trace, request: HttpRequest | undefined): Exchange {
  const { net } = ends;
  const reached = trace.reached as NonNullable<Trace['reached']>;
  const at = arrivedAt(net, trace);
  if (!at) return { outcome: 'ok' };
  const server = servers.get(at.socket.server);
  if (server?.silent) return { outcome: 'ok', silent: true };
  if (!server?.http || !request) return { outcome: 'ok', ...(server?.banner && { raw: server.banner }) };
  const host = hostOf(ends, at);
  if (!host || server.speaks?.(host.image) === false) return { outcome: 'ok' };
  const served = new Serving(ends, at, host, { ip: reached.sourceIP, port: 32768 + net.pick(28232) });
  // Of a server of which nothing is known, whatever it is asked in.
  const encrypted = at.socket.tls === true || (at.socket.server === '' && request.tls === true);
  // Bytes of TLS mean nothing to who expects HTTP; who expects TLS says so over plain HTTP.
  if (request.tls && !encrypted) return { outcome: 'ok' };
  if (encrypted && !request.tls)
    return {
      outcome: 'ok',
      reply: { ...goReply('Client sent an HTTP request to an HTTPS server.\n', served), status: 400, reason: 'Bad Request' },
    };
  const certificate = encrypted ? server.certificate?.(served) : undefined;
  const reply = server.http(request, served);
  const line = server.log?.(request, reply, served);
  if (line !== undefined)
    ends.effects.push({ kind: 'request', podUid: at.pod.metadata.uid ?? '', container: at.container, at: ends.now(), line });
  return { outcome: 'ok', reply, ...(certificate && { certificate }) };
}

/** How many servers may ask one another for one request: those that ask in a circle would do so until they have no connections left. */
const longestChain = 8;

/** What a server knows of one request; the environment and the files only when it looks. */
class Serving implements Served {
  readonly socket: Served['socket'];
  readonly pod: Served['pod'];
  readonly image: Served['image'];
  readonly startedAt: number;
  readonly now: number;
  readonly journal: Served['journal'];
  readonly pick: Served['pick'];
  readonly #ends: Ends;
  readonly #at: Pod;
  readonly #host: ServingHost;

  constructor(
    ends: Ends,
    at: Listening,
    host: ServingHost,
    readonly client: Served['client'],
  ) {
    this.socket = at.socket;
    this.pod = host.pod;
    this.image = host.image;
    this.startedAt = host.startedAt;
    this.now = ends.now();
    this.journal = host.journal;
    this.pick = ends.net.pick;
    this.#ends = ends;
    this.#at = at.pod;
    this.#host = host;
  }

  get env(): Served['env'] {
    return this.#host.env();
  }

  get files(): Served['files'] {
    return this.#host.files();
  }

  wire(): Wire {
    return onward(this.#ends, this.#at, this.#host);
  }
}

/** The side of the network of a server that answers. */
function onward(ends: Ends, pod: Pod, { runtime }: ServingHost): Wire {
  const { net, effects, now, filesOf, chain, traced } = ends;
  const files = (): FileSystem => filesOf(net, pod, runtime, pod.spec.containers[0] as Container);
  return wireOf({ net, pod, runtime, now, pick: net.pick, effects, files, filesOf, chain: chain + 1, ...(traced && { traced }) });
}

/** The container that answers, as its server sees it; what is costly is worked out when it is first asked for. */
interface ServingHost extends Pick<Served, 'pod' | 'image' | 'startedAt'> {
  /** What it is true for: files change with time. */
  readonly at: number;
  readonly runtime: RuntimePod;
  readonly journal: readonly Json[];
  readonly env: () => Served['env'];
  readonly files: () => FileSystem;
}

function hostOf(ends: Ends, { pod, container: name }: Listening): ServingHost | undefined {
  const key = `${pod.metadata.uid}/${name}`;
  const known = ends.hostsAsked.get(key);
  if (known?.at === ends.now()) return known;
  const { net } = ends;
  const runtime = runtimeOf(net.reader, pod);
  const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === name);
  const attempt = runtime?.containers[name]?.attempt;
  if (!runtime || !container || !attempt) return undefined;
  const image = imageOf(container);
  const host: ServingHost = {
    at: ends.now(),
    runtime,
    journal: attempt.journal,
    pod: {
      name: pod.metadata.name,
      namespace: pod.metadata.namespace ?? '',
      ip: pod.status?.podIP ?? '',
      hostname: hostnameOf(pod),
      node: runtime.node,
    },
    image,
    startedAt: attempt.startedAt,
    env: once(
      () =>
        new Map([
          ...serviceVariables(net, runtime).map((v): [string, string] => [v.name, v.value]),
          ...Object.entries(image.env),
          ...attempt.env,
        ]),
    ),
    files: once(() => ends.filesOf(net, pod, runtime, container)),
  };
  ends.hostsAsked.set(key, host);
  return host;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
