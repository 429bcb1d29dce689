// connect: exec, attach and log of Pods, and curl from anywhere. Mirrors pkg/registry/core/pod/strategy.go (LogLocation, streamLocation) and
// pkg/kubelet/kubelet_pods.go (validateContainerLogStatus).
import { isOff, silentSince } from '../model/faults.js';
import type { Container, Pod } from '../model/generated/api.js';
import type { Kind } from '../model/kind.js';
import { type Json, keyOf } from '../model/object.js';
import type { Trace } from '../model/packet.js';
import { type ExecResult, inputWanted, type Reply, type Request, type RequestOptions } from '../model/request.js';
import { badRequest, failure, methodNotSupported, notFound } from '../model/status.js';
import type { Sender } from '../model/why.js';
import { nodeIP } from '../network/net.js';
import { isRunning, runtimeKey, type RuntimePod, runtimeOf, type TypedLines } from '../network/runtime.js';
import { keepWrites, type Run, runIn, textOn } from '../programs/container.js';
import { writeEffects } from '../programs/effects.js';
import { containersOf } from '../programs/facts.js';
import { NotStarted } from '../programs/index.js';
import { InputWanted, Keyboard } from '../programs/keys.js';
import { containerLog, type LogLine } from '../programs/log.js';
import { runOnNode } from '../programs/node-shell.js';
import { type From, runOutside } from '../programs/outside.js';
import { getObject, nodeNamed } from './read.js';
import type { Session } from './session.js';
import { rememberCommand } from './why/last.js';

export function connect(session: Session, kind: Kind, request: Request): Reply['body'] {
  if (request.subresource === 'curl') return curlFrom(session, request);
  if (request.subresource === 'ssh') return ssh(session, request);
  if (kind.names.plural !== 'pods') throw methodNotSupported(kind.names, 'connect');
  const pod = getObject(session, kind, request) as unknown as Pod;
  switch (request.subresource) {
    case 'exec':
      return exec(session, pod, request);
    case 'attach':
      return attach(session, pod, request);
    case 'log':
      return log(session, pod, request);
    default:
      throw failure(501, 'NotImplemented', `kubelab does not simulate connecting to pods/${request.subresource}`);
  }
}

type Exec = NonNullable<RequestOptions['exec']>;

const names = (pod: Pod): string =>
  containersOf(pod)
    .map((c) => c.name)
    .join(' ');

