// Startup, liveness and readiness probes, judged against what the container really answers. Mirrors pkg/kubelet/prober.
import { joinHostPort } from '../../lib/ip.js';
import type { Container, HTTPGetAction, Probe } from '../../model/generated/api.js';
import { nodeAsSender } from '../../network/net.js';
import { walk } from '../../network/path.js';
import type { ProbeState } from '../../network/runtime.js';
import { runIn } from '../../programs/container.js';
import { digestOf } from '../../programs/image-name.js';
import { NotStarted } from '../../programs/index.js';
import { httpGet, portOf, viewed } from './http-get.js';
import { notStarted } from './process.js';
import { timeToStop } from './terminate.js';
import type { Work } from './work.js';

type Kind = 'startup' | 'liveness' | 'readiness';
const titles: Record<Kind, string> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };

export function runProbes(work: Work, c: Container): void {
  for (const [kind, probe] of [
    ['startup', c.startupProbe],
    ['liveness', c.livenessProbe],
    ['readiness', c.readinessProbe],
  ] as const) {
    const state = work.container(c.name);
    if (!probe || !state.attempt || state.attempt.exit) continue;
    // The others wait for startup; startup is over once it succeeded.
    if (kind === 'startup' ? state.started : !state.started) continue;
    runProbe(work, c, kind, probe);
  }
}

/**
 * When it is asked first. Readiness is asked as soon as the container runs; the workers of the others tick once a period from the time when the
 * Pod came. The delay counts from the full second in which the container started.
 */
function firstTime(work: Work, c: Container, kind: Kind, probe: Probe): number {
  const period = (probe.periodSeconds ?? 10) * 1000;
  const delay = (probe.initialDelaySeconds ?? 0) * 1000;
  const begun = work.container(c.name).attempt?.startedAt ?? work.now;
  if (kind === 'readiness') return Math.max(work.now, begun + Math.ceil(delay / period) * period);
  const earliest = Math.max(work.now, Math.floor(begun / 1000) * 1000 + delay);
  const { startedAt } = work.runtime;
  return startedAt + Math.max(1, Math.ceil((earliest - startedAt) / period)) * period;
}

function runProbe(work: Work, c: Container, kind: Kind, probe: Probe): void {
  const container = work.container(c.name);
  const state: ProbeState = container.probes[kind] ?? { next: firstTime(work, c, kind, probe), successes: 0, failures: 0 };
  container.probes[kind] = state;
  if (state.next === undefined) return;
  if (state.next > work.now) {
    work.wakeAt(state.next);
    return;
  }
  const result = ask(work, c, probe);
  const period = (probe.periodSeconds ?? 10) * 1000;
  tell(work, c, kind, result);
  const ok = result.outcome === 'success' || result.outcome === 'warning';
  if (result.outcome !== 'error') {
    state.successes = ok ? state.successes + 1 : 0;
    state.failures = ok ? 0 : state.failures + 1;
  }
  const passed = ok && state.successes >= (probe.successThreshold ?? 1);
  const failed = result.outcome === 'failure' && state.failures >= (probe.failureThreshold ?? 3);
  if (kind === 'readiness') {
    if (passed) container.ready = true;
    else if (failed) container.ready = false;
  } else if (kind === 'startup' && passed) {
    container.started = true;
    container.ready = !c.readinessProbe;
    delete state.next;
    runProbes(work, c);
    return;
  } else if (failed) {
    restart(work, c, kind);
    return;
  }
  if (passed && result.lasting) delete state.next;
  else {
    // What fails on and on is asked less often in the end: nothing but a count changes.
    const patience = state.failures > 10 ? Math.min(2 ** (state.failures - 10), 30) : 1;
    state.next = work.now + period * patience;
    work.wakeAt(state.next);
  }
}

function tell(work: Work, c: Container, kind: Kind, { outcome, message }: Result): void {
  const title = `${titles[kind]} probe`;
  if (outcome === 'failure') work.event(c, 'Warning', 'Unhealthy', `${title} failed: ${message}`);
  else if (outcome === 'error') work.event(c, 'Warning', 'Unhealthy', `${title} errored and resulted in unknown state: ${message}`);
  else if (outcome === 'warning') work.event(c, 'Warning', 'ProbeWarning', `${title} warning: ${message}`);
}

