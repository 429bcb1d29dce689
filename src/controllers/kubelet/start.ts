// Starting one container: pull, configuration, creation, with what can go wrong and when it is tried again.
// Mirrors pkg/kubelet/images/image_manager.go and startContainer of kuberuntime_container.go.
import type { Container } from '../../model/generated/api.js';
import type { Json } from '../../model/object.js';
import { type Attempt, type RuntimeContainer, serviceEnvKey } from '../../network/runtime.js';
import { serviceEnv, type Variable } from '../../network/service-env.js';
import { imageOf } from '../../programs/facts.js';
import { ConfigError, ownEnv } from '../../programs/env.js';
import { digestOf, fullName, nameProblem } from '../../programs/image-name.js';
import { findImage } from '../../programs/images.js';
import type { Writer } from '../../model/store.js';
import { crashWaited, inBackOffAfterKill, nextBackOff } from './back-off.js';
import { podText, type Work } from './work.js';

export function tryStart(work: Work, c: Container): void {
  const state = work.container(c.name);
  if (crashWaited(work, c)) start(work, c, state);
}

/** What the kubelet has killed it starts anew in the same go, unless it is in back-off. */
export function startAfterKill(work: Work, c: Container): void {
  if (!inBackOffAfterKill(work, c)) start(work, c, work.container(c.name));
}

function start(work: Work, c: Container, state: RuntimeContainer): void {
  if (state.retry !== undefined && state.retry > work.now && state.tried === c.image) {
    work.wakeAt(state.retry);
    return;
  }
  delete state.retry;
  // The status is written before anything is tried: it tells what the last look has found.
  if (state.found) state.waiting = state.found;
  if (!pulled(work, c, state)) return;
  const env = configured(work, c);
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
  delete state.found;
  delete state.tries;
  state.probes = {};
  state.started = !c.startupProbe;
  state.ready = !c.readinessProbe && state.started;
}

function pulled(work: Work, c: Container, state: RuntimeContainer): boolean {
  const { writer } = work;
  const name = JSON.stringify(c.image);
  const found = findImage(c.image ?? '');
  if (!found) {
    const message = `Failed to apply default image tag ${name}: couldn't parse image name ${name}: ${nameProblem(c.image ?? '')}`;
    fail(work, c, 'InvalidImageName', message);
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
    fail(work, c, 'ErrImageNeverPull', message);
    return false;
  }
  if ('failure' in found) {
    notPulled(work, c, state, found.failure);
    return false;
  }
  work.event(c, 'Normal', 'Pulling', `Pulling image ${name}`);
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

/** The registry refuses the image; while the back-off runs it is not even asked. */
function notPulled(work: Work, c: Container, state: RuntimeContainer, why: string): void {
  const name = JSON.stringify(c.image);
  const again = state.tried === c.image;
  if (again && state.pullAfter !== undefined && state.pullAfter > work.now) {
    work.event(c, 'Normal', 'BackOff', `Back-off pulling image ${name}`);
    work.event(c, 'Warning', 'Failed', 'Error: ImagePullBackOff');
    return fail(work, c, 'ImagePullBackOff', `Back-off pulling image ${name}: ErrImagePull: ${why}`);
  }
  work.event(c, 'Normal', 'Pulling', `Pulling image ${name}`);
  work.event(c, 'Warning', 'Failed', `Failed to pull image ${name}: ${why}`);
  work.event(c, 'Warning', 'Failed', 'Error: ErrImagePull');
  state.pullBackOff = nextBackOff(again ? state.pullBackOff : undefined);
  state.pullAfter = work.now + state.pullBackOff;
  fail(work, c, 'ErrImagePull', why);
}

/** Tried again when the new sandbox is noticed, then with each further look at the Pod. */
function fail(work: Work, c: Container, reason: string, message: string): void {
  const state = work.container(c.name);
  state.found = { reason, message };
  state.tried = c.image ?? '';
  state.retry = work.now + (state.tries ? 12_000 : 1000);
  state.tries = (state.tries ?? 0) + 1;
  work.wakeAt(state.retry);
}

/** The container's own variables, or undefined when what it refers to is missing. */
function configured(work: Work, c: Container): Attempt['env'] | undefined {
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
    fail(work, c, 'CreateContainerConfigError', e.message);
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
