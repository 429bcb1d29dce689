// The control plane's static Pods: mirrors of what the kubelet runs from files, one per component. Mirrors kubeadm's manifests.
import type { Container, Node, Pod } from '../../model/generated/api.js';
import { timestamp, type World } from '../../model/world.js';
import { nodeIP } from './nodes.js';

interface Component {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly cpu: string;
  readonly memory?: string;
  readonly port: number;
  readonly path: string;
}

export function staticPods(world: World, node: Node, serviceCIDR: string, podCIDR: string, version: string): Pod[] {
  const ip = nodeIP(0);
  const components: Component[] = [
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
  return components.map((c) => mirror(world, node, c));
}

/** As the kubelet writes it: owned by the Node, marked with the hash of the file. */
function mirror(world: World, node: Node, c: Component): Pod {
  const hash = world.uid().replaceAll('-', '');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${c.name}-${node.metadata.name}`,
      namespace: 'kube-system',
      labels: { component: c.name, tier: 'control-plane' },
      annotations: {
        'kubernetes.io/config.hash': hash,
        'kubernetes.io/config.mirror': hash,
        'kubernetes.io/config.seen': timestamp(world.now()),
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid ?? '', controller: true }],
    },
    spec: {
      containers: [container(c)],
      enableServiceLinks: true,
      hostNetwork: true,
      nodeName: node.metadata.name,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
    },
    status: {},
  };
}

const container = (c: Component): Container => ({
  name: c.name,
  image: c.image,
  imagePullPolicy: 'IfNotPresent',
  command: [...c.command],
  ports: [{ name: 'probe-port', containerPort: c.port, hostPort: c.port, protocol: 'TCP' }],
  resources: { requests: { cpu: c.cpu, ...(c.memory && { memory: c.memory }) } },
});
