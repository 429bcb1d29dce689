// Which Pod and container exec, logs and attach are about. Mirrors k8s.io/kubectl/pkg/cmd/util/podcmd and pkg/polymorphichelpers.
import type { Pod } from '../model/generated/api.js';
import type { Io } from '../model/io.js';
import type { KubeObject } from '../model/object.js';
import type { FlagValues } from '../model/verb.js';
import type { APIResource, ExecResult, RequestOptions } from '../model/request.js';
import { fromLabelSelector, fromMap, matches, type Requirement } from '../model/selector.js';
import type { Client } from './client.js';
import { UsageError } from './errors.js';
import { callItem } from './resources.js';

export type Found = { readonly pods: readonly Pod[]; readonly single: boolean };

/** The object that `POD` or `TYPE/NAME` names, and its resource. */
export function objectOf(client: Client, namespace: string, args: readonly string[]): { resource: APIResource; object: KubeObject } {
  const [first = '', second] = args;
  const parts = second === undefined ? first.split('/') : [first, second];
  if (parts.length > 2) throw new UsageError('arguments in resource/name form may not have more than one slash');
  const [type, name] = parts.length === 1 ? ['pods', parts[0] as string] : (parts as [string, string]);
  if (type === '' || name === '') throw new UsageError('arguments in resource/name form must have a single resource and name');
  const resource = client.mapper.find(type);
  const object = callItem<KubeObject>({ resource, name, ...(resource.namespaced && { namespace }) }, client);
  return { resource, object };
}

/** The Pods behind an object, those that can be talked to first; while there is none, waits for one, `patience` milliseconds at most. */
export function podsOf(
  client: Client,
  { resource, object }: { resource: APIResource; object: KubeObject },
  what: 'attach to' | 'get the logs from',
  patience = 0,
): Found {
  if (resource.kind === 'Pod') return { pods: [object as unknown as Pod], single: true };
  const wanted = requirements(object, what);
  if (!wanted) throw new UsageError(`cannot ${what} *v1.${resource.kind}: selector for *v1.${resource.kind} not implemented`);
  const namespace = object.metadata.namespace ?? '';
  for (let left = patience; ; left -= client.pass(left)) {
    const { items } = client.call<KubeObject & { items: Pod[] }>({ verb: 'list', group: '', resource: 'pods', namespace });
    const pods = items.filter((p) => matches(wanted, p.metadata.labels)).sort(byActivity);
    if (pods.length > 0 || left <= 0) return { pods, single: false };
  }
}

function requirements(object: KubeObject, what: string): Requirement[] | undefined {
  const selector = object.spec?.selector;
  if (object.kind === 'Service') {
    if (!selector || Object.keys(selector).length === 0)
      throw new UsageError(`cannot ${what} *v1.Service: invalid service '${object.metadata.name}': Service is defined without a selector`);
    return fromMap(selector);
  }
  if (!selector) return undefined;
  return 'matchLabels' in selector || 'matchExpressions' in selector ? fromLabelSelector(selector) : fromMap(selector);
}

const isReady = (pod: Pod): boolean => !!pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True');
const phases = ['Running', 'Unknown', 'Pending'];

function byActivity(a: Pod, b: Pod): number {
  const rank = (p: Pod): number[] => [
    p.spec.nodeName ? 0 : 1,
    phases.includes(p.status?.phase ?? '') ? phases.indexOf(p.status?.phase ?? '') : 3,
    isReady(p) ? 0 : 1,
    Math.max(0, ...(p.status?.containerStatuses ?? []).map((s) => s.restartCount)),
    Date.parse(p.metadata.creationTimestamp ?? '') || 0,
  ];
  const [x, y] = [rank(a), rank(b)];
  const i = x.findIndex((v, n) => v !== y[n]);
  return i < 0 ? (a.metadata.name < b.metadata.name ? -1 : 1) : (x[i] as number) - (y[i] as number);
}

/** --pod-running-timeout in milliseconds. */
export function runningTimeout(flags: FlagValues, seeHelp: boolean): number {
  const timeout = flags.duration('pod-running-timeout');
  if (timeout <= 0) throw new UsageError('--pod-running-timeout must be higher than zero', seeHelp);
  return timeout;
}

/** The container that -c names, or the default one; throws when the Pod has none of that name. */
export function chosenContainer(pod: Pod, wanted: string, io: Io, quiet: boolean): string {
  if (wanted === '') return defaultContainer(pod, io, quiet);
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  if (![...containers, ...initContainers, ...ephemeralContainers].some((c) => c.name === wanted))
    throw new UsageError(`container ${wanted} is not valid for pod ${pod.metadata.name} out of: ${allNames(pod)}`);
  return wanted;
}

/** The container to use without -c; several are named on stderr. */
export function defaultContainer(pod: Pod, io: Io, quiet: boolean): string {
  const all = pod.spec.containers;
  const annotated = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (annotated) return chosenContainer(pod, annotated, io, quiet);
  const [first] = all;
  if (!first) throw new UsageError(`container not found in pod ${pod.metadata.name}`);
  if (!quiet && all.length + (pod.spec.initContainers ?? []).length > 1)
    io.err(`Defaulted container ${JSON.stringify(first.name)} out of: ${allNames(pod)}\n`);
  return first.name;
}

/** "a, b, setup (init)" */
export const allNames = (pod: Pod): string =>
  [
    ...pod.spec.containers.map((c) => c.name),
    ...(pod.spec.ephemeralContainers ?? []).map((c) => `${c.name} (ephem)`),
    ...(pod.spec.initContainers ?? []).map((c) => `${c.name} (init)`),
  ].join(', ');

/** Prints what a program wrote, and lets its time pass where waiting costs nothing. */
export function printResult(result: ExecResult, client: Client, io: Io): void {
  for (const { stream, text } of result.output ?? [])
    if (stream === 'stdout') io.out(text);
    else io.err(text);
  if (client.clock !== 'virtual') return;
  for (let left = Math.min(result.ms ?? 0, 86_400_000); left > 0; ) {
    const passed = client.pass(left);
    if (passed <= 0) break;
    left -= passed;
  }
}

export const noTTY = 'Unable to use a TTY - input is not a terminal or the right kind of file\n';

/** Runs a command in a container, attaches to it, or reads its log. */
export const connectTo = (
  client: Client,
  { metadata }: Pod,
  subresource: 'exec' | 'attach' | 'log',
  options: Pick<RequestOptions, 'exec' | 'log'>,
): ExecResult =>
  client.call<ExecResult>({
    verb: 'connect',
    group: '',
    resource: 'pods',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    subresource,
    options,
  });
