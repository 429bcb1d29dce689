// kubelab node stop|start: the machines behind the Nodes.
import { UsageError } from '../../cli/errors.js';
import { MachineError, openCluster } from '../../cluster/index.js';
import type { Invocation, Verb } from '../../model/verb.js';

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

function change(
  { args, clusterPath, io }: Invocation<unknown>,
  action: Parameters<ReturnType<typeof openCluster>['machine']>[0],
  done: string,
): void {
  if (args.length !== 1) throw new UsageError(`exactly one NAME is required, got ${args.length}`);
  const [name = ''] = args;
  const cluster = openCluster(clusterPath);
  try {
    cluster.machine(action, name);
  } catch (e) {
    throw e instanceof MachineError ? new UsageError(e.message) : e;
  } finally {
    cluster.close();
  }
  io.out(`node/${name} ${done}\n`);
}

export const node: Readonly<Record<string, LabVerb>> = { start, stop };
