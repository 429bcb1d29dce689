// What the fields of a Pod mean together; asked by its columns and claims, by controllers, programs and the network.
// Mirrors pkg/api/v1/pod/util.go of Kubernetes.
import type { Container, Pod, PodCondition } from '../../model/generated/api.js';

export const conditionOf = (pod: Pod, type: string): PodCondition | undefined => pod.status?.conditions?.find((c) => c.type === type);

export const isReady = (pod: Pod): boolean => conditionOf(pod, 'Ready')?.status === 'True';

/** Its containers have ended for good. */
export const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** An init container that runs on beside those that come after it. */
export const isSidecar = (c: Container): boolean => c.restartPolicy === 'Always';

/** Those of its containers that run for as long as it does. */
export const lastingContainers = ({ spec }: Pod): Container[] => [
  ...(spec.containers ?? []),
  ...(spec.initContainers ?? []).filter(isSidecar),
];

/** Where the addresses of Pods are allocated, and under which owner. */
export const podIPPool = 'pod-ips';
export const ownerOfIP = ({ metadata }: Pod): string => `Pod ${metadata.namespace}/${metadata.name}`;
