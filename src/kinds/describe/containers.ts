// The containers of a Pod or of a Pod template in `kubectl describe`.
// Mirrors describeContainers of k8s.io/kubectl/pkg/describe/describe.go.
import { byText, sortedKeys } from '../../lib/go-format.js';
import { joinHostPort } from '../../lib/ip.js';
import type { PrefixWriter } from '../../lib/prefix-writer.js';
import { milliValue, parseQuantity, wholeValue } from '../../lib/quantity.js';
import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvFromSource,
  EnvVar,
  HTTPGetAction,
  ObjectFieldSelector,
  Probe,
  ResourceFieldSelector,
  ResourceRequirements,
} from '../../model/generated/api.js';
import { boolWord, goList, orNone, rfc1123z } from './lines.js';

interface ContainersShown {
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
  return [...items].sort((a, b) => byText(path(a), path(b)));
}

/** One probe in one line of `kubectl describe`. Mirrors DescribeProbe of k8s.io/kubectl/pkg/describe. */
function probeText(p: Probe): string {
  const times = `delay=${p.initialDelaySeconds ?? 0}s timeout=${p.timeoutSeconds ?? 0}s period=${p.periodSeconds ?? 0}s`;
  const attributes = `${times} #success=${p.successThreshold ?? 0} #failure=${p.failureThreshold ?? 0}`;
  if (p.exec) return `exec ${goList(p.exec.command)} ${attributes}`;
  if (p.httpGet) return `http-get ${url(p.httpGet)} ${attributes}`;
  if (p.tcpSocket) return `tcp-socket ${p.tcpSocket.host ?? ''}:${p.tcpSocket.port} ${attributes}`;
  if (p.grpc) return `grpc <pod>:${p.grpc.port} ${p.grpc.service ?? ''} ${attributes}`;
  return `unknown ${attributes}`;
}

function url(get: HTTPGetAction): string {
  const scheme = get.scheme ? `${get.scheme.toLowerCase()}://` : '//';
  const host = get.host ?? '';
  const path = escapePath(get.path ?? '');
  return `${scheme}${joinHostPort(host, get.port)}${path === '' || path.startsWith('/') ? '' : '/'}${path}`;
}

/** As Go's net/url escapes a path. */
const escapePath = (path: string): string =>
  path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@]/gu, (c) =>
    [...Buffer.from(c)].map((b) => `%${b.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );

// Environment variables in `kubectl describe`, those taken from elsewhere by where they come from.
// Mirrors describeContainerEnvVars of k8s.io/kubectl/pkg/describe/describe.go.

/** The value of a field of the Pod ("metadata.name"), as text. */
type FieldResolver = (field: ObjectFieldSelector) => string;

function writeEnv(w: PrefixWriter, container: Container, resolve: FieldResolver | undefined): void {
  const env = container.env ?? [];
  w.write(2, `Environment:${env.length === 0 ? '\t<none>' : ''}\n`);
  for (const e of env) for (const line of envLines(e, container, resolve)) w.write(3, `${line}\n`);
}

function envLines(e: EnvVar, container: Container, resolve: FieldResolver | undefined): string[] {
  const from = e.valueFrom;
  if (!from) return (e.value ?? '').split('\n').map((line, i) => `${i === 0 ? `${e.name}:` : ''}\t${line}`);
  if (from.fieldRef) {
    const value = resolve?.(from.fieldRef) ?? '';
    return [`${e.name}:\t${value} (${from.fieldRef.apiVersion ?? ''}:${from.fieldRef.fieldPath})`];
  }
  if (from.resourceFieldRef) return [`${e.name}:\t${resourceText(from.resourceFieldRef, container)} (${from.resourceFieldRef.resource})`];
  if (from.secretKeyRef) {
    const { key, name, optional } = from.secretKeyRef;
    return [`${e.name}:\t<set to the key '${key}' in secret '${name ?? ''}'>\tOptional: ${optional ?? false}`];
  }
  if (from.configMapKeyRef) {
    const { key, name, optional } = from.configMapKeyRef;
    return [`${e.name}:\t<set to the key '${key}' of config map '${name ?? ''}'>\tOptional: ${optional ?? false}`];
  }
  return [];
}

function writeEnvFrom(w: PrefixWriter, sources: readonly EnvFromSource[]): void {
  w.write(2, 'Environment Variables from:\n');
  for (const { configMapRef, secretRef, prefix } of sources) {
    const kind = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : '';
    const ref = configMapRef ?? secretRef;
    const how = prefix ? `${kind} with prefix '${prefix}'` : kind;
    w.write(3, `${ref?.name ?? ''}\t${how}\tOptional: ${ref?.optional ?? false}\n`);
  }
}

function resourceText(ref: ResourceFieldSelector, container: Container): string {
  const value = containerResource(ref, container) ?? '';
  return value === '0' && (ref.resource === 'limits.cpu' || ref.resource === 'limits.memory') ? 'node allocatable' : value;
}

/** The number behind a resourceFieldRef, rounded up to whole divisors; undefined for a resource that has none. */
function containerResource(ref: ResourceFieldSelector, container: Container): string | undefined {
  const [list, ...rest] = ref.resource.split('.');
  const name = rest.join('.');
  if (list !== 'limits' && list !== 'requests') return undefined;
  if (!['cpu', 'memory', 'ephemeral-storage'].includes(name) && !name.startsWith('hugepages-')) return undefined;
  const quantity = parseQuantity(container.resources?.[list]?.[name] ?? '0');
  const divisor = parseQuantity(!ref.divisor || ref.divisor === '0' ? '1' : ref.divisor);
  // CPU is divided in thousandths, so that a divisor of 1m counts millicores.
  const value = name === 'cpu' ? milliValue : wholeValue;
  const [n, by] = [value(quantity), value(divisor)];
  return String((n + by - 1n) / by);
}
