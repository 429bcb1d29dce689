// Startup, liveness and readiness probes, judged against what the container really answers. Mirrors pkg/kubelet/prober.
import type { Container, Probe } from '../../model/generated/api.js';
import { withPod } from '../../network/addresses.js';
import { nodeAsSender } from '../../network/net.js';
import { walk } from '../../network/path.js';
import type { ProbeState } from '../../network/runtime.js';
import { filesOf, runIn } from '../../programs/container.js';
import { NotStarted } from '../../programs/index.js';
import type { Effect } from '../../programs/effects.js';
import { wireOfMachine } from '../../programs/pod-wire.js';
import { writeEffects } from '../../programs/effects.js';
import { handlesTerm } from '../../programs/signals.js';
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

/** The worker of a probe ticks once a period, from the container's start. */
function firstTime(work: Work, c: Container, probe: Probe): number {
  const period = (probe.periodSeconds ?? 10) * 1000;
  const delay = (probe.initialDelaySeconds ?? 0) * 1000;
  const begun = work.container(c.name).attempt?.startedAt ?? work.now;
  return Math.max(work.now, begun + Math.ceil(delay / period) * period);
}

function runProbe(work: Work, c: Container, kind: Kind, probe: Probe): void {
  const container = work.container(c.name);
  const state: ProbeState = container.probes[kind] ?? { next: firstTime(work, c, probe), successes: 0, failures: 0 };
  container.probes[kind] = state;
  if (state.next === undefined) return;
  if (state.next > work.now) {
    work.wakeAt(state.next);
    return;
  }
  const result = ask(work, c, probe);
  const period = (probe.periodSeconds ?? 10) * 1000;
  if (result.ok) {
    state.successes++;
    state.failures = 0;
  } else {
    state.failures++;
    state.successes = 0;
    work.event(c, 'Warning', 'Unhealthy', `${titles[kind]} probe failed: ${result.message}`);
  }
  const passed = result.ok && state.successes >= (probe.successThreshold ?? 1);
  const failed = !result.ok && state.failures >= (probe.failureThreshold ?? 3);
  if (kind === 'readiness') {
    if (passed) container.ready = true;
    else if (failed || (!container.ready && !result.ok)) container.ready = false;
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

function restart(work: Work, c: Container, kind: Kind): void {
  const state = work.container(c.name);
  work.event(c, 'Normal', 'Killing', `Container ${c.name} failed ${kind} probe, will be restarted`);
  const probe = kind === 'startup' ? c.startupProbe : c.livenessProbe;
  const grace = probe?.terminationGracePeriodSeconds ?? work.pod.spec.terminationGracePeriodSeconds ?? 30;
  state.probes = {};
  state.killAt = work.now + (state.attempt && handlesTerm(c, state.attempt) ? 0 : grace * 1000);
}

interface Result {
  readonly ok: boolean;
  readonly message: string;
  /** True: asked again, it would answer the same until somebody changes something. */
  readonly lasting: boolean;
}

function ask(work: Work, c: Container, probe: Probe): Result {
  if (probe.exec) return askExec(work, c, probe);
  const ip = probe.httpGet?.host ?? probe.tcpSocket?.host ?? work.runtime.ips[0] ?? '';
  const wanted = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port ?? 0;
  const port =
    typeof wanted === 'number' ? wanted : /^\d+$/.test(wanted) ? Number(wanted) : c.ports?.find((p) => p.name === wanted)?.containerPort;
  if (port === undefined) return { ok: false, message: `couldn't find port: ${wanted}`, lasting: true };
  return probe.httpGet ? askHttp(work, probe.httpGet, ip, port) : askPort(work, ip, port, probe.grpc !== undefined);
}

/** What the network must see: the Pod has its address although its status is not written yet. */
const viewed = (work: Work): Work['net'] => {
  const { pod, runtime, net } = work;
  const self = {
    ...pod,
    status: {
      ...pod.status,
      phase: 'Running',
      podIP: runtime.ips[0] ?? '',
      podIPs: runtime.ips.map((ip) => ({ ip })),
      hostIP: work.hostIP,
    },
  };
  const key = `kubelet/pod/${pod.metadata.namespace}/${pod.metadata.name}`;
  const reader = withPod(net.reader, self);
  return { ...net, reader: { ...reader, state: (k) => (k === key ? (runtime as never) : net.reader.state(k)) } };
};

function askPort(work: Work, ip: string, port: number, grpc: boolean): Result {
  const { outcome } = walk(viewed(work), { from: nodeAsSender(work.node), to: ip, port, protocol: 'TCP' });
  if (outcome === 'ok') return { ok: true, message: '', lasting: true };
  const address = `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
  if (grpc)
    return {
      ok: false,
      message: `timeout: failed to connect service ${JSON.stringify(address)} within 1s: context deadline exceeded`,
      lasting: true,
    };
  return {
    ok: false,
    message: `dial tcp ${address}: ${outcome === 'refused' ? 'connect: connection refused' : 'i/o timeout'}`,
    lasting: true,
  };
}

function askHttp(work: Work, get: NonNullable<Probe['httpGet']>, ip: string, port: number): Result {
  const address = `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
  const path = get.path === undefined ? '/' : get.path.startsWith('/') ? get.path : `/${get.path}`;
  const url = `${(get.scheme ?? 'HTTP').toLowerCase()}://${address}${path}`;
  const effects: Effect[] = [];
  const got = wireOfMachine(viewed(work), work.node, effects, filesOf).connect(ip, port, 'TCP', {
    method: 'GET',
    path,
    host: get.httpHeaders?.find((h) => h.name.toLowerCase() === 'host')?.value ?? address,
    headers: [
      ['User-Agent', 'kube-probe/1.36'],
      ['Accept', '*/*'],
      ...(get.httpHeaders ?? []).map((h): [string, string] => [h.name, h.value]),
    ],
    body: '',
    ...(get.scheme === 'HTTPS' && { tls: true }),
  });
  // Probes come again and again: their connections are not kept.
  const lasting = effects.filter((e) => e.kind !== 'connection');
  writeEffects(work.writer, (k, v) => work.writer.setState(k, v), lasting);
  if (got.outcome === 'refused')
    return { ok: false, message: `Get ${JSON.stringify(url)}: dial tcp ${address}: connect: connection refused`, lasting: true };
  if (got.outcome !== 'ok')
    return {
      ok: false,
      message: `Get ${JSON.stringify(url)}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
      lasting: true,
    };
  if (!got.reply) {
    const why = get.scheme === 'HTTPS' && got.raw === undefined ? 'http: server gave HTTP response to HTTPS client' : 'EOF';
    return { ok: false, message: `Get ${JSON.stringify(url)}: ${why}`, lasting: true };
  }
  const ok = got.reply.status >= 200 && got.reply.status < 400;
  return { ok, message: `HTTP probe failed with statuscode: ${got.reply.status}`, lasting: !changes(work) };
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
      return { ok: false, message: `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${seconds}s`, lasting: false };
    const text = run.output.map((o) => o.text).join('');
    // What a process that still has plans will have changed by then is not known.
    return { ok: run.end.code === 0, message: text, lasting: attempt?.wake === undefined && !attempt?.writes };
  } catch (e) {
    if (!(e instanceof NotStarted)) throw e;
    return {
      ok: false,
      message: `OCI runtime exec failed: exec failed: unable to start container process: ${e.message}: unknown`,
      lasting: false,
    };
  }
}
