// The kubelets of all nodes: each Pod that is bound to a node is started, probed, restarted, stopped, and its status written.
// Mirrors pkg/kubelet (syncLoop, syncPod). One key a Pod; whatever takes time is one timer a Pod, at the earliest moment that matters.
import { conditionOf } from '../../kinds/pod/facts.js';
import { clone } from '../../lib/clone.js';
import { same } from '../../lib/same.js';
import type { Change } from '../../model/change.js';
import type { Controller } from '../../model/controller.js';
import { isDown, kubeletActs, setFault } from '../../model/faults.js';
import type { Container, Pod } from '../../model/generated/api.js';
import { type Json, keyOf, splitKey } from '../../model/object.js';
import type { Writer } from '../../model/store.js';
import { memoryKey } from '../../network/dns/ask.js';
import { isRunning, runtimeKey, type RuntimePod } from '../../network/runtime.js';
import { writesKey } from '../../programs/container.js';
import { requestsKey } from '../../programs/effects.js';
import { releaseAddresses } from './addresses.js';
import { advance } from './advance.js';
import { podStatus, statusBefore } from './status.js';
import { terminate } from './terminate.js';
import { watchersOf } from './watched-files.js';
import { Work } from './work.js';

export const kubelet: Controller = {
  name: 'kubelet',
  program: 'kubelet',
  // A sandbox is not made in no time: what is created together with a Pod (`run --expose`) is there when its environment is read.
  delay: 300,
  watches: { Pod: (change) => (concerns(change as Change<Pod>) ? [keyOf(change.object)] : []), ConfigMap: watchersOf },
  reconcile,
};

/** Status is the kubelet's own, but for what others say at readiness gates; labels and annotations change nothing that runs. */
function concerns({ type, object, old }: Change<Pod>): boolean {
  if (!object.spec.nodeName) return false;
  if (type !== 'MODIFIED' || !old) return true;
  return (
    old.spec.nodeName !== object.spec.nodeName ||
    old.metadata.generation !== object.metadata.generation ||
    old.metadata.deletionTimestamp !== object.metadata.deletionTimestamp ||
    !!object.spec.readinessGates?.some(({ conditionType: gate }) => conditionOf(object, gate)?.status !== conditionOf(old, gate)?.status)
  );
}

function reconcile(key: string, writer: Writer): void {
  const { namespace, name } = splitKey(key);
  const pod = writer.get('Pod', namespace, name);
  const kept = writer.state(runtimeKey(namespace, name)) as unknown as RuntimePod | undefined;
  if (kept && kept.uid !== pod?.metadata.uid) forget(writer, namespace, name, kept);
  if (!pod?.spec.nodeName) return;
  const node = writer.get('Node', '', pod.spec.nodeName);
  // Nobody is there to start or stop it.
  if (!node || !kubeletActs(writer, node.metadata.name)) return;
  const current = kept?.uid === pod.metadata.uid ? kept : undefined;
  const work = new Work(writer, pod, node, current ? clone(current) : undefined);
  if (pod.metadata.deletionTimestamp) {
    if (terminate(work)) {
      writer.remove(pod, { gracePeriodSeconds: 0 });
      forget(writer, namespace, name, work.runtime);
      return;
    }
  } else advance(work);
  reportComponent(writer, work.runtime, pod);
  const state = work.runtime as unknown as Json;
  if (!current || !same(state, current)) writer.setState(runtimeKey(namespace, name), state);
  const status = work.runtime.hook ? statusBefore(work) : podStatus(work);
  if (!same(status, pod.status)) writer.updateStatus({ ...pod, status });
  if (work.next !== undefined) writer.after(Math.max(0, work.next - work.now), key);
}

/** The Pod is gone: its addresses and what was kept for it too. */
function forget(writer: Writer, namespace: string, name: string, runtime: RuntimePod): void {
  releaseAddresses(writer, runtime);
  reportComponent(writer, runtime, undefined);
  const of = { metadata: { namespace, name, uid: runtime.uid } } as unknown as Pod;
  writer.setState(runtimeKey(namespace, name), undefined);
  for (const k of [writesKey(of), requestsKey(of), memoryKey(runtime.uid)])
    if (writer.state(k) !== undefined) writer.setState(k, undefined);
}

// Parts of the control plane run as static Pods: whether they do is seen where their containers are started and end.

const components: ReadonlySet<string> = new Set(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);

/** Writes down whether the component that the Pod holds runs; `pod` is absent when it is gone. */
function reportComponent(writer: Writer, runtime: RuntimePod, pod: Pod | undefined): void {
  const component = runtime.mirror?.component;
  if (component === undefined || !components.has(component)) return;
  const runs = !!pod?.spec.containers.some((c) => isProgram(c, component) && isRunning(runtime.containers[c.name]));
  if (runs !== isDown(writer, component)) return;
  setFault(writer, component, { since: writer.world.now(), ...(runs && { returning: true }) });
}

/** Another image or another command is another program. */
const isProgram = ({ image = '', command = [] }: Container, component: string): boolean =>
  lastPart(command[0] ?? component) === component && lastPart(image.replace(/[:@][^/]*$/, '')) === component;

const lastPart = (path: string): string => path.split('/').at(-1) ?? '';
