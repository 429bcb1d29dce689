// Commands that somebody runs on a node, as root: `kubelab ssh`.
import { podsOn } from '../network/net.js';
import { containerdOf, isDown, kubeletOf } from '../model/faults.js';
import type { Node } from '../model/generated/api.js';
import type { Trace } from '../model/packet.js';
import type { Net } from '../network/net.js';
import { isRunning, runtimeOf } from '../network/runtime.js';
import { filesOf, type Run } from './container.js';
import { commandOf, containersOf, imageOf } from './facts.js';
import type { Image } from './image.js';
import { NotStarted, start, streamsOf } from './index.js';
import type { Keyboard } from './keys.js';
import { accessTo, type NodeAccess } from './node-access.js';
import { asState, nodeFiles, nodeFilesKey, type NodeChanges, withWrites } from './node-files.js';
import { nodePrograms, nodeTools } from './node-programs.js';
import type { Effect } from './effects.js';
import { wireOfMachine } from './pod-wire.js';
import { manifestFolder } from './static-pods.js';
import { endOf, type Host, machineOf } from './process.js';

const image: Image = {
  repository: '',
  flavour: 'debian',
  entrypoint: [],
  cmd: [],
  programs: [...nodeTools, ...Object.keys(nodePrograms)],
  env: {},
  workdir: '/root',
  uid: 0,
  size: 0,
  version: '8.5.0',
  files: {},
};

const variables: readonly (readonly [string, string])[] = [
  ['HOME', '/root'],
  ['LOGNAME', 'root'],
  ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ['PWD', '/root'],
  ['SHELL', '/bin/bash'],
  ['USER', 'root'],
];

export interface ShellInput {
  readonly stdin: string;
  readonly tty: boolean;
  readonly keyboard?: Keyboard | undefined;
  readonly traced?: (trace: Trace) => void;
}

export function runOnNode(net: Net, node: Node, command: readonly string[], input: ShellInput): Run {
  const effects: Effect[] = [];
  const access = accessTo(net, node.metadata.name, effects);
  const files = nodeFiles(net, node);
  const host: Host = {
    hostname: node.metadata.name,
    image,
    uid: 0,
    gid: 0,
    files,
    wire: wireOfMachine(access.net, node, effects, filesOf, input.traced),
    init: ['/sbin/init'],
    startedAt: Date.parse(node.metadata.creationTimestamp ?? '') || net.now(),
    mounts: [],
    declaredPorts: [],
    pick: net.pick,
    node: access,
    processes: () => ['/sbin/init', ...servicesOf(access), ...containersOn(access)],
  };
  const machine = machineOf(host, net.now());
  const end = endOf(() => {
    try {
      return start(machine, command, new Map(variables), '/root', { main: false, ...streamsOf(input) });
    } catch (e) {
      if (!(e instanceof NotStarted)) throw e;
      const name = command[0] ?? '';
      const why = name.includes('/') ? 'No such file or directory' : 'command not found';
      machine.output.push({ at: machine.now, stream: 'stderr', text: `bash: line 1: ${name}: ${why}\n` });
      return 127;
    }
  });
  if (files.writes.length > 0) keep(access, files);
  return { output: machine.output, sockets: [], journal: [], writes: [], effects, signals: [], at: machine.now, end };
}

function keep(access: NodeAccess, files: ReturnType<typeof nodeFiles>): void {
  const key = nodeFilesKey(access.name);
  const before = (access.net.reader.state(key) as NodeChanges | undefined) ?? {};
  access.setState(key, asState(withWrites(before, files, files.writes)));
  const touches = (folder: string): boolean => files.writes.some((w) => w.path === folder || w.path.startsWith(`${folder}/`));
  // The kubelet watches the one, and looks for the other every five seconds.
  if (touches(manifestFolder)) access.wake('static-pods', access.name, 300);
  if (touches('/etc/cni')) access.wake('node-status', access.name, 5000);
}

const servicesOf = ({ name, net }: NodeAccess): string[] => [
  ...(isDown(net.reader, containerdOf(name)) ? [] : ['/usr/bin/containerd']),
  ...(isDown(net.reader, kubeletOf(name)) ? [] : ['/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml']),
];

/** The main process of each container that runs there. */
const containersOn = ({ name, net }: NodeAccess): string[] =>
  podsOn(net.reader, name).flatMap((pod) => {
    const runtime = runtimeOf(net.reader, pod);
    return containersOf(pod).flatMap((c) => {
      const state = runtime?.containers[c.name];
      const env = new Map(state?.attempt?.env);
      const command = commandOf(c, imageOf(c), (variable) => env.get(variable)).join(' ');
      return isRunning(state) ? [command || (imageOf(c).repository.split('/').at(-1) ?? '')] : [];
    });
  });
