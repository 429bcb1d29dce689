// kubelab clock show|advance|set: the cluster's time.
import { UsageError } from '../../cli/errors.js';
import { noArguments } from '../../cli/no-arguments.js';
import { ClockError, type Cluster } from '../../cluster/index.js';
import { parseGoDuration } from '../../lib/duration.js';
import type { Invocation, Verb } from '../../model/verb.js';
import { openedCluster } from '../opened-cluster.js';

type LabVerb = Verb<unknown>;

const show: LabVerb = {
  id: 'clock show',
  use: 'show',
  short: "Show the cluster's time",
  flags: [],
  run: (invocation) => {
    noArguments(invocation);
    tell(invocation, () => undefined);
  },
};

const advance: LabVerb = {
  id: 'clock advance',
  use: 'advance DURATION',
  short: 'Let time go by on a virtual clock, with all that falls due',
  example: '  kubelab clock advance 1m30s',
  flags: [],
  run: (invocation) => {
    const duration = milliseconds(one(invocation, 'DURATION'));
    tell(invocation, (cluster) => cluster.setTime(cluster.now() + duration));
  },
};

const set: LabVerb = {
  id: 'clock set',
  use: 'set TIME',
  short: 'Move a virtual clock forward to a moment',
  example: '  kubelab clock set 2026-01-02T00:00:00Z',
  flags: [],
  run: (invocation) => {
    const time = Date.parse(one(invocation, 'TIME'));
    if (Number.isNaN(time)) throw new UsageError(`invalid time "${invocation.args[0]}": say 2026-01-02T15:04:05Z`);
    tell(invocation, (cluster) => cluster.setTime(time));
  },
};

function milliseconds(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (e) {
    throw new UsageError((e as Error).message);
  }
}

function one({ args }: Invocation<unknown>, what: string): string {
  if (args.length !== 1) throw new UsageError(`exactly one ${what} is required, got ${args.length}`);
  return args[0] as string;
}

/** Opens the cluster for `work`, then prints its time. */
function tell(invocation: Invocation<unknown>, work: (cluster: Cluster) => void): void {
  const cluster = openedCluster(invocation);
  try {
    work(cluster);
    invocation.io.out(`${new Date(cluster.now()).toISOString()}\n`);
  } catch (e) {
    throw e instanceof ClockError ? new UsageError(e.message) : e;
  } finally {
    cluster.close();
  }
}

export const clock: Readonly<Record<string, LabVerb>> = { advance, set, show };