function restart(work: Work, c: Container, kind: Kind): void {
  const state = work.container(c.name);
  work.event(
    c,
    'Normal',
    'Killing',
    killing(work, c, `failed ${kind} probe`, (c.restartPolicy ?? work.pod.spec.restartPolicy) !== 'Never'),
  );
  const probe = kind === 'startup' ? c.startupProbe : c.livenessProbe;
  const own = probe?.terminationGracePeriodSeconds;
  state.probes = {};
  state.killAt = work.now + timeToStop(work, c, own === undefined ? work.grace : own * 1000);
}

/** Why it is killed, in the words of the event. */
export const killing = (work: Work, c: Container, why: string, restarts: boolean): string =>
  work.pod.spec.initContainers?.some((i) => i.name === c.name)
    ? `Init container ${c.name} ${why}`
    : `Container ${c.name} ${why}${restarts ? ', will be restarted' : ''}`;

interface Result {
  /** error: the probe could not even be tried, which counts neither way. */
  readonly outcome: 'success' | 'warning' | 'failure' | 'error';
  readonly message: string;
  /** True: asked again, it would answer the same until somebody changes something. */
  readonly lasting: boolean;
}

function ask(work: Work, c: Container, probe: Probe): Result {
  if (probe.exec) return askExec(work, c, probe);
  const port = portOf(c, probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port ?? 0);
  if (typeof port === 'string') return { outcome: 'error', message: port, lasting: true };
  if (probe.httpGet) return askHttp(work, probe.httpGet, port);
  return askPort(work, probe.tcpSocket?.host ?? work.runtime.ips[0] ?? '', port, probe);
}

function askPort(work: Work, ip: string, port: number, probe: Probe): Result {
  const { outcome } = walk(viewed(work), { from: nodeAsSender(work.node), to: ip, port, protocol: 'TCP' });
  const address = joinHostPort(ip, port);
  const timeout = `${probe.timeoutSeconds ?? 1}s`;
  const failed = (message: string): Result => ({ outcome: 'failure', message, lasting: true });
  // No program here speaks gRPC: who connects waits for settings that never come.
  if (probe.grpc)
    return failed(`timeout: failed to connect service ${JSON.stringify(address)} within ${timeout}: context deadline exceeded`);
  if (outcome === 'ok') return { outcome: 'success', message: '', lasting: true };
  return failed(`dial tcp ${address}: ${outcome === 'refused' ? 'connect: connection refused' : 'i/o timeout'}`);
}

function askHttp(work: Work, get: HTTPGetAction, port: number): Result {
  const { status, body, location, error } = httpGet(work, get, port);
  const lasting = !changes(work);
  if (status === undefined) return { outcome: 'failure', message: error ?? '', lasting: true };
  if (status < 200 || status >= 400) return { outcome: 'failure', message: `HTTP probe failed with statuscode: ${status}`, lasting };
  if (status < 300 || location === undefined) return { outcome: 'success', message: '', lasting };
  return { outcome: 'warning', message: `Probe terminated redirects, Response body: ${body}`, lasting };
}

/** Does a server's answer depend on the time? */
const changes = (work: Work): boolean =>
  Object.values(work.runtime.containers).some(
    (s) => s.attempt?.writes || s.attempt?.sockets.some((x) => x.server === 'agnhost' && x.argv.includes('liveness')),
  );

function askExec(work: Work, c: Container, probe: Probe): Result {
  const command = probe.exec?.command ?? [];
  const attempt = work.container(c.name).attempt;
  try {
    const run = runIn(viewed(work), work.pod, work.runtime, c, command, { stdin: '', tty: false });
    const seconds = probe.timeoutSeconds ?? 1;
    if (run.end.why !== 'exit' || run.at - work.now > seconds * 1000)
      return {
        outcome: 'failure',
        message: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${seconds}s`,
        lasting: false,
      };
    const text = run.output.map((o) => o.text).join('');
    // What a process that still has plans will have changed by then is not known.
    return { outcome: run.end.code === 0 ? 'success' : 'failure', message: text, lasting: attempt?.wake === undefined && !attempt?.writes };
  } catch (e) {
    if (!(e instanceof NotStarted)) throw e;
    return { outcome: 'error', message: notStarted(digestOf(attempt?.id ?? '', String(work.now)), e), lasting: false };
  }
}
