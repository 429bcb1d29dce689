// Parts of the control plane run as static Pods: whether they do is seen where their containers are started and end.
import { isDown, setFault } from '../../model/faults.js';
import type { Container, Pod } from '../../model/generated/api.js';
import type { Writer } from '../../model/store.js';
import { isRunning, type RuntimePod } from '../../network/runtime.js';

const components: ReadonlySet<string> = new Set(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']);

/** Writes down whether the component that the Pod holds runs; `pod` is absent when it is gone. */
export function reportComponent(writer: Writer, runtime: RuntimePod, pod: Pod | undefined): void {
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
