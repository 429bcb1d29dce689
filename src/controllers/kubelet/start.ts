// Starting one container: pull, configuration, creation, with what can go wrong and when it is tried again.
// Mirrors pkg/kubelet/images/image_manager.go and startContainer of kuberuntime_container.go.
import type { Container } from '../../model/generated/api.js';
import type { Json } from '../../model/object.js';
import { type Attempt, type RuntimeContainer, serviceEnvKey } from '../../network/runtime.js';
import { serviceEnv, type Variable } from '../../network/service-env.js';
import { imageOf } from '../../programs/facts.js';
import { ConfigError, ownEnv } from '../../programs/env.js';
import { digestOf, fullName } from '../../programs/image-name.js';
import { findImage } from '../../programs/images.js';
import type { Writer } from '../../model/store.js';
import { podText, type Work } from './work.js';

const crashBackOff = { first: 10_000, most: 300_000 };
const pullBackOff = { first: 10_000, most: 300_000 };

const doubled = (last: number | undefined, { first, most }: { first: number; most: number }): number =>
  last === undefined ? first : Math.min(last * 2, most);

export function tryStart(work: Work, c: Container): void {
  const state = work.container(c.name);
  if (!crashWaited(work, c, state)) return;
  if (state.retry !== undefined && state.retry > work.now) {
    comeBack(work, c, state);
    return;
  }
  delete state.retry;
  if (!pulled(work, c, state)) return;
  const env = configured(work, c, state);
  if (!env) return;
  work.event(c, 'Normal', 'Created', 'Container created');
  const number = state.restarts + (state.attempt ? 1 : 0);
  const attempt: Attempt = {
    id: digestOf(work.runtime.uid, c.name, String(number)),
    image: c.image ?? '',
    startedAt: work.now,
    env,
    sockets: [],
    journal: [],
    wake: work.now,
  };
  if (state.attempt) {
    state.previous = state.attempt;
    state.restarts = number;
  }
  state.attempt = attempt;
  delete state.waiting;
  delete state.tries;
  state.probes = {};
  state.started = !c.startupProbe;
  state.ready = !c.readinessProbe && state.started;
}

/** After a crash: at once the first time (as soon as it is noticed), then after 10 s, 20 s ... */
function crashWaited(work: Work, c: Container, state: RuntimeContainer): boolean {
  const exit = state.attempt?.exit;
  if (!exit || !state.attempt) return true;
  if (state.waiting?.reason === 'CrashLoopBackOff' || state.retry !== undefined) return true;
  // A container that ran well for long starts anew.
  if (exit.at - state.attempt.startedAt > 2 * crashBackOff.most) delete state.backOff;
  const noticed = exit.at + 1000;
  if (work.now < noticed) {
    work.wakeAt(noticed);
    return false;
  }
  if (state.backOff === undefined) {
    state.backOff = 0;
    return true;
  }
  state.backOff = state.backOff === 0 ? crashBackOff.first : doubled(state.backOff, crashBackOff);
  state.retry = exit.at + state.backOff;
  const text = `back-off ${goDuration(state.backOff)} restarting failed container=${c.name} pod=${podText(work.pod)}`;
  state.waiting = { reason: 'CrashLoopBackOff', message: text };
  work.event(c, 'Warning', 'BackOff', `Back-off restarting failed container ${c.name} in pod ${podText(work.pod)}`);
  return true;
}

/** "10s", "1m20s" */
const goDuration = (ms: number): string => (ms < 60_000 ? `${ms / 1000}s` : `${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1000}s`);

