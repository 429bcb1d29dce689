// Brings a Pod to the present: volumes, sandbox, init containers one after the other, then the containers. Mirrors computePodActions and SyncPod
// of pkg/kubelet/kuberuntime/kuberuntime_manager.go.
import { isSidecar } from '../../kinds/pod/facts.js';
import type { Container } from '../../model/generated/api.js';
import { resolvConfWarnings } from '../../network/resolver.js';
import { isRunning, type RuntimeContainer } from '../../network/runtime.js';
import { hasNetworkConfig } from '../../programs/node-files.js';
import { networkProblem } from '../node-status.js';
import { missingVolume } from '../../programs/volumes.js';
import { containersOf } from '../../programs/facts.js';
import { rejection } from './admit.js';
import { claimAddresses, releaseAddresses } from './addresses.js';
import { beginPostStart, hookUnderWay } from './post-start.js';
import { killing, runProbes } from './probes.js';
import { lookAtProcess, stopContainer } from './process.js';
import { crashWaited } from './back-off.js';
import { startAfterKill, tryStart } from './start.js';
import { timeToStop } from './terminate.js';
import type { Work } from './work.js';

/** What comes after a sidecar waits until it has begun, and for its startup probe; not for what becomes of it then. */
export const hasStarted = (c: Container, state: RuntimeContainer | undefined): boolean =>
  !!state?.started || (!c.startupProbe && !!state?.attempt && state.attempt.exit?.reason !== 'StartError');

export function advance(work: Work): void {
  const { pod, runtime } = work;
  if (runtime.done || (work.isNew && rejected(work))) return;
  if (hookUnderWay(work) || expired(work) || !hasSandbox(work)) return;
  const init = pod.spec.initContainers ?? [];
  let ready = true;
  for (const c of init) {
    step(work, c, isSidecar(c) ? 'Always' : pod.spec.restartPolicy === 'Never' ? 'Never' : 'OnFailure');
    if (runtime.hook) return;
    const state = work.container(c.name);
    ready = isSidecar(c) ? hasStarted(c, state) : state.attempt?.exit?.code === 0;
    if (!ready) break;
  }
  if (ready || containersBegun(work))
    for (const c of pod.spec.containers) {
      step(work, c, c.restartPolicy ?? pod.spec.restartPolicy ?? 'Always');
      if (runtime.hook) return;
    }
  finish(work, ready);
}

