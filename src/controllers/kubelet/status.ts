// The Pod's status from what the runtime knows. Mirrors generateAPIPodStatus of pkg/kubelet/kubelet_pods.go and pkg/kubelet/status/generate.go.
import { formatQuantity } from '../../lib/quantity.js';
import { same } from '../../lib/same.js';
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
  PodStatus,
  ResourceRequirements,
} from '../../model/generated/api.js';
import { timestamp } from '../../model/world.js';
import { conditionOf, isSidecar } from '../../kinds/pod/facts.js';
import { podResources, type Resources } from '../../kinds/pod-resources.js';
import { type Attempt, isRunning, type RuntimeContainer } from '../../network/runtime.js';
import { containersOf, imageOf } from '../../programs/facts.js';
import { parseImageName } from '../../programs/image-name.js';
import { imageID, listedName } from '../../programs/images.js';
import { hasStarted } from './advance.js';
import { Work } from './work.js';

export function podStatus(work: Work): PodStatus {
  const { pod, runtime } = work;
  if (runtime.rejected) return rejectedStatus(work);
  const init = pod.spec.initContainers ?? [];
  const initStatuses = init.map((c) => containerStatus(work, c, true));
  const statuses = pod.spec.containers.map((c) => containerStatus(work, c, false)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const phase = runtime.failed ? 'Failed' : phaseOf(work);
  const allocatedResources = texts(podResources(pod, 'requests'));
  const others: PodStatus = {
    ...kept(pod),
    ...(allocatedResources && { allocatedResources }),
    conditions: conditionsOf(work, phase, statuses, initStatuses),
    ...(statuses.length > 0 && { containerStatuses: statuses }),
    ...(work.hostIP && { hostIP: work.hostIP, hostIPs: [{ ip: work.hostIP }] }),
    ...(initStatuses.length > 0 && { initContainerStatuses: initStatuses }),
    ...(runtime.failed && { reason: runtime.failed.reason, message: runtime.failed.message }),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    ...(runtime.ips.length > 0 && { podIP: runtime.ips[0] as string, podIPs: runtime.ips.map((ip) => ({ ip })) }),
    startTime: timestamp(runtime.startedAt),
  };
  return { ...others, resources: resourcesOf(work, others) };
}

/** Of a Pod that was never begun there is nothing else to tell. */
const rejectedStatus = ({ pod, runtime }: Work): PodStatus => ({
  ...kept(pod),
  ...runtime.failed,
  ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  phase: 'Failed',
  startTime: timestamp(runtime.startedAt),
});

/** While a hook goes on: what was written before its container was started. */
export function statusBefore({ writer, pod, node, runtime }: Work): PodStatus {
  if (pod.status?.startTime) return pod.status;
  return podStatus(new Work(writer, pod, node, { ...runtime, ips: [], containers: {} }));
}

const kept = ({ status }: Pod): PodStatus => ({
  ...(status?.qosClass && { qosClass: status.qosClass }),
  ...(status?.ephemeralContainerStatuses && { ephemeralContainerStatuses: status.ephemeralContainerStatuses }),
});

const texts = (all: Resources): Record<string, string> | undefined =>
  all.size === 0 ? undefined : Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, q]) => [k, formatQuantity(q)]));

/** How a cgroup (v1) says "no limit". */
const unlimited = '9007199254740988Ki';

/**
 * What the spec asks for; once the Pod has been seen running, every further look at it reads the limits of its cgroup, which has one for memory only
 * if all containers do.
 */
function resourcesOf(work: Work, others: PodStatus): ResourceRequirements {
  const { pod } = work;
  const requests = texts(podResources(pod, 'requests'));
  const limits = texts(podResources(pod, 'limits'));
  const asked = { ...(limits && { limits }), ...(requests && { requests }) };
  if (!hasRun(work)) return asked;
  const { resources: before, ...old } = pod.status ?? {};
  if (before && same(others, old)) return before;
  const limited = containersOf(pod).every((c) => c.resources?.limits?.memory !== undefined);
  return limited ? asked : { ...asked, limits: { ...limits, memory: unlimited } };
}

