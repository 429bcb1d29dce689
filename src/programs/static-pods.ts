// The control plane's static Pods: the files that kubeadm leaves on its node, and the mirror Pods that the kubelet makes of such files.
// Mirrors cmd/kubeadm/app/phases/controlplane and pkg/kubelet/config/common.go (applyDefaults).
import { toYaml } from '../lib/yaml/write.js';
import type { ClusterConfig } from '../model/config.js';
import type { Container, Node, Pod } from '../model/generated/api.js';
import type { KubeObject } from '../model/object.js';
import { timestamp } from '../model/world.js';
import { digestOf } from './image-name.js';

/** The node that holds the control plane. */
export const controlPlaneNode = 'controlplane';

export const manifestFolder = '/etc/kubernetes/manifests';

interface Component {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly cpu: string;
  readonly memory?: string;
  readonly port: number;
  readonly path: string;
}

function components({ serviceCIDRs, podCIDRs, version }: ClusterConfig, ip: string): Component[] {
  const serviceCIDR = serviceCIDRs.join(',');
  const podCIDR = podCIDRs.join(',');
  return [
    {
      name: 'etcd',
      image: 'registry.k8s.io/etcd:3.6.6-0',
      command: [
        'etcd',
        `--advertise-client-urls=https://${ip}:2379`,
        '--data-dir=/var/lib/etcd',
        `--listen-client-urls=https://127.0.0.1:2379,https://${ip}:2379`,
      ],
      cpu: '100m',
      memory: '100Mi',
      port: 2381,
      path: '/readyz',
    },
    {
      name: 'kube-apiserver',
      image: `registry.k8s.io/kube-apiserver:${version}`,
      command: [
        'kube-apiserver',
        `--advertise-address=${ip}`,
        '--allow-privileged=true',
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        '--etcd-servers=https://127.0.0.1:2379',
        '--secure-port=6443',
        `--service-cluster-ip-range=${serviceCIDR}`,
      ],
      cpu: '250m',
      port: 6443,
      path: '/readyz',
    },
    {
      name: 'kube-controller-manager',
      image: `registry.k8s.io/kube-controller-manager:${version}`,
      command: [
        'kube-controller-manager',
        '--allocate-node-cidrs=true',
        '--bind-address=127.0.0.1',
        `--cluster-cidr=${podCIDR}`,
        '--leader-elect=true',
        `--service-cluster-ip-range=${serviceCIDR}`,
        '--use-service-account-credentials=true',
      ],
      cpu: '200m',
      port: 10257,
      path: '/healthz',
    },
    {
      name: 'kube-scheduler',
      image: `registry.k8s.io/kube-scheduler:${version}`,
      command: ['kube-scheduler', '--bind-address=127.0.0.1', '--kubeconfig=/etc/kubernetes/scheduler.conf', '--leader-elect=true'],
      cpu: '100m',
      port: 10259,
      path: '/readyz',
    },
  ];
}

export interface Manifest {
  /** "/etc/kubernetes/manifests/kube-scheduler.yaml" */
  readonly path: string;
  readonly pod: Pod & KubeObject;
  readonly text: string;
}

/** As kubeadm writes them on the first node, whose address is `ip`. */
export const controlPlaneManifests = (config: ClusterConfig, ip: string): Manifest[] =>
  components(config, ip).map((c) => {
    const pod: Pod & KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: c.name, namespace: 'kube-system', labels: { component: c.name, tier: 'control-plane' } },
      spec: {
        containers: [container(c)],
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      },
      status: {},
    };
    return { path: `${manifestFolder}/${c.name}.yaml`, pod, text: toYaml(pod) };
  });

export const hashAnnotation = 'kubernetes.io/config.hash';
export const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** Was it made from a file of its node? */
export const isMirror = (pod: { metadata: { annotations?: Readonly<Record<string, string>> } }): boolean =>
  pod.metadata.annotations?.[mirrorAnnotation] !== undefined;

/** The Pod of a file, as the kubelet shows it to the API: owned by the Node, marked with the hash of the file. */
export function mirrorOf(pod: Pod & KubeObject, node: Node, hash: string, now: number): Pod & KubeObject {
  const { name } = node.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${pod.metadata.name}-${name}`,
      namespace: pod.metadata.namespace || 'default',
      ...(pod.metadata.labels && { labels: pod.metadata.labels }),
      annotations: {
        ...pod.metadata.annotations,
        [hashAnnotation]: hash,
        [mirrorAnnotation]: hash,
        'kubernetes.io/config.seen': timestamp(now),
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid ?? '', controller: true }],
    },
    spec: {
      ...pod.spec,
      enableServiceLinks: pod.spec.enableServiceLinks ?? true,
      nodeName: name,
      tolerations: [...(pod.spec.tolerations ?? []), { effect: 'NoExecute', operator: 'Exists' }],
    },
    status: {},
  };
}

/** What the kubelet kept of the files that were there from the beginning: digest of the text -> the hash their Pods are marked with. */
export const foundedHashesKey = 'kubelet/founded-manifests';
export const manifestDigest = (text: string): string => digestOf(text).slice(0, 32);

const container = (c: Component): Container => ({
  name: c.name,
  image: c.image,
  imagePullPolicy: 'IfNotPresent',
  command: [...c.command],
  ports: [{ name: 'probe-port', containerPort: c.port, hostPort: c.port, protocol: 'TCP' }],
  resources: { requests: { cpu: c.cpu, ...(c.memory && { memory: c.memory }) } },
});
