// A container of a Pod as programs see it: its image, files, environment and network; and the runs of what it starts.
import { parseQuantity, bytesOf } from '../lib/quantity.js';
import type { Container, Pod, SecurityContext } from '../model/generated/api.js';
import type { Json } from '../model/object.js';
import type { Trace } from '../model/packet.js';
import type { Reader } from '../model/store.js';
import type { Net } from '../network/net.js';
import { hostsText, resolvConf, resolvConfText } from '../network/resolver.js';
import { type Attempt, isRunning, type RuntimePod, type Socket, type Watching, type TypedLines } from '../network/runtime.js';
import { commandOf, containersOf, hostnameOf, imageOf, serviceVariables } from './facts.js';
import { FileSystem, normalPath, Tree, type Write } from './files.js';
import type { Image } from './image.js';
import { digestOf } from './image-name.js';
import { start, type StartOptions, streamsOf } from './index.js';
import { type Keyboard, MainKeys } from './keys.js';
import { accessTo } from './node-access.js';
import { type End, type Host, type Limits, Machine, type Output, endOf } from './process.js';
import { mountsOf, volumeTrees } from './volumes.js';
import type { Effect } from './effects.js';
import { type FilesOf, wireOf } from './pod-wire.js';

/** Key of the writes that came from outside the main processes (exec, requests): kept with the Pod's uid. */
export const writesKey = (pod: Pod): string => `kubelet/writes/${pod.metadata.uid}`;
/** Files that a command wrote stay. */
export function keepWrites(
  reader: Pick<Reader, 'state'>,
  setState: (key: string, value: Json) => void,
  pod: Pod,
  container: Container,
  writes: readonly Write[],
): void {
  if (writes.length === 0) return;
  const before = (reader.state(writesKey(pod)) as Json[] | undefined) ?? [];
  setState(writesKey(pod), [...before, ...writes.map((w) => ({ ...w, container: container.name }) as unknown as Json)]);
}
type KeptWrite = Write & { readonly container: string };

/** What of it went to that stream. */
export const textOn = (output: readonly Pick<Output, 'stream' | 'text'>[], stream: Output['stream']): string =>
  output.flatMap((o) => (o.stream === stream ? [o.text] : [])).join('');

/** How a run ended, and what it left. */
export interface Run {
  readonly output: readonly Output[];
  readonly sockets: readonly Socket[];
  readonly journal: readonly Json[];
  readonly writes: readonly Write[];
  readonly effects: readonly Effect[];
  /** How long it goes on when it is told to stop, in milliseconds. */
  readonly lameduck?: number;
  /** The file that it looks at from its end on. */
  readonly watching?: Watching;
  /** It wanted more memory than its container has. */
  readonly outOfMemory?: boolean;
  /** Sent to process 1. */
  readonly signals: readonly string[];
  /** Clock of the machine at the end. */
  readonly at: number;
  /** exit: the program returned. Otherwise what stopped it. */
  readonly end: End;
}

/** One Pod at one moment, with everything that its containers have written so far. */
export class PodView {
  readonly #trees: Map<string, Tree>;
  readonly #applied = new Set<Write>();
  #peerWrites: { from: string; write: Write }[] | undefined;

  constructor(
    readonly net: Net,
    readonly pod: Pod,
    readonly runtime: RuntimePod,
    /** Containers whose run is being worked out: they are not asked again. */
    readonly busy: ReadonlySet<string> = new Set(),
  ) {
    this.#trees = volumeTrees(net.reader, pod);
  }

