// Stopping a Pod: preStop hooks, SIGTERM, the grace period, SIGKILL. Mirrors killContainer of kuberuntime_container.go.
import type { Container } from '../../model/generated/api.js';
import { isRunning } from '../../network/runtime.js';
import { containersOf } from '../../programs/facts.js';
import { handlesTerm } from '../../programs/signals.js';
import { runHook } from './hooks.js';
import type { Work } from './work.js';

/** True when nothing runs any more: the object can go. */
export function terminate(work: Work): boolean {
  const { pod, runtime, now } = work;
  const running = containersOf(pod).filter((c) => isRunning(runtime.containers[c.name]));
  const grace = (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000;
  if (!runtime.stopping) {
    for (const c of running) work.event(c, 'Normal', 'Killing', `Stopping container ${c.name}`);
    const needed = Math.max(0, ...running.map((c) => timeToStop(work, c, grace)));
    runtime.stopping = { killAt: now + needed };
    for (const c of running) for (const probe of Object.values(work.container(c.name).probes)) delete probe?.next;
  }
  // A second DELETE may have shortened the grace.
  const end = Math.min(runtime.stopping.killAt, Date.parse(pod.metadata.deletionTimestamp ?? '') || runtime.stopping.killAt, now + grace);
  if (running.length === 0 || end <= now) return true;
  work.wakeAt(end);
  return false;
}

/** Milliseconds until it is gone: the hook's time, and all the grace when it does not listen to SIGTERM. */
export function timeToStop(work: Work, c: Container, grace: number): number {
  const { attempt } = work.container(c.name);
  const hook = hookTime(work, c);
  if (attempt && handlesTerm(c, attempt)) return Math.min(hook + (attempt.lameduck ?? 0), grace + 2000);
  return grace;
}

function hookTime(work: Work, c: Container): number {
  const hook = c.lifecycle?.preStop;
  if (!hook) return 0;
  const { until, failure } = runHook(work, c, hook);
  if (failure !== undefined) work.event(c, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
  return until - work.now;
}
