// What admission adds to a new Pod or refuses. Mirrors the plugins ServiceAccount, Priority, RuntimeClass and DefaultTolerationSeconds
// of kube-apiserver (plugin/pkg/admission), in the order in which it runs them.
import { isPathSegment } from '../../lib/names.js';
import type { Container, Pod, PodSpec, ServiceAccount, Volume } from '../../model/generated/api.js';
import { forbidden } from '../../model/status.js';
import type { WriteContext } from '../../model/store.js';
import { randomSuffix } from '../../model/world.js';
import { mirrorServiceAccount } from './defaults.js';
import { names } from './names.js';
import { mirror } from './validate/annotations.js';

export function admitPod(pod: Pod, old: Pod | undefined, ctx: WriteContext): void {
  if (old === undefined) {
    admitServiceAccount(pod, ctx);
    admitPriority(pod, ctx);
  } else {
    // What admission chose is not the client's to say again.
    if (old.spec.priority !== undefined) pod.spec.priority ??= old.spec.priority;
    if (old.spec.preemptionPolicy !== undefined) pod.spec.preemptionPolicy ??= old.spec.preemptionPolicy;
  }
  tolerateSlowNodes(pod.spec);
  if (old === undefined) admitRuntimeClass(pod, ctx);
}

const refuse = (pod: Pod, why: string): Error => forbidden(names, pod.metadata.name || pod.metadata.generateName || '', why);

const tokenVolumePrefix = 'kube-api-access-';
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

function admitServiceAccount(pod: Pod, ctx: WriteContext): void {
  if (pod.metadata.annotations?.[mirror] !== undefined) return;
  const spec = pod.spec;
  const name = spec.serviceAccountName || 'default';
  spec.serviceAccountName = name;
  mirrorServiceAccount(spec);
  const namespace = pod.metadata.namespace ?? '';
  const lookUp = `error looking up service account ${namespace}/${name}`;
  const unspeakable = isPathSegment(name);
  if (unspeakable.length > 0) throw refuse(pod, `${lookUp}: invalid resource name ${JSON.stringify(name)}: [${unspeakable.join(' ')}]`);
  const account = ctx.reader.get('ServiceAccount', namespace, name);
  if (!account) throw refuse(pod, `${lookUp}: serviceaccount ${JSON.stringify(name)} not found`);
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec, ctx);
  addPullSecrets(spec, account);
}

function mountToken(spec: PodSpec, ctx: WriteContext): void {
  const existing = spec.volumes?.find((v) => v.name.startsWith(tokenVolumePrefix));
  const without = (c: Container): boolean => !c.volumeMounts?.some((m) => m.mountPath === tokenPath);
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter(without);
  if (containers.length === 0) return;
  const name = existing?.name ?? `${tokenVolumePrefix}${withDigit(randomSuffix(ctx.world))}`;
  for (const c of containers) c.volumeMounts = [...(c.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenPath }];
  if (!existing) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

/** Four of five random suffixes have a digit; ours always do, so that whoever compares outputs can tell them from words. */
const withDigit = (suffix: string): string =>
  /\d/.test(suffix) ? suffix : `${suffix.slice(0, -1)}${'2456789'[suffix.charCodeAt(suffix.length - 1) % 7]}`;

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  },
});

function addPullSecrets(spec: PodSpec, account: ServiceAccount): void {
  if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) spec.imagePullSecrets = [...account.imagePullSecrets];
}

/** The PriorityClasses that every cluster has. */
const systemPriorities: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

interface PriorityClass {
  readonly metadata: { readonly name: string };
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

function admitPriority(pod: Pod, ctx: WriteContext): void {
  const spec = pod.spec;
  const found = priorityClass(spec.priorityClassName, ctx);
  if (!found) throw refuse(pod, `no PriorityClass with name ${spec.priorityClassName} was found`);
  if (found.metadata.name) spec.priorityClassName = found.metadata.name;
  const value = found.value ?? 0;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refuse(
      pod,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  const policy = found.preemptionPolicy ?? 'PreemptLowerPriority';
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw refuse(
      pod,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = policy;
}

function priorityClass(name: string | undefined, { reader }: WriteContext): PriorityClass | undefined {
  const kind = 'PriorityClass.scheduling.k8s.io';
  if (!name) {
    const defaults = (reader.list(kind) as unknown as PriorityClass[]).filter((c) => c.globalDefault);
    return defaults.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0] ?? { metadata: { name: '' } };
  }
  const known = systemPriorities[name];
  if (known !== undefined) return { metadata: { name }, value: known };
  return reader.get(kind, '', name) as unknown as PriorityClass | undefined;
}

/** What only a Pod that is valid is refused for. */
export function forbidPod(pod: Pod, old: Pod | undefined): void {
  const unfounded = !old && pod.spec.runtimeClassName === undefined && Object.keys(pod.spec.overhead ?? {}).length > 0;
  if (unfounded) throw refuse(pod, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
}

function admitRuntimeClass(pod: Pod, { reader }: WriteContext): void {
  const name = pod.spec.runtimeClassName;
  if (name === undefined) return;
  if (!reader.get('RuntimeClass.node.k8s.io', '', name)) throw refuse(pod, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
}

/** A Pod stays 5 minutes on a node that is not ready or not reachable, unless it says otherwise. */
function tolerateSlowNodes(spec: PodSpec): void {
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const said = spec.tolerations?.some((t) => (!t.key || t.key === key) && (!t.effect || t.effect === 'NoExecute'));
    if (said) continue;
    spec.tolerations = [...(spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }];
  }
}