  /** Writes of everyone but `self`, up to now, in order of time. */
  #others(self: string): { from: string; write: Write }[] {
    this.#peerWrites ??= [
      ...((this.net.reader.state(writesKey(this.pod)) as unknown as KeptWrite[] | undefined) ?? []).map((write) => ({
        from: write.container,
        write,
      })),
      ...containersOf(this.pod)
        .filter((c) => c.name !== self && !this.busy.has(c.name))
        .flatMap((c) => sharedWrites(this, c).map((write) => ({ from: c.name, write }))),
    ].sort((a, b) => a.write.at - b.write.at);
    return this.#peerWrites;
  }

  files(container: Container, image: Image, clock: () => number, withMain: boolean): FileSystem {
    const { pod } = this;
    const hostname = hostnameOf(pod);
    const root = new Tree('', container.securityContext?.readOnlyRootFilesystem === true, {
      ...image.files,
      '/etc/hostname': `${hostname}\n`,
      '/etc/hosts': hostsText(pod, hostname, this.net.config, this.runtime.ips),
      '/etc/resolv.conf': resolvConfText(resolvConf(this.net.config, pod)),
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
      ...(image.flavour !== 'distroless' && { '/etc/os-release': osRelease[image.flavour] }),
      ...(image.flavour === 'alpine' && { '/etc/alpine-release': '3.22.2\n' }),
      ...controlGroup(container),
    });
    for (const dir of [
      '/bin',
      '/dev',
      '/etc',
      '/home',
      '/proc',
      '/root',
      '/sys',
      '/tmp',
      '/usr',
      '/var',
      '/opt',
      '/run',
      '/var/log',
      '/var/run',
      '/usr/bin',
      '/usr/local',
      '/srv',
      '/mnt',
      '/lib',
      image.workdir,
    ])
      root.makeDirs(dir);
    const own = withMain ? this.#withMain(container) : this.#others(container.name);
    const sync = (tree: Tree): void => {
      for (const { from, write } of own) {
        if (write.at > clock()) break;
        if (this.#applied.has(write) || write.volume !== tree.name || (write.volume === '' && from !== container.name)) continue;
        this.#applied.add(write);
        tree.apply(write);
      }
    };
    sync(root);
    const upcoming = (tree: Tree, path: string, time: number): number | undefined =>
      own.find(({ write }) => write.at > time && write.volume === tree.name && write.path === path)?.write.at;
    return new FileSystem(root, mountsOf(container, this.#trees), sync, upcoming, writableBy(pod, container, image));
  }

  #withMain(container: Container): { from: string; write: Write }[] {
    const main = this.busy.has(container.name) ? [] : mainWrites(this, container).map((write) => ({ from: container.name, write }));
    return [...this.#others(container.name), ...main].sort((a, b) => a.write.at - b.write.at);
  }
}

/** The files of a container that runs, as they are at its Net's present. */
export const filesOf: FilesOf = (net, pod, runtime, container) =>
  new PodView(net, pod, runtime).files(container, imageOf(container), net.now, true);

/** root writes everywhere; others where everybody may, and in their homes. What an image of which nothing is known lets its user do is not known either. */
function writableBy(pod: Pod, container: Container, image: Image): ((path: string) => boolean) | undefined {
  const uid = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? image.uid;
  if (uid === 0 || image.unknown) return undefined;
  const places = ['/tmp/', '/var/tmp/', '/dev/', '/proc/', ...(uid === image.uid ? ['/home/'] : [])];
  return (path) => places.some((place) => path.startsWith(place));
}

/** What the kernel holds its processes to, as they can read it. */
function controlGroup({ resources }: Container): Record<string, string> {
  const { cpu, memory } = resources?.limits ?? {};
  const bytes = memory === undefined ? undefined : bytesOf(memory);
  const period = 100_000n;
  const quota = cpu === undefined ? undefined : (parseQuantity(String(cpu)).nano * period) / 1_000_000_000n;
  return {
    '/sys/fs/cgroup/memory.max': `${bytes === undefined ? 'max' : bytes - (bytes % 4096)}\n`,
    '/sys/fs/cgroup/cpu.max': `${quota ?? 'max'} ${period}\n`,
  };
}

const osRelease: Record<'busybox' | 'alpine' | 'debian', string> = {
  busybox: 'NAME="Buildroot"\nID=buildroot\n',
  alpine: 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME="Alpine Linux v3.22"\n',
  debian: 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nID=debian\n',
};

const mainWrites = (view: PodView, container: Container): readonly Write[] => {
  const attempt = view.runtime.containers[container.name]?.attempt;
  return attempt ? runMain(view.net, view.pod, view.runtime, container, attempt, limitsAt(view.net.now(), attempt), view.busy).writes : [];
};

/** What a container writes where others see it. */
const sharedWrites = (view: PodView, container: Container): readonly Write[] =>
  (container.volumeMounts ?? []).some((m) => isWritten(view.pod, m.name)) ? mainWrites(view, container) : [];

/** Volumes that keep what containers write. */
const isWritten = (pod: Pod, volume: string): boolean => {
  const v = pod.spec.volumes?.find((x) => x.name === volume);
  return !!v && !v.configMap && !v.secret && !v.projected && !v.downwardAPI;
};

/** A replay up to `now`. */
export const limitsAt = (now: number, attempt: Attempt | undefined): Limits => ({
  until: Math.min(now, attempt?.exit?.at ?? now),
  present: now,
  lookAhead: false,
  budget: 300_000,
});

/** PATH and HOSTNAME, the image's, the container's, the Services', HOME. */
function environment(net: Net, pod: Pod, runtime: RuntimePod, image: Image, own: Attempt['env']): Map<string, string> {
  const env = new Map<string, string>([
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOSTNAME', hostnameOf(pod)],
  ]);
  for (const [k, v] of Object.entries(image.env)) env.set(k, v);
  for (const [k, v] of own) env.set(k, v);
  for (const v of serviceVariables(net, runtime)) if (!env.has(v.name)) env.set(v.name, v.value);
  if (!env.has('HOME')) env.set('HOME', image.uid === 0 ? '/root' : '/');
  return env;
}

interface Place {
  readonly net: Net;
  readonly pod: Pod;
  readonly runtime: RuntimePod;
  readonly container: Container;
  readonly attempt: Attempt;
}

interface Prepared {
  readonly machine: Machine;
  readonly env: Map<string, string>;
  readonly cwd: string;
  readonly host: Host;
  readonly effects: Effect[];
}

function prepare(
  place: Place,
  view: PodView,
  from: number,
  limits: Limits,
  main: boolean,
  pick: (n: number) => number,
  traced?: (trace: Trace) => void,
): Prepared {
  const { net, pod, runtime, container, attempt } = place;
  const image = imageOf(container);
  const env = environment(net, pod, runtime, image, attempt.env);
  const effects: Effect[] = [];
  const security: SecurityContext = { ...pod.spec.securityContext, ...container.securityContext };
  let files: FileSystem | undefined;
  const host: Host = {
    hostname: hostnameOf(pod),
    image,
    uid: security.runAsUser ?? image.uid,
    gid: security.runAsGroup ?? (security.runAsUser === undefined ? image.uid : 0),
    groups: [
      ...(pod.spec.securityContext?.fsGroup === undefined ? [] : [pod.spec.securityContext.fsGroup]),
      ...(pod.spec.securityContext?.supplementalGroups ?? []),
    ],
    ...(container.resources?.limits?.memory && { memory: bytesOf(container.resources.limits.memory) }),
    readOnlyRoot: security.readOnlyRootFilesystem === true,
    neighbours: containersOf(pod).length > 1,
    get files() {
      files ??= view.files(container, image, () => machine.now, !main);
      return files;
    },
    wire: wireOf({
      net,
      pod,
      runtime,
      now: () => machine.now,
      pick,
      effects,
      files: () => host.files,
      filesOf,
      container: container.name,
      ...(traced && { traced }),
    }),
    init: commandOf(container, image, (name) => env.get(name)),
    startedAt: attempt.startedAt,
    mounts: (container.volumeMounts ?? []).map((m) => m.mountPath),
    declaredPorts: declared(container, image, env),
    pick,
    ...(pod.spec.hostNetwork && { node: accessTo(net, runtime.node, effects) }),
  };
  const machine: Machine = new Machine(host, from, limits, main ? attempt.journal : []);
  return { machine, env, cwd: normalPath(container.workingDir ?? image.workdir), host, effects };
}

/** Ports of the spec, and those that flags of the cluster's own daemons name. */
function declared(container: Container, image: Image, env: ReadonlyMap<string, string>): Host['declaredPorts'] {
  const spec = (container.ports ?? []).map((p) => ({ port: p.containerPort, protocol: (p.protocol ?? 'TCP') as 'TCP' | 'UDP' | 'SCTP' }));
  const flags = commandOf(container, image, (n) => env.get(n)).flatMap((a) => {
    const port = /^--(?:secure-port|port)=(\d+)$/.exec(a)?.[1];
    return port ? [{ port: Number(port), protocol: 'TCP' as const }] : [];
  });
  const all = [...spec, ...flags];
  return all.filter((p, i) => all.findIndex((o) => o.port === p.port && o.protocol === p.protocol) === i);
}

function finish(prepared: Prepared, body: () => number): Run {
  const { machine, effects } = prepared;
  const end = endOf(body);
  const written = machine.usedFiles ? prepared.host.files.writes : [];
  return {
    output: machine.output,
    sockets: machine.sockets,
    journal: machine.journal,
    writes: written,
    effects,
    ...(machine.lameduck > 0 && { lameduck: machine.lameduck }),
    ...(machine.watching && { watching: machine.watching }),
    ...(machine.outOfMemory && { outOfMemory: true }),
    signals: machine.signals,
    at: machine.now,
    end,
  };
}

/** A small generator of its own for each start, so that a replay draws the same. */
function chance(seed: string): (n: number) => number {
  let x = Number.parseInt(digestOf(seed).slice(0, 8), 16);
  return (n) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 2 ** 32) * n);
  };
}

