// postStart: the Pod's worker waits for the hook and does nothing else meanwhile, not even write the Pod's status; a hook that fails has its
// container killed. Mirrors the end of startContainer and killContainer in pkg/kubelet/kuberuntime/kuberuntime_container.go.
import type { Container } from '../../model/generated/api.js';
import { containersOf } from '../../programs/facts.js';
import { runHook } from './hooks.js';
import { stopContainer } from './process.js';
import { timeToStop } from './terminate.js';
import type { Work } from './work.js';

export function beginPostStart(work: Work, c: Container): void {
  const hook = c.lifecycle?.postStart;
  if (!hook) return;
  work.runtime.hook = { container: c.name, ...runHook(work, c, hook) };
  hookUnderWay(work);
}

/** True: nothing else is done for this Pod yet. */
export function hookUnderWay(work: Work): boolean {
  const { runtime, now } = work;
  const { hook } = runtime;
  if (!hook) return false;
  if (hook.until > now) {
    work.wakeAt(hook.until);
    return true;
  }
  const c = containersOf(work.pod).find((x) => x.name === hook.container);
  if (hook.failure === undefined || !c) {
    delete runtime.hook;
    return false;
  }
  if (!hook.killing) {
    work.event(c, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
    work.event(c, 'Normal', 'Killing', 'FailedPostStartHook');
    runtime.hook = { ...hook, killing: true, until: now + timeToStop(work, c, work.grace) };
    return hookUnderWay(work);
  }
  stopContainer(work, c, 0);
  work.container(c.name).waiting = { reason: 'PostStartHookError', message: hook.failure };
  delete runtime.hook;
  return false;
}