const hasRun = ({ pod, runtime }: Work): boolean =>
  pod.status?.phase === 'Running' ||
  pod.spec.containers.some((c) => {
    const exit = runtime.containers[c.name]?.attempt?.exit;
    return exit && exit.reason !== 'StartError';
  });

function terminated(attempt: Attempt): ContainerState {
  const exit = attempt.exit as NonNullable<Attempt['exit']>;
  return {
    terminated: {
      containerID: `containerd://${attempt.id}`,
      exitCode: exit.code,
      finishedAt: timestamp(exit.at),
      ...(exit.message && { message: exit.message }),
      reason: exit.reason,
      startedAt: exit.reason === 'StartError' ? '1970-01-01T00:00:00Z' : timestamp(attempt.startedAt),
    },
  };
}

function containerStatus(work: Work, c: Container, init: boolean): ContainerStatus {
  const state: RuntimeContainer = work.runtime.containers[c.name] ?? { restarts: 0, started: false, ready: false, probes: {} };
  const running = isRunning(state);
  const { attempt } = state;
  const done = attempt?.exit !== undefined;
  const name = parseImageName(c.image ?? '');
  const last = state.waiting && done ? attempt : state.previous;
  const waitingFor = state.waiting ?? {
    reason: (work.pod.spec.initContainers?.length ?? 0) > 0 && work.runtime.ips.length > 0 ? 'PodInitializing' : 'ContainerCreating',
  };
  const now: ContainerState = running
    ? { running: { startedAt: timestamp((attempt as Attempt).startedAt) } }
    : done && !state.waiting
      ? terminated(attempt)
      : { waiting: { ...(waitingFor.message && { message: waitingFor.message }), reason: waitingFor.reason } };
  const requests = c.resources?.requests;
  const made = attempt !== undefined;
  return {
    ...(requests && Object.keys(requests).length > 0 && running && { allocatedResources: requests }),
    ...(made && { containerID: `containerd://${attempt.id}` }),
    image: made && name ? listedName(name) : (c.image ?? ''),
    imageID: made && name ? imageID(name) : '',
    lastState: last?.exit ? terminated(last) : {},
    name: c.name,
    ready: init && !isSidecar(c) ? done && attempt?.exit?.code === 0 && !state.waiting : running && state.ready,
    ...(made && { resources: shownResources(c) }),
    restartCount: state.restarts,
    started: running && state.started,
    state: now,
    ...(made && { user: { linux: userOf(work, c) } }),
    ...((c.volumeMounts ?? []).length > 0 && {
      volumeMounts: (c.volumeMounts ?? []).map((m) => ({
        mountPath: m.mountPath,
        name: m.name,
        ...(m.readOnly && { readOnly: true, recursiveReadOnly: 'Disabled' }),
      })),
    }),
  };
}

const shownResources = (c: Container): ResourceRequirements => {
  const { limits, requests } = c.resources ?? {};
  return { ...(limits && { limits }), ...(requests && { requests }) };
};

function userOf(work: Work, c: Container): { gid: number; supplementalGroups: number[]; uid: number } {
  const security = { ...work.pod.spec.securityContext, ...c.securityContext };
  const uid = security.runAsUser ?? imageOf(c).uid;
  const gid = security.runAsGroup ?? (security.runAsUser === undefined ? uid : 0);
  const extra = [
    ...(work.pod.spec.securityContext?.fsGroup === undefined ? [] : [work.pod.spec.securityContext.fsGroup]),
    ...(work.pod.spec.securityContext?.supplementalGroups ?? []),
  ];
  return { gid, supplementalGroups: [...new Set([gid, ...extra])].sort((a, b) => a - b), uid };
}

