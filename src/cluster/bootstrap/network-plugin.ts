// The network plugin of a fresh cluster: kindnet, which turns NetworkPolicies into rules on its node, or flannel, which does not know them.
// What they are made of mirrors kind's and flannel's own manifests.
import type { ConfigMap, DaemonSet, EnvVar, ServiceAccount } from '../../model/generated/api.js';
import type { ClusterConfig } from '../../model/config.js';
import { flannelConflist } from '../../programs/node-files.js';
import { nodeDaemonSet } from './node-agents.js';

export interface NetworkPlugin {
  /** Its own namespace, when it has one. */
  readonly namespace?: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly account: ServiceAccount;
  readonly configMap?: ConfigMap;
  readonly daemonSet: DaemonSet;
}

export const networkPlugin = (config: ClusterConfig): NetworkPlugin =>
  config.cni === 'flannel' ? flannel(config.podCIDRs) : kindnet(config.podCIDRs);

const fromField = (name: string, fieldPath: string): EnvVar => ({ name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } });

const account = (name: string, namespace: string, labels?: Record<string, string>): ServiceAccount => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: {
    name,
    namespace,
    ...(labels && { labels }),
  },
});

function kindnet(podCIDRs: readonly string[]): NetworkPlugin {
  const labels = { app: 'kindnet', 'k8s-app': 'kindnet', tier: 'node' };
  return {
    account: account('kindnet', 'kube-system'),
    daemonSet: nodeDaemonSet({ name: 'kindnet', namespace: 'kube-system', labels }, labels, {
      containers: [
        {
          name: 'kindnet-cni',
          image: 'docker.io/kindest/kindnetd:v20250512-df8de77b',
          imagePullPolicy: 'IfNotPresent',
          env: [
            fromField('HOST_IP', 'status.hostIP'),
            fromField('POD_IP', 'status.podIP'),
            { name: 'POD_SUBNET', value: podCIDRs.join(',') },
          ],
          resources: { limits: { cpu: '100m', memory: '50Mi' }, requests: { cpu: '100m', memory: '50Mi' } },
          securityContext: { capabilities: { add: ['NET_RAW', 'NET_ADMIN'] }, privileged: false },
          volumeMounts: [{ name: 'cni-cfg', mountPath: '/etc/cni/net.d' }],
        },
      ],
      volumes: [{ name: 'cni-cfg', hostPath: { path: '/etc/cni/net.d', type: '' } }],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      serviceAccountName: 'kindnet',
      tolerations: [{ operator: 'Exists' }],
    }),
  };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function flannel(podCIDRs: readonly string[]): NetworkPlugin {
  const namespace = 'kube-flannel';
  const labels = { app: 'flannel', 'k8s-app': 'flannel', tier: 'node' };
  const image = 'ghcr.io/flannel-io/flannel:v0.27.4';
  const network = podCIDRs.find((c) => !c.includes(':'));
  const network6 = podCIDRs.find((c) => c.includes(':'));
  return {
    namespace: { name: namespace, labels: { 'k8s-app': 'flannel', 'pod-security.kubernetes.io/enforce': 'privileged' } },
    account: account('flannel', namespace, { 'k8s-app': 'flannel' }),
    configMap: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-flannel-cfg',
        namespace,
        labels,
      },
      data: {
        'cni-conf.json': flannelConflist,
        'net-conf.json': json({
          ...(network && { Network: network }),
          EnableNFTables: false,
          ...(network6 && {
            EnableIPv6: true,
            IPv6Network: network6,
          }),
          Backend: { Type: 'vxlan' },
        }),
      },
    },
    daemonSet: nodeDaemonSet(
      { name: 'kube-flannel-ds', namespace, labels },
      { app: 'flannel', 'k8s-app': 'flannel' },
      {
        initContainers: [
          {
            name: 'install-cni-plugin',
            image: 'ghcr.io/flannel-io/flannel-cni-plugin:v1.8.0-flannel1',
            command: ['cp'],
            args: ['-f', '/flannel', '/opt/cni/bin/flannel'],
            volumeMounts: [{ name: 'cni-plugin', mountPath: '/opt/cni/bin' }],
          },
          {
            name: 'install-cni',
            image,
            command: ['cp'],
            args: ['-f', '/etc/kube-flannel/cni-conf.json', '/etc/cni/net.d/10-flannel.conflist'],
            volumeMounts: [
              { name: 'cni', mountPath: '/etc/cni/net.d' },
              { name: 'flannel-cfg', mountPath: '/etc/kube-flannel/' },
            ],
          },
        ],
        containers: [
          {
            name: 'kube-flannel',
            image,
            command: ['/opt/bin/flanneld'],
            args: ['--ip-masq', '--kube-subnet-mgr'],
            resources: { requests: { cpu: '100m', memory: '50Mi' } },
            securityContext: { privileged: false, capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
            env: [
              fromField('POD_NAME', 'metadata.name'),
              fromField('POD_NAMESPACE', 'metadata.namespace'),
              { name: 'EVENT_QUEUE_DEPTH', value: '5000' },
              { name: 'CONT_WHEN_CACHE_NOT_READY', value: 'false' },
            ],
            volumeMounts: [
              { name: 'run', mountPath: '/run/flannel' },
              { name: 'flannel-cfg', mountPath: '/etc/kube-flannel/' },
              { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
            ],
          },
        ],
        volumes: [
          { name: 'run', hostPath: { path: '/run/flannel', type: '' } },
          { name: 'cni-plugin', hostPath: { path: '/opt/cni/bin', type: '' } },
          { name: 'cni', hostPath: { path: '/etc/cni/net.d', type: '' } },
          { name: 'flannel-cfg', configMap: { name: 'kube-flannel-cfg' } },
          { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
        ],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] }],
            },
          },
        },
        serviceAccountName: 'flannel',
        tolerations: [{ effect: 'NoSchedule', operator: 'Exists' }],
      },
    ),
  };
}