/** A wait goes on: an image that cannot be pulled is said to be in back-off soon after it failed. */
function comeBack(work: Work, c: Container, state: RuntimeContainer): void {
  const noticed = (state.retry as number) - (state.pullBackOff ?? 0) + 1000;
  if (state.waiting?.reason === 'ErrImagePull') {
    if (work.now >= noticed) {
      work.event(c, 'Normal', 'BackOff', `Back-off pulling image ${JSON.stringify(c.image)}`);
      work.event(c, 'Warning', 'Failed', 'Error: ImagePullBackOff');
      state.waiting = {
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image ${JSON.stringify(c.image)}: ErrImagePull: ${state.waiting.message}`,
      };
    } else work.wakeAt(noticed);
  }
  work.wakeAt(state.retry);
}

function pulled(work: Work, c: Container, state: RuntimeContainer): boolean {
  const { writer } = work;
  const name = JSON.stringify(c.image);
  const found = findImage(c.image ?? '');
  if (!found) {
    const message = `Failed to apply default image tag ${name}: couldn't parse image name ${name}: invalid reference format`;
    wait(work, state, 'InvalidImageName', message, 10_000);
    work.event(c, 'Warning', 'InspectFailed', message);
    work.event(c, 'Warning', 'Failed', 'Error: InvalidImageName');
    return false;
  }
  const key = `kubelet/image/${work.node.metadata.name}/${fullName(found.name)}`;
  // Well-known images come with the nodes; others are there once somebody has pulled them.
  const present =
    'image' in found && (!found.image.unknown || found.name.repository.startsWith('registry.k8s.io/') || writer.state(key) !== undefined);
  if (present && c.imagePullPolicy !== 'Always') {
    work.event(c, 'Normal', 'Pulled', `Container image ${name} already present on machine and can be accessed by the pod`);
    return true;
  }
  if (c.imagePullPolicy === 'Never') {
    const message = `Container image ${name} is not present with pull policy of Never`;
    work.event(c, 'Warning', 'ErrImageNeverPull', message);
    work.event(c, 'Warning', 'Failed', 'Error: ErrImageNeverPull');
    wait(work, state, 'ErrImageNeverPull', message, 10_000);
    return false;
  }
  work.event(c, 'Normal', 'Pulling', `Pulling image ${name}`);
  if ('failure' in found) {
    work.event(c, 'Warning', 'Failed', `Failed to pull image ${name}: ${found.failure}`);
    work.event(c, 'Warning', 'Failed', 'Error: ErrImagePull');
    state.pullBackOff = doubled(state.pullBackOff, pullBackOff);
    wait(work, state, 'ErrImagePull', found.failure, state.pullBackOff);
    work.wakeAt(work.now + 1000);
    return false;
  }
  const ms = 15 + writer.world.pick(50);
  work.event(
    c,
    'Normal',
    'Pulled',
    `Successfully pulled image ${name} in ${ms}ms (${ms}ms including waiting). Image size: ${found.image.size} bytes.`,
  );
  if (!present) writer.setState(key, true);
  delete state.pullBackOff;
  return true;
}

function wait(work: Work, state: RuntimeContainer, reason: string, message: string, ms: number): void {
  state.waiting = { reason, message };
  state.retry = work.now + ms;
  work.wakeAt(state.retry);
}

/** The container's own variables, or undefined when what it refers to is missing. */
function configured(work: Work, c: Container, state: RuntimeContainer): Attempt['env'] | undefined {
  const services = servicesOf(work);
  try {
    const user = { ...work.pod.spec.securityContext, ...c.securityContext };
    if (user.runAsNonRoot && (user.runAsUser ?? imageOf(c).uid) === 0) {
      throw new ConfigError(
        user.runAsUser === 0
          ? `container's runAsUser breaks non-root policy (pod: "${podText(work.pod)}", container: ${c.name})`
          : `container has runAsNonRoot and image will run as root (pod: "${podText(work.pod)}", container: ${c.name})`,
      );
    }
    return ownEnv(work.writer, work.pod, c, services, { podIPs: work.runtime.ips, hostIP: work.hostIP });
  } catch (e) {
    if (!(e instanceof ConfigError)) throw e;
    work.event(c, 'Warning', 'Failed', `Error: ${e.message}`);
    state.tries = (state.tries ?? 0) + 1;
    // Tried again as soon as the failure is noticed, then with each sync of the Pod.
    wait(work, state, 'CreateContainerConfigError', e.message, state.tries === 1 ? 1000 : 12_000);
    return undefined;
  }
}

/** One drain of the queue sees one set of Services: worked out once for each namespace. */
const known = new WeakMap<Writer, Map<string, { hash: string; variables: readonly Variable[] }>>();

/** The Services' variables, kept for good with the Pod at its first start. */
function servicesOf(work: Work): readonly Variable[] {
  const { writer, pod, runtime } = work;
  if (runtime.serviceEnv) return (writer.state(serviceEnvKey(runtime.serviceEnv)) as unknown as Variable[] | undefined) ?? [];
  const byNamespace = known.get(writer) ?? new Map();
  known.set(writer, byNamespace);
  const links = pod.spec.enableServiceLinks !== false;
  const cacheKey = `${pod.metadata.namespace}/${links}`;
  let entry = byNamespace.get(cacheKey);
  if (!entry) {
    const variables = serviceEnv(writer.list('Service'), pod.metadata.namespace ?? '', links);
    const hash = digestOf(JSON.stringify(variables)).slice(0, 16);
    entry = { hash, variables };
    byNamespace.set(cacheKey, entry);
    if (writer.state(serviceEnvKey(hash)) === undefined) writer.setState(serviceEnvKey(hash), variables as unknown as Json);
  }
  runtime.serviceEnv = entry.hash;
  return entry.variables;
}