/** Mirrors getPhase. */
function phaseOf(work: Work): string {
  const { pod, runtime } = work;
  const policy = pod.spec.restartPolicy ?? 'Always';
  for (const c of pod.spec.initContainers ?? []) {
    const s = runtime.containers[c.name];
    if (isSidecar(c)) {
      if (!hasStarted(c, s) && !runtime.done) return 'Pending';
      continue;
    }
    const exit = s?.attempt?.exit;
    if (exit?.code === 0) continue;
    return exit && policy === 'Never' && !s?.waiting ? 'Failed' : 'Pending';
  }
  let [running, stopped, succeeded, pending] = [0, 0, 0, 0];
  for (const c of pod.spec.containers) {
    const s = runtime.containers[c.name];
    if (isRunning(s)) running++;
    else if (s?.attempt?.exit) {
      stopped++;
      if (s.attempt.exit.code === 0 && !s.waiting) succeeded++;
    } else pending++;
  }
  if (pending > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (policy === 'Always') return 'Running';
  if (stopped === succeeded) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

type Told = Pick<PodCondition, 'status'> & Partial<Pick<PodCondition, 'reason' | 'message'>>;

const told = (reason: string, message?: string): Told => ({ status: 'False', reason, ...(message !== undefined && { message }) });

function conditionsOf(work: Work, phase: string, statuses: readonly ContainerStatus[], init: readonly ContainerStatus[]): PodCondition[] {
  const { pod, runtime } = work;
  const sandbox = (runtime.ips.length > 0 || runtime.hook) && !runtime.done;
  const containersReady = containersReadiness(pod, phase, statuses, init);
  const own: [string, Told][] = [
    ['PodReadyToStartContainers', { status: sandbox ? 'True' : 'False' }],
    ['Initialized', initialization(work, phase, init)],
    ['Ready', containersReady.status === 'True' ? gatesReadiness(pod) : containersReady],
    ['ContainersReady', containersReady],
    ['PodScheduled', { status: 'True' }],
  ];
  const mine = new Set(own.map(([type]) => type));
  return [...own.map(([type, facts]) => condition(work, type, facts)), ...(pod.status?.conditions ?? []).filter((x) => !mine.has(x.type))];
}

function containersReadiness(pod: Pod, phase: string, statuses: readonly ContainerStatus[], init: readonly ContainerStatus[]): Told {
  if (phase === 'Succeeded') return told('PodCompleted');
  if (phase === 'Failed') return told('PodFailed');
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map((c) => c.name);
  const unready = [
    ...init.filter((s) => sidecars.includes(s.name) && !s.ready).map((s) => s.name),
    ...pod.spec.containers.map((c) => c.name).filter((n) => statuses.some((s) => s.name === n && !s.ready)),
  ];
  if (unready.length === 0) return { status: 'True' };
  return told('ContainersNotReady', `containers with unready status: [${unready.join(' ')}]`);
}

/** What others must say of the Pod before it is ready: its readiness gates. */
function gatesReadiness(pod: Pod): Told {
  const problems = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = conditionOf(pod, conditionType);
    if (!found) return [`corresponding condition of pod readiness gate ${JSON.stringify(conditionType)} does not exist.`];
    return found.status === 'True'
      ? []
      : [`the status of pod readiness gate ${JSON.stringify(conditionType)} is not "True", but ${found.status}`];
  });
  return problems.length === 0 ? { status: 'True' } : told('ReadinessGatesNotReady', problems.join(', '));
}

function initialization({ pod, runtime }: Work, phase: string, init: readonly ContainerStatus[]): Told {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  const missing = (pod.spec.initContainers ?? []).filter((c) =>
    isSidecar(c) ? !hasStarted(c, runtime.containers[c.name]) : !init.find((s) => s.name === c.name)?.ready,
  );
  if (missing.length === 0) return { status: 'True' };
  return told('ContainersNotInitialized', `containers with incomplete status: [${missing.map((c) => c.name).join(' ')}]`);
}

function condition(work: Work, type: string, facts: Told): PodCondition {
  const old = conditionOf(work.pod, type);
  const since = old?.status === facts.status && old?.lastTransitionTime ? old.lastTransitionTime : timestamp(work.now);
  return {
    lastProbeTime: null,
    lastTransitionTime: since,
    ...(facts.message && { message: facts.message }),
    ...(work.pod.metadata.generation !== undefined && { observedGeneration: work.pod.metadata.generation }),
    ...(facts.reason && { reason: facts.reason }),
    status: facts.status,
    type,
  } as unknown as PodCondition;
}
