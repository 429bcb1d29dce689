// How long the kubelet waits before it starts a container that has ended anew, and what it says meanwhile: as a rule the container is shown as it
// ended, since the status is written before the back-off is looked up. Mirrors doBackOff of pkg/kubelet/kuberuntime/kuberuntime_manager.go and
// completeWork of pkg/kubelet/pod_workers.go.
import { formatGoDuration } from '../../lib/duration.js';
import type { Container } from '../../model/generated/api.js';
import type { RuntimeContainer } from '../../network/runtime.js';
import { digestOf } from '../../programs/image-name.js';
import { podText, type Work } from './work.js';

const first = 10_000;
const most = 300_000;

/** Twice the last one, of restarts and of pulls alike. */
export const nextBackOff = (last: number | undefined): number => (last === undefined ? first : Math.min(last * 2, most));

/** After so long a time without a failure it begins anew. */
const forgotten = 600_000;
/** The runtime is looked at once a second. */
const relist = 1000;
/** A Pod is looked at this often even if it has to wait for longer. */
const resync = 60_000;

/** Failures after which it has ended. */
const afterStart = new Set(['PostStartHookError', 'RunContainerError']);

/** May it be started now? */
export function crashWaited(work: Work, c: Container): boolean {
  const state = work.container(c.name);
  const exit = state.attempt?.exit;
  if (!exit) return true;
  // Back-off is over; something else keeps it from starting.
  if (state.waiting && !state.crash && !afterStart.has(state.waiting.reason)) return true;
  const look = state.crash?.look ?? exit.at + relist;
  if (work.now < look) {
    work.wakeAt(look);
    return false;
  }
  if (!inBackOff(state, exit.at, work.now)) {
    lengthen(state, exit.at, work.now);
    delete state.crash;
    return true;
  }
  tell(work, c);
  // Somebody who looks at the Pod a second time finds what the first look has said.
  if (state.crash || exit.killed) {
    const text = `back-off ${formatGoDuration(state.backOff ?? 0)} restarting failed container=${c.name} pod=${podText(work.pod)}`;
    state.waiting = { reason: 'CrashLoopBackOff', message: text };
  }
  const left = exit.at + (state.backOff ?? 0) - work.now;
  const next = work.now + Math.round(Math.min(Math.max(left, 0), resync) * jitter(state));
  state.crash = { look: next };
  work.wakeAt(next);
  return false;
}

/** Whoever kills a container knows of the one before it only that it has ended. */
export function inBackOffAfterKill(work: Work, c: Container): boolean {
  const state = work.container(c.name);
  const before = state.previous?.exit?.at;
  if (before === undefined) return false;
  if (inBackOff(state, before, work.now)) {
    tell(work, c);
    return true;
  }
  lengthen(state, before, work.now);
  return false;
}

const inBackOff = (state: RuntimeContainer, since: number, now: number): boolean =>
  state.backOff !== undefined && since - (state.backOffAt ?? 0) <= forgotten && now - since < state.backOff;

function lengthen(state: RuntimeContainer, since: number, now: number): void {
  const anew = state.backOff === undefined || since - (state.backOffAt ?? 0) > forgotten;
  state.backOff = nextBackOff(anew ? undefined : state.backOff);
  state.backOffAt = now;
}

const tell = (work: Work, c: Container): void =>
  work.event(c, 'Warning', 'BackOff', `Back-off restarting failed container ${c.name} in pod ${podText(work.pod)}`);

/** One to one and a half, always the same for the same start. */
const jitter = (state: RuntimeContainer): number =>
  1 + (Number.parseInt(digestOf(state.attempt?.id ?? '', 'back-off').slice(0, 6), 16) % 1000) / 2000;
