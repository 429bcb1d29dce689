// The containers of a Pod or of a Pod template in `kubectl describe`.
// Mirrors describeContainers of k8s.io/kubectl/pkg/describe/describe.go.
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import type { Container, ContainerPort, ContainerState, ContainerStatus, ResourceRequirements } from '../../model/generated/api.js';
import { type FieldResolver, writeEnv, writeEnvFrom } from './env.js';
import { boolWord, orNone, rfc1123z, sortedKeys } from './lines.js';
import { probeText } from './probe.js';

export interface ContainersShown {
  /** "Containers", "Init Containers" ... */
  readonly label: string;
  readonly containers: readonly Container[];
  /** Absent in templates. */
  readonly statuses?: readonly ContainerStatus[];
  /** Values of env variables that refer to fields of the Pod; absent in templates. */
  readonly resolve?: FieldResolver;
  /** "  " inside a template. */
  readonly indent: '' | '  ';
}

export function writeContainers(w: PrefixWriter, shown: ContainersShown): void {
  w.write(0, `${shown.indent}${shown.label}:${shown.containers.length === 0 ? ' <none>' : ''}\n`);
  for (const container of shown.containers) {
    const status = shown.statuses?.find((s) => s.name === container.name);
    writeBasics(w, container, status, shown.indent);
    writeWords(w, 'Command', container.command);
    writeWords(w, 'Args', container.args);
    if (status) writeStatus(w, status);
    writeResources(w, container.resources, 2);
    if (container.livenessProbe) w.write(2, `Liveness:\t${probeText(container.livenessProbe)}\n`);
    if (container.readinessProbe) w.write(2, `Readiness:\t${probeText(container.readinessProbe)}\n`);
    if (container.startupProbe) w.write(2, `Startup:\t${probeText(container.startupProbe)}\n`);
    if (container.envFrom?.length) writeEnvFrom(w, container.envFrom);
    writeEnv(w, container, shown.resolve);
    writeMounts(w, container);
  }
}

function writeBasics(w: PrefixWriter, container: Container, status: ContainerStatus | undefined, indent: string): void {
  w.write(1, `${indent === '' ? '' : ' '}${container.name}:\n`);
  if (status) w.write(2, `Container ID:\t${status.containerID ?? ''}\n`);
  w.write(2, `Image:\t${container.image ?? ''}\n`);
  if (status) w.write(2, `Image ID:\t${status.imageID}\n`);
  writePorts(w, 'Port', container.ports, (p) => p.containerPort);
  writePorts(w, 'Host Port', container.ports, (p) => p.hostPort ?? 0);
  const seccomp = container.securityContext?.seccompProfile;
  if (!seccomp) return;
  w.write(2, `SeccompProfile:\t${seccomp.type}\n`);
  if (seccomp.type === 'Localhost') w.write(3, `LocalhostProfile:\t${seccomp.localhostProfile ?? ''}\n`);
}

function writePorts(
  w: PrefixWriter,
  label: string,
  ports: readonly ContainerPort[] | undefined,
  number: (p: ContainerPort) => number,
): void {
  const text = (ports ?? []).map((p) => `${number(p)}/${p.protocol ?? ''}${p.name ? ` (${p.name})` : ''}`).join(', ');
  w.write(2, `${label}${text.includes(',') ? 's' : ''}:\t${orNone(text)}\n`);
}

function writeWords(w: PrefixWriter, label: string, words: readonly string[] | undefined): void {
  if (!words?.length) return;
  w.write(2, `${label}:\n`);
  for (const line of words.flatMap((word) => word.split('\n'))) w.write(3, `${line}\n`);
}

export function writeResources(w: PrefixWriter, resources: ResourceRequirements | undefined, level: number): void {
  for (const [label, list] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const names = sortedKeys(list);
    if (names.length > 0) w.write(level, `${label}:\n`);
    for (const name of names) w.write(level + 1, `${name}:\t${list?.[name]}\n`);
  }
}

function writeStatus(w: PrefixWriter, status: ContainerStatus): void {
  writeState(w, 'State', status.state);
  if (status.lastState?.terminated) writeState(w, 'Last State', status.lastState);
  w.write(2, `Ready:\t${boolWord(status.ready)}\n`);
  w.write(2, `Restart Count:\t${status.restartCount}\n`);
}

function writeState(w: PrefixWriter, label: string, state: ContainerState | undefined): void {
  if (state?.running) {
    w.write(2, `${label}:\tRunning\n`);
    w.write(3, `Started:\t${rfc1123z(state.running.startedAt)}\n`);
  } else if (state?.terminated && !state.waiting) {
    const t = state.terminated;
    w.write(2, `${label}:\tTerminated\n`);
    if (t.reason) w.write(3, `Reason:\t${t.reason}\n`);
    if (t.message) w.write(3, `Message:\t${t.message}\n`);
    w.write(3, `Exit Code:\t${t.exitCode}\n`);
    if (t.signal) w.write(3, `Signal:\t${t.signal}\n`);
    w.write(3, `Started:\t${rfc1123z(t.startedAt)}\n`);
    w.write(3, `Finished:\t${rfc1123z(t.finishedAt)}\n`);
  } else {
    w.write(2, `${label}:\tWaiting\n`);
    if (state?.waiting?.reason) w.write(3, `Reason:\t${state.waiting.reason}\n`);
  }
}

function writeMounts(w: PrefixWriter, container: Container): void {
  const mounts = container.volumeMounts ?? [];
  const none = mounts.length === 0 ? '\t<none>' : '';
  w.write(2, `Mounts:${none}\n`);
  for (const m of byPath(mounts, (m) => m.mountPath)) {
    const flags = [m.readOnly ? 'ro' : 'rw', ...(m.subPath ? [`path=${JSON.stringify(m.subPath)}`] : [])];
    w.write(3, `${m.mountPath} from ${m.name} (${flags.join(',')})\n`);
  }
  if (!container.volumeDevices?.length) return;
  w.write(2, `Devices:${none}\n`);
  for (const d of byPath(container.volumeDevices, (d) => d.devicePath)) w.write(3, `${d.devicePath} from ${d.name}\n`);
}

function byPath<T>(items: readonly T[], path: (item: T) => string): T[] {
  return [...items].sort((a, b) => (path(a) < path(b) ? -1 : path(a) > path(b) ? 1 : 0));
}