/** Runs (again) the main process of a start. */
export function runMain(
  net: Net,
  pod: Pod,
  runtime: RuntimePod,
  container: Container,
  attempt: Attempt,
  limits: Limits,
  busy: ReadonlySet<string> = new Set(),
): Run {
  const view = new PodView(net, pod, runtime, new Set([...busy, container.name]));
  const prepared = prepare({ net, pod, runtime, container, attempt }, view, attempt.startedAt, limits, true, chance(attempt.id));
  return finish(prepared, () =>
    start(prepared.machine, prepared.host.init, prepared.env, prepared.cwd, {
      main: true,
      stdin: container.stdin ? attempt.stdin : '',
      tty: container.tty === true,
      ...(container.stdin && attempt.typed && keysOf(attempt.typed)),
    }),
  );
}

const keysOf = (typed: TypedLines): Pick<StartOptions, 'keys'> => ({ keys: (machine, echo) => new MainKeys(machine, typed, echo) });

/** Runs a command in a running container: exec. */
export function runIn(
  net: Net,
  pod: Pod,
  runtime: RuntimePod,
  container: Container,
  command: readonly string[],
  input: { stdin: string; tty: boolean; keyboard?: Keyboard | undefined; traced?: (trace: Trace) => void },
): Run {
  const state = runtime.containers[container.name];
  if (!state?.attempt || !isRunning(state)) throw new Error(`container ${container.name} does not run`);
  const now = net.now();
  const view = new PodView(net, pod, runtime);
  const limits: Limits = { until: Number.POSITIVE_INFINITY, present: Number.POSITIVE_INFINITY, lookAhead: false, budget: 100_000 };
  const prepared = prepare({ net, pod, runtime, container, attempt: state.attempt }, view, now, limits, false, net.pick, input.traced);
  if (input.tty) prepared.env.set('TERM', 'xterm');
  return finish(prepared, () => start(prepared.machine, command, prepared.env, prepared.cwd, { main: false, ...streamsOf(input) }));
}
