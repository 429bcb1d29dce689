// One Pod while its kubelet works on it: what is known, the present, and when to look again.
import type { Container, Node, Pod } from '../../model/generated/api.js';
import type { Writer } from '../../model/store.js';
import { type Net, nodeIP } from '../../network/net.js';
import { hashAnnotation, isMirror } from '../../programs/static-pods.js';
import type { RuntimeContainer, RuntimePod } from '../../network/runtime.js';

export class Work {
  readonly runtime: RuntimePod;
  readonly isNew: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The earliest moment at which something must be looked at again. */
  next: number | undefined;

  constructor(
    readonly writer: Writer,
    readonly pod: Pod,
    readonly node: Node,
    runtime: RuntimePod | undefined,
  ) {
    this.now = writer.world.now();
    this.isNew = runtime === undefined;
    this.runtime = runtime ?? {
      uid: pod.metadata.uid ?? '',
      node: node.metadata.name,
      startedAt: this.now,
      ips: [],
      containers: {},
      ...(isMirror(pod) && { mirror: mirrorFacts(pod) }),
    };
  }

  get net(): Net {
    const { writer } = this;
    return { reader: writer, config: writer.config, now: () => this.now, pick: (n) => writer.world.pick(n) };
  }

  get hostIP(): string {
    return nodeIP(this.node);
  }

  /** The Pod's termination grace period, in milliseconds. */
  get grace(): number {
    return (this.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  }

  container(name: string): RuntimeContainer {
    this.runtime.containers[name] ??= { restarts: 0, started: false, ready: false, probes: {} };
    return this.runtime.containers[name] as RuntimeContainer;
  }

  wakeAt(time: number | undefined): void {
    if (time !== undefined && (this.next === undefined || time < this.next)) this.next = time;
  }

  event(container: Container | undefined, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const list = container && this.pod.spec.initContainers?.some((c) => c.name === container.name) ? 'initContainers' : 'containers';
    this.writer.event(this.pod, type, reason, message, {
      component: 'kubelet',
      host: this.node.metadata.name,
      ...(container && { fieldPath: `spec.${list}{${container.name}}` }),
    });
  }
}

const mirrorFacts = ({ metadata }: Pod): { hash: string; component: string } => ({
  hash: metadata.annotations?.[hashAnnotation] ?? '',
  component: metadata.labels?.component ?? '',
});

/** "web_default(uid)": how the kubelet names a Pod in messages. */
export const podText = (pod: Pod): string => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