/** With volumes and addresses; what is missing is looked for again later. */
function hasSandbox(work: Work): boolean {
  const { pod, runtime } = work;
  if (runtime.rebooted) {
    delete runtime.rebooted;
    releaseAddresses(work.writer, runtime);
    runtime.ips = [];
    work.event(undefined, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  }
  if (!mounted(work)) return false;
  if (runtime.ips.length === 0 && !pod.spec.hostNetwork && !hasNetworkConfig(work.writer, work.node.metadata.name)) {
    work.event(undefined, 'Warning', 'NetworkNotReady', `network is not ready: ${networkProblem}`);
    work.wakeAt(work.now + 10_000);
    return false;
  }
  if (!claimAddresses(work)) {
    if (work.isNew)
      work.event(undefined, 'Warning', 'FailedCreatePodSandBox', 'Failed to create pod sandbox: no IP addresses available in range set');
    work.wakeAt(work.now + 10_000);
    return false;
  }
  if (work.isNew)
    for (const text of resolvConfWarnings(work.writer.config, pod)) work.event(undefined, 'Warning', 'DNSConfigForming', text);
  return true;
}

const containersBegun = ({ pod, runtime }: Work): boolean => pod.spec.containers.some((c) => runtime.containers[c.name]?.attempt);

/** activeDeadlineSeconds. */
function expired(work: Work): boolean {
  const { pod, runtime } = work;
  const seconds = pod.spec.activeDeadlineSeconds;
  if (seconds === undefined) return false;
  const end = runtime.startedAt + seconds * 1000;
  if (work.now < end) {
    work.wakeAt(end);
    return false;
  }
  const reason = 'DeadlineExceeded';
  const message = 'Pod was active on the node longer than the specified deadline';
  const running = containersOf(pod).filter((c) => isRunning(runtime.containers[c.name]));
  if (!runtime.expiring) {
    work.event(undefined, 'Normal', reason, message);
    for (const c of running) work.event(c, 'Normal', 'Killing', `Stopping container ${c.name}`);
    runtime.expiring = { killAt: work.now + Math.max(0, ...running.map((c) => timeToStop(work, c, work.grace))) };
  }
  if (work.now < runtime.expiring.killAt) {
    work.wakeAt(runtime.expiring.killAt);
    return true;
  }
  for (const c of running) stopContainer(work, c, 0);
  runtime.failed = { reason, message };
  runtime.done = true;
  return true;
}

function rejected(work: Work): boolean {
  const why = rejection(work);
  if (!why) return false;
  work.event(undefined, 'Warning', why.reason, why.message);
  work.runtime.failed = { reason: why.reason, message: `Pod was rejected: ${why.message}` };
  work.runtime.rejected = true;
  work.runtime.done = true;
  return true;
}

function mounted(work: Work): boolean {
  const { runtime } = work;
  if (runtime.ips.length > 0) return true;
  if (runtime.unmounted && runtime.unmounted.retry > work.now) {
    work.wakeAt(runtime.unmounted.retry);
    return false;
  }
  const missing = missingVolume(work.writer, work.pod);
  if (!missing) {
    delete runtime.unmounted;
    return true;
  }
  const sayAt = runtime.startedAt + (missing.after ?? 0);
  const { reason, message = '' } = missing;
  if (message !== '' && work.now >= sayAt) {
    if (reason === 'FailedMount') work.event(undefined, 'Warning', reason, message);
    else work.writer.event(work.pod, 'Warning', reason, message, { component: 'attachdetach-controller' });
  }
  // 0.5 s, then twice as long each time, up to two minutes.
  const waited = runtime.unmounted ? Math.max(500, (work.now - runtime.startedAt) * 1) : 500;
  const retry = Math.max(work.now + Math.min(waited, 122_000), sayAt);
  runtime.unmounted = { retry, message };
  work.wakeAt(retry);
  return false;
}

type Policy = string;

function step(work: Work, c: Container, policy: Policy): void {
  const state = work.container(c.name);
  if (isRunning(state)) {
    if (state.attempt && state.attempt.image !== c.image && state.killAt === undefined) {
      work.event(c, 'Normal', 'Killing', killing(work, c, 'definition changed', true));
      state.killAt = work.now + timeToStop(work, c, work.grace);
    } else lookAtProcess(work, c);
  }
  if (!isRunning(state)) {
    const exit = state.attempt?.exit;
    if (exit && !mayRestart(policy, exit.code)) {
      delete state.waiting;
      return;
    }
    tryStart(work, c);
    if (isRunning(state)) begin(work, c);
    if (work.runtime.hook) return;
  }
  if (isRunning(state) && state.killAt === undefined) runProbes(work, c);
  if (isRunning(state) && state.killAt !== undefined) {
    endOfGrace(work, c, policy, state.killAt);
    return;
  }
  // It ended at once: when is it started again?
  const exit = state.attempt?.exit;
  if (!exit || isRunning(state)) return;
  if (mayRestart(policy, exit.code)) tryStart(work, c);
  else delete state.waiting;
}

/** It was told to stop: it goes when it listens, or when its grace is over; and is started anew at once. */
function endOfGrace(work: Work, c: Container, policy: Policy, killAt: number): void {
  if (work.now < killAt) {
    work.wakeAt(killAt);
    return;
  }
  const state = work.container(c.name);
  const changed = state.attempt?.image !== c.image;
  stopContainer(work, c, 0);
  delete state.killAt;
  if (policy !== 'Never' || changed) {
    startAfterKill(work, c);
    if (isRunning(state)) begin(work, c);
  }
  // Otherwise it is noticed that it has ended.
  if (!isRunning(state)) crashWaited(work, c);
}

function begin(work: Work, c: Container): void {
  lookAtProcess(work, c);
  beginPostStart(work, c);
  if (!work.runtime.hook && isRunning(work.container(c.name))) runProbes(work, c);
}

const mayRestart = (policy: Policy, code: number): boolean => policy === 'Always' || (policy === 'OnFailure' && code !== 0);

/** Nothing will run any more: the sandbox goes, and with it the address. */
function finish(work: Work, initialized: boolean): void {
  const { pod, runtime } = work;
  const policy = pod.spec.restartPolicy ?? 'Always';
  const over = (c: Container): boolean => {
    const exit = runtime.containers[c.name]?.attempt?.exit;
    return !!exit && !isRunning(runtime.containers[c.name]) && !mayRestart(c.restartPolicy ?? policy, exit.code);
  };
  const failedInit =
    !initialized &&
    policy === 'Never' &&
    (pod.spec.initContainers ?? []).some((c) => !isSidecar(c) && over(c) && runtime.containers[c.name]?.attempt?.exit?.code !== 0);
  if (!failedInit && !pod.spec.containers.every(over)) return;
  for (const c of pod.spec.initContainers ?? []) {
    if (!isSidecar(c) || !isRunning(runtime.containers[c.name])) continue;
    work.event(c, 'Normal', 'Killing', `Stopping container ${c.name}`);
    stopContainer(work, c, 0);
  }
  runtime.done = true;
  releaseAddresses(work.writer, runtime);
}