/** The container that is meant; the only one when none is named. */
function containerFor(pod: Pod, wanted: string | undefined): Container {
  const all = containersOf(pod);
  if (wanted === undefined || wanted === '') {
    if (pod.spec.containers.length === 1) return pod.spec.containers[0] as Container;
    throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names(pod)}]`);
  }
  const found = all.find((c) => c.name === wanted);
  if (!found) throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  return found;
}

/** The runtime's view of a container that runs, or the kubelet's refusal. */
function running(session: Session, pod: Pod, container: Container, refusal: string): RuntimePod {
  if (!pod.spec.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  const unheard = dialProblem(session, pod);
  if (unheard) throw failure(500, '', `error dialing backend: ${unheard}`);
  const runtime = runtimeOf(session.reader, pod);
  if (!runtime || !isRunning(runtime.containers[container.name]))
    throw failure(404, 'NotFound', `unable to upgrade connection: ${refusal}`);
  return runtime;
}

/** Why the API server does not get through to the Pod's kubelet. */
function dialProblem({ reader }: Session, pod: Pod): string | undefined {
  const node = pod.spec.nodeName ?? '';
  if (silentSince(reader, node) === undefined) return undefined;
  const why = isOff(reader, node) ? 'no route to host' : 'connection refused';
  return `dial tcp ${nodeIP(reader.get('Node', '', node))}:10250: connect: ${why}`;
}

function exec(session: Session, pod: Pod, request: Request): ExecResult {
  const options = request.options?.exec ?? { command: [] };
  const container = containerFor(pod, options.container);
  const runtime = running(session, pod, container, `container not found (${JSON.stringify(container.name)})`);
  const traces: Trace[] = [];
  const keyboard = keyboardOf(options);
  try {
    const run = runIn(session.net, pod, runtime, container, options.command, {
      stdin: options.stdin ?? '',
      tty: options.tty ?? false,
      keyboard,
      traced: (t) => void traces.push(t),
    });
    written(session, pod, container, run);
    signal(session, pod, container, run.signals.at(-1));
    const result = resultOf(session, run);
    const sender = { kind: 'pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name } as const;
    rememberCommand(session, sender, options.command, traces, result.exitCode);
    return { ...result, ...(keyboard && { memory: keyboard.memory }), ...(options.trace && { traces }) };
  } catch (e) {
    if (e instanceof InputWanted) throw failure(409, inputWanted, 'the command reads more than was typed');
    if (!(e instanceof NotStarted)) throw e;
    const id = `${session.world.uid()}${session.world.uid()}`.replaceAll('-', '');
    throw failure(
      500,
      'InternalError',
      `Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: ${e.message}`,
    );
  }
}

const keyboardOf = ({ stdin = '', typing }: Exec): Keyboard | undefined =>
  typing && new Keyboard(stdin, typing.closed, [...(typing.memory ?? [])]);

/** Tells process 1 of a signal that a command of its container sent it. */
function signal(session: Session, pod: Pod, container: Container, name: string | undefined): void {
  const runtime = name === undefined ? undefined : runtimeOf(session.reader, pod);
  if (!runtime || name === undefined) return;
  const next = structuredClone(runtime);
  const attempt = next.containers[container.name]?.attempt;
  if (attempt) attempt.signal = name;
  keep(session, pod, next);
  wakeKubelet(session, pod);
}

/** What the runtime knows of the Pod from now on. */
function keep(session: Session, pod: Pod, runtime: RuntimePod): void {
  session.kept.setState(runtimeKey(pod.metadata.namespace ?? '', pod.metadata.name), runtime as unknown as Json);
}

const wakeKubelet = (session: Session, pod: Pod): void =>
  session.core.store.timers.set({ controller: 'kubelet', key: keyOf(pod), at: session.world.now() });

function resultOf(session: Session, run: Run): ExecResult {
  const { timers } = session.core.store;
  writeEffects(session.reader, session.kept.setState, run.effects);
  for (const e of run.effects)
    if (e.kind === 'wake') timers.setNoLater({ controller: e.controller, key: e.key, at: session.world.now() + e.ms });
  if (run.end.why === 'exit') return { ...printed(run.output, run.end.code), ms: run.at - session.world.now() };
  const note = { stream: 'stderr', text: 'kubelab: this command does not end by itself: stopped here\n' } as const;
  return printed([...run.output, note], 130);
}

function printed(all: readonly Pick<Run['output'][number], 'stream' | 'text'>[], exitCode: number): ExecResult {
  const output = all.map(({ stream, text }) => ({ stream, text }));
  return { kind: 'ExecResult', stdout: textOn(output, 'stdout'), stderr: textOn(output, 'stderr'), output, exitCode };
}

/** Files that a command wrote may be what a probe asks about. */
function written(session: Session, pod: Pod, container: Container, run: Run): void {
  if (run.writes.length === 0) return;
  keepWrites(session.reader, session.kept.setState, pod, container, run.writes);
  wakeProbes(session, pod);
  wakeKubelet(session, pod);
}

/** Probes that had settled are asked again after their period. */
function wakeProbes(session: Session, pod: Pod): void {
  const runtime = runtimeOf(session.reader, pod);
  if (!runtime) return;
  const next = structuredClone(runtime);
  for (const c of containersOf(pod)) {
    const probes: RuntimePod['containers'][string]['probes'] = next.containers[c.name]?.probes ?? {};
    for (const [kind, spec] of [
      ['liveness', c.livenessProbe],
      ['readiness', c.readinessProbe],
    ] as const) {
      const state = probes[kind];
      if (state && state.next === undefined) state.next = session.world.now() + (spec?.periodSeconds ?? 10) * 1000;
    }
    const attempt = next.containers[c.name]?.attempt;
    // A process that waits for a file sees it when it next looks.
    if (attempt?.wake !== undefined && attempt.wake > session.world.now() + 2000 && !attempt.exit)
      attempt.wake = session.world.now() + 2000;
  }
  keep(session, pod, next);
}

function typedOn(before: TypedLines | undefined, text: string, closed: boolean, at: number): TypedLines {
  const lines = [...(before?.lines ?? []), ...(text === '' ? [] : [{ at, text }])];
  return { lines, ...(closed && { end: at }) };
}

/** Sends standard input to process 1 and shows what it says from now on. */
function attach(session: Session, pod: Pod, request: Request): ExecResult {
  const options = request.options?.exec ?? { command: [] };
  const container = containerFor(pod, options.container);
  const runtime = running(
    session,
    pod,
    container,
    `container ${container.name} not found in pod ${pod.metadata.name}_${pod.metadata.namespace}`,
  );
  const net = session.net;
  const before = containerLog(net, pod, container, runtime, {}).length;
  const next = structuredClone(runtime);
  const attempt = next.containers[container.name]?.attempt;
  if (attempt && container.stdin && options.stdin !== undefined) {
    if (options.typing) attempt.typed = typedOn(attempt.typed, options.stdin, options.typing.closed, session.world.now());
    else attempt.stdin = (attempt.stdin ?? '') + options.stdin;
    attempt.wake = session.world.now();
    keep(session, pod, next);
    wakeKubelet(session, pod);
  }
  const lines = containerLog(net, pod, container, next, {}).slice(before);
  return printed(lines, 0);
}

function log(session: Session, pod: Pod, request: Request): ExecResult {
  const options = request.options?.log ?? {};
  const container = containerFor(pod, options.container);
  const done = (stdout: string): ExecResult => ({ kind: 'ExecResult', stdout, stderr: '', exitCode: 0 });
  if (!pod.spec.nodeName) return done('');
  const unheard = dialProblem(session, pod);
  if (unheard) {
    const { namespace, name } = pod.metadata;
    const url = `https://${nodeIP(session.reader.get('Node', '', pod.spec.nodeName))}:10250/containerLogs/${namespace}/${name}/${container.name}`;
    throw failure(500, '', `Get "${url}": ${unheard}`);
  }
  const runtime = runtimeOf(session.reader, pod);
  const state = runtime?.containers[container.name];
  const label = `container ${JSON.stringify(container.name)} in pod ${JSON.stringify(pod.metadata.name)}`;
  const previous = state?.waiting && state.attempt?.exit ? state.attempt : state?.previous;
  if (options.previous && !previous) throw badRequest(`previous terminated ${label} not found`);
  if (!runtime || !state?.attempt) {
    const status = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].find(
      (s) => s.name === container.name,
    );
    const reason = state?.waiting?.reason ?? status?.state?.waiting?.reason ?? 'ContainerCreating';
    const why =
      reason === 'ErrImagePull' ? "image can't be pulled" : reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
    throw badRequest(`${label} is waiting to start: ${why}`);
  }
  // The kubelet keeps one ended container: of the one before it only its ID is left.
  if (options.previous && previous !== state.attempt && state.attempt.exit)
    return done(`unable to retrieve container logs for containerd://${previous?.id}`);
  return done(
    excerpt(
      containerLog(session.net, pod, container, runtime, options.previous && previous ? { attempt: previous } : {}),
      options,
      session.world.now(),
    ),
  );
}

