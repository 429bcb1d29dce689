// Commands of somebody who is no container of the cluster: a node, a machine outside, or a Pod that is there for one command only.
import { formatIP, lastIP, parseCIDR } from '../lib/ip.js';
import { isOff } from '../model/faults.js';
import type { Node, Pod } from '../model/generated/api.js';
import type { Trace } from '../model/packet.js';
import { failure } from '../model/status.js';
import type { Net } from '../network/net.js';
import { hostsText } from '../network/resolver.js';
import type { RuntimePod } from '../network/runtime.js';
import { filesOf, type Run } from './container.js';
import { hostnameOf } from './facts.js';
import { FileSystem, Tree } from './files.js';
import type { Image } from './image.js';
import { start } from './index.js';
import type { Effect } from './effects.js';
import { wireOf, wireOfMachine } from './pod-wire.js';
import type { Wire } from './wire.js';
import { endOf, type Host, machineOf } from './process.js';

const tools: Image = {
  repository: 'docker.io/curlimages/curl',
  flavour: 'alpine',
  entrypoint: [],
  cmd: [],
  programs: [],
  packages: ['curl', 'bind-tools'],
  env: {},
  workdir: '/',
  uid: 0,
  size: 0,
  version: '8.17.0',
  files: {},
};

export type From =
  | { readonly namespace: string }
  | { readonly node: Node | undefined }
  /** Beside the containers of a Pod, whether or not their images have the program. */
  | { readonly pod: Pod; readonly runtime: RuntimePod };

export function runOutside(net: Net, from: From, command: readonly string[], tty: boolean, traced: (trace: Trace) => void): Run {
  const effects: Effect[] = [];
  const files = new FileSystem(new Tree('', false, {}), []);
  const hostname = 'namespace' in from ? 'curl' : 'pod' in from ? hostnameOf(from.pod) : (from.node?.metadata.name ?? 'outside');
  const host: Host = {
    hostname,
    image: tools,
    uid: 0,
    gid: 0,
    files,
    wire: wireFrom(net, from, effects, traced),
    init: command,
    startedAt: net.now(),
    mounts: [],
    declaredPorts: [],
    pick: net.pick,
  };
  const machine = machineOf(host, net.now());
  const end = endOf(() => start(machine, command, new Map(), '/', { main: false, stdin: '', tty }));
  return { output: machine.output, sockets: [], journal: [], writes: [], effects, signals: [], at: machine.now, end };
}

function wireFrom(net: Net, from: From, effects: Effect[], traced: (trace: Trace) => void): Wire {
  if ('namespace' in from) return guestWire(net, from.namespace, effects, traced);
  return 'pod' in from ? podWire(net, from, effects, traced) : wireOfMachine(net, from.node, effects, filesOf, traced);
}

/** A running Pod's side of the network. */
export function podWire(
  net: Net,
  { pod, runtime }: { readonly pod: Pod; readonly runtime: RuntimePod },
  effects: Effect[],
  traced: (trace: Trace) => void,
): Wire {
  const text = hostsText(pod, hostnameOf(pod), net.config, runtime.ips);
  const hosts = new FileSystem(new Tree('', false, { '/etc/hosts': text }), []);
  return wireOf({ net, pod, runtime, now: net.now, pick: net.pick, effects, files: () => hosts, filesOf, traced });
}

/** A Pod that is never stored: on the first node that takes Pods, with the last addresses of its ranges. */
export function guestPod(net: Net, namespace: string): { pod: Pod; runtime: RuntimePod } {
  if (!net.reader.get('Namespace', '', namespace))
    throw failure(404, 'NotFound', `namespaces ${JSON.stringify(namespace)} not found`, { name: namespace, kind: 'namespaces' });
  const nodes = net.reader.list('Node').filter((n) => !isOff(net.reader, n.metadata.name));
  const node = nodes.find((n) => !n.spec?.taints?.some((t) => t.effect === 'NoSchedule')) ?? nodes[0];
  const ips = (node?.spec?.podCIDRs ?? []).flatMap((text) => {
    const range = parseCIDR(text);
    return range ? [formatIP({ family: range.family, value: lastIP(range).value - 1n })] : [];
  });
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'curl', namespace },
    spec: { containers: [], nodeName: node?.metadata.name ?? '' },
    status: { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) },
  } as Pod;
  return { pod, runtime: { uid: '', node: node?.metadata.name ?? '', startedAt: net.now(), ips, containers: {} } };
}

export function guestWire(net: Net, namespace: string, effects: Effect[], traced: (trace: Trace) => void): Wire {
  const { pod, runtime } = guestPod(net, namespace);
  const hosts = new FileSystem(new Tree('', false, { '/etc/hosts': '127.0.0.1\tlocalhost\n' }), []);
  return wireOf({ net, pod, runtime, now: net.now, pick: net.pick, effects, files: () => hosts, filesOf, traced });
}
