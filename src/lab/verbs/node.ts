// kubelab node stop|start|add|remove: the machines behind the Nodes.
import { UsageError } from '../../cli/errors.js';
import { type Cluster, MachineError } from '../../cluster/index.js';
import type { Invocation, Verb } from '../../model/verb.js';
import { openedCluster } from '../opened-cluster.js';

type LabVerb = Verb<unknown>;

const stop: LabVerb = {
  id: 'node stop',
  use: 'stop NAME',
  short: "Switch a node's machine off",
  long: 'Nothing on it runs or answers any more. The cluster notices when its kubelet has been silent for 50 seconds.',
  flags: [],
  run: (invocation) => change(invocation, 'stop', 'stopped'),
};

const start: LabVerb = {
  id: 'node start',
  use: 'start NAME',
  short: "Switch a node's machine on",
  long: 'It boots: its Pods are started anew, with new addresses, and its service rules are gone until kube-proxy has written them again.',
  flags: [],
  run: (invocation) => change(invocation, 'start', 'started'),
};

const add: LabVerb = {
  id: 'node add',
  use: 'add [NAME]',
  short: 'Let a new machine join the cluster',
  long: 'It gets the first address and Pod range that are free, and is Ready when the network plugin has come to it.',
  flags: [],
  run: (invocation) => change(invocation, 'add', 'added'),
};

const remove: LabVerb = {
  id: 'node remove',
  use: 'remove NAME',
  short: 'Delete a Node and take its machine away',
  flags: [],
  run: (invocation) => change(invocation, 'remove', 'removed'),
};

function change(invocation: Invocation<unknown>, action: Parameters<Cluster['machine']>[0], done: string): void {
  const { args, io } = invocation;
  if (args.length !== 1 && !(action === 'add' && args.length === 0))
    throw new UsageError(`exactly one NAME is required, got ${args.length}`);
  let [name = ''] = args;
  const cluster = openedCluster(invocation);
  try {
    name = cluster.machine(action, name);
  } catch (e) {
    throw e instanceof MachineError ? new UsageError(e.message) : e;
  } finally {
    cluster.close();
  }
  io.out(`node/${name} ${done}\n`);
}

export const node: Readonly<Record<string, LabVerb>> = { add, remove, start, stop };