/** The lines that the options of `logs` ask for. */
function excerpt(lines: readonly LogLine[], options: NonNullable<RequestOptions['log']>, now: number): string {
  const since = options.sinceTime
    ? Date.parse(options.sinceTime)
    : options.sinceSeconds !== undefined
      ? now - options.sinceSeconds * 1000
      : 0;
  let shown = lines.filter((l) => l.at >= since);
  if (options.tailLines !== undefined && options.tailLines >= 0) shown = options.tailLines === 0 ? [] : shown.slice(-options.tailLines);
  const text = shown.map((l) => `${options.timestamps ? `${new Date(l.at).toISOString().slice(0, 23)}000000Z ` : ''}${l.text}`).join('');
  return options.limitBytes === undefined ? text : Buffer.from(text).subarray(0, options.limitBytes).toString('utf8');
}

/** kubelab's own: a command run on a node, outside the cluster, or in a throw-away Pod of a namespace. */
function curlFrom(session: Session, request: Request): ExecResult {
  const options = request.options?.exec ?? { command: [] };
  const traces: Trace[] = [];
  const sender = senderOf(request);
  const run = runOutside(session.net, placeOf(session, sender), options.command, options.tty ?? false, (t) => void traces.push(t));
  const result = resultOf(session, run);
  rememberCommand(session, sender, options.command, traces, result.exitCode);
  return { ...result, traces };
}

function senderOf({ resource, namespace = 'default', name }: Request): Sender {
  if (resource === 'nodes') return name ? { kind: 'node', name } : { kind: 'outside' };
  return name ? { kind: 'pod', namespace, name } : { kind: 'guest', namespace };
}

function placeOf(session: Session, { kind, namespace = '', name = '' }: Sender): From {
  if (kind === 'guest') return { namespace };
  if (kind === 'outside') return { node: undefined };
  const node = kind === 'node' ? nodeNamed(session, name) : undefined;
  const pod = session.reader.get('Pod', namespace, name);
  if (!node && !pod) throw notFound({ group: '', plural: 'pods' }, name);
  const machine = node?.metadata.name ?? pod?.spec.nodeName ?? '';
  if (isOff(session.reader, machine)) throw badRequest(`the machine of node ${machine} is off: nobody can send from it`);
  const runtime = pod && runtimeOf(session.reader, pod);
  if (node) return { node };
  if (!pod || !runtime?.ips[0]) throw badRequest(`pod ${name} has no network: it does not run`);
  return { pod, runtime };
}

/** kubelab's own: a command that somebody runs on a node as root. */
function ssh(session: Session, request: Request): ExecResult {
  const exec = request.options?.exec ?? { command: [] };
  const { command, stdin = '', tty = false, trace } = exec;
  const keyboard = keyboardOf(exec);
  const traces: Trace[] = [];
  const node = nodeNamed(session, request.name ?? '');
  if (isOff(session.reader, node.metadata.name)) {
    const stderr = `ssh: connect to host ${nodeIP(node)} port 22: No route to host\n`;
    return { kind: 'ExecResult', stdout: '', stderr, output: [{ stream: 'stderr', text: stderr }], exitCode: 255 };
  }
  try {
    const run = runOnNode(session.net, node, command, { stdin, tty, keyboard, traced: (t) => void traces.push(t) });
    return { ...resultOf(session, run), ...(keyboard && { memory: keyboard.memory }), ...(trace && { traces }) };
  } catch (e) {
    if (e instanceof InputWanted) throw failure(409, inputWanted, 'the command reads more than was typed');
    throw e;
  }
}
