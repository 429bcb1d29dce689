// The columns of `get pods`, among them the STATUS made of phase, reasons and container states.
// Mirrors printPod of pkg/printers/internalversion/printers.go of Kubernetes.
import { ageOf } from '../../lib/duration.js';
import type { ContainerStatus, Pod, PodSpec } from '../../model/generated/api.js';
import type { Column } from '../../model/kind.js';
import { ageColumn, nameColumn, textColumn, wideColumn } from '../columns.js';
import { conditionOf, isFinished, isReady, isSidecar } from './facts.js';

export const columns: readonly Column<Pod>[] = [
  nameColumn,
  textColumn('Ready', (pod) => summary(pod).ready),
  textColumn('Status', (pod) => summary(pod).status),
  textColumn('Restarts', (pod, { now }) => restartsText(summary(pod), now)),
  ageColumn,
  wideColumn('IP', (pod) => pod.status?.podIPs?.[0]?.ip || '<none>'),
  wideColumn('Node', (pod) => pod.spec.nodeName || '<none>'),
  wideColumn('Nominated Node', (pod) => pod.status?.nominatedNodeName || '<none>'),
  wideColumn('Readiness Gates', readinessGates),
];

interface Summary {
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
  /** When a container last ended to be started again. */
  readonly lastRestart: string | undefined;
}

/** What is counted over the containers. */
interface Count {
  reason: string;
  ready: number;
  restarts: number;
  lastRestart: string | undefined;
}

function summary(pod: Pod): Summary {
  const status = pod.status ?? {};
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map((c) => c.name);
  const gated = conditionOf(pod, 'PodScheduled')?.reason === 'SchedulingGated';
  const reason = gated ? 'SchedulingGated' : status.reason || status.phase || '';

  const init = countInit(pod.spec, status.initContainerStatuses ?? [], new Set(sidecars));
  const running = init.reason === '' || conditionOf(pod, 'Initialized')?.status === 'True';
  const count = running ? countContainers(pod, init.reason || reason, init.sidecars) : init;
  return {
    ready: `${count.ready}/${(pod.spec.containers ?? []).length + sidecars.length}`,
    status: finalStatus(pod, count.reason),
    restarts: count.restarts,
    lastRestart: count.lastRestart,
  };
}

function finalStatus(pod: Pod, reason: string): string {
  if (!pod.metadata.deletionTimestamp) return reason;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return isFinished(pod) ? reason : 'Terminating';
}

const later = (a: string | undefined, b: string | undefined): string | undefined => (b !== undefined && (a === undefined || a < b) ? b : a);

function addRestarts(count: Pick<Count, 'restarts' | 'lastRestart'>, c: ContainerStatus): void {
  count.restarts += c.restartCount;
  count.lastRestart = later(count.lastRestart, c.lastState?.terminated?.finishedAt);
}

/** Init containers up to the first that is not done; `reason` is empty when all are. */
function countInit(spec: PodSpec, statuses: readonly ContainerStatus[], sidecarNames: ReadonlySet<string>): Count & { sidecars: Count } {
  const count: Count = { reason: '', ready: 0, restarts: 0, lastRestart: undefined };
  const sidecars: Count = { reason: '', ready: 0, restarts: 0, lastRestart: undefined };
  for (const [i, c] of statuses.entries()) {
    const isSidecar = sidecarNames.has(c.name);
    addRestarts(count, c);
    if (isSidecar) addRestarts(sidecars, c);
    const { terminated, waiting } = c.state ?? {};
    if (terminated?.exitCode === 0) continue;
    if (isSidecar && c.started) {
      if (c.ready) {
        count.ready++;
        sidecars.ready++;
      }
      continue;
    }
    if (terminated) count.reason = `Init:${terminated.reason || endOf(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') count.reason = `Init:${waiting.reason}`;
    else count.reason = `Init:${i}/${(spec.initContainers ?? []).length}`;
    break;
  }
  return { ...count, sidecars };
}

const endOf = (t: { signal?: number; exitCode: number }): string => (t.signal ? `Signal:${t.signal}` : `ExitCode:${t.exitCode}`);

function countContainers(pod: Pod, before: string, sidecars: Count): Count {
  const count: Count = { ...sidecars, reason: before };
  let running = false;
  for (const c of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    addRestarts(count, c);
    const { waiting, terminated } = c.state ?? {};
    if (waiting?.reason) count.reason = waiting.reason;
    else if (terminated) count.reason = terminated.reason || endOf(terminated);
    else if (c.ready && c.state?.running) {
      running = true;
      count.ready++;
    }
  }
  if (count.reason === 'Completed' && running) {
    count.reason = isReady(pod) ? 'Running' : 'NotReady';
  }
  return count;
}

const restartsText = ({ restarts, lastRestart }: Summary, now: number): string =>
  restarts !== 0 && lastRestart ? `${restarts} (${ageOf(lastRestart, now)} ago)` : String(restarts);

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const met = gates.filter((g) => conditionOf(pod, g.conditionType)?.status === 'True');
  return `${met.length}/${gates.length}`;
}
