// What kubeadm leaves behind: its configuration in ConfigMaps, cluster-info for joining nodes, and the accounts of the controllers.
import type { ClusterConfig } from '../../model/config.js';
import type { ConfigMap, ServiceAccount } from '../../model/generated/api.js';
import { clusterCA } from '../../model/cluster-ca.js';

const namespace = 'kube-system';

const configMap = (name: string, data: Record<string, string>, ns = namespace): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: ns },
  data,
});

export const kubeadmConfigMaps = (config: ClusterConfig, since: string, dnsIP: string): ConfigMap[] => [
  configMap('cluster-info', { kubeconfig: clusterInfo }, 'kube-public'),
  configMap('extension-apiserver-authentication', { 'client-ca-file': clusterCA }),
  configMap('kube-apiserver-legacy-service-account-token-tracking', { since: since.slice(0, 10) }),
  configMap('kubeadm-config', { ClusterConfiguration: clusterConfiguration(config) }),
  configMap('kubelet-config', { kubelet: kubeletConfiguration(config, dnsIP) }),
];

const clusterInfo = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(clusterCA).toString('base64')}
    server: https://172.30.1.2:6443
  name: ""
contexts: null
current-context: ""
kind: Config
preferences: {}
users: null
`;

const clusterConfiguration = (config: ClusterConfig): string => `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${config.version}
networking:
  dnsDomain: ${config.clusterDomain}
  podSubnet: ${config.podCIDRs.join(',')}
  serviceSubnet: ${config.serviceCIDRs.join(',')}
proxy: {}
scheduler: {}
`;

const kubeletConfiguration = (config: ClusterConfig, dnsIP: string): string => `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
cgroupDriver: systemd
clusterDNS:
- ${dnsIP}
clusterDomain: ${config.clusterDomain}
healthzBindAddress: 127.0.0.1
healthzPort: 10248
kind: KubeletConfiguration
resolvConf: /run/systemd/resolve/resolv.conf
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
`;

/** The accounts by which the controller manager's loops work. */
const controllers = [
  'attachdetach-controller',
  'bootstrap-signer',
  'certificate-controller',
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemon-set-controller',
  'deployment-controller',
  'device-taint-eviction-controller',
  'disruption-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'endpointslicemirroring-controller',
  'ephemeral-volume-controller',
  'expand-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'job-controller',
  'legacy-service-account-token-cleaner',
  'namespace-controller',
  'node-controller',
  'persistent-volume-binder',
  'pod-garbage-collector',
  'pv-protection-controller',
  'pvc-protection-controller',
  'replicaset-controller',
  'replication-controller',
  'resource-claim-controller',
  'resourcequota-controller',
  'root-ca-cert-publisher',
  'service-account-controller',
  'service-cidrs-controller',
  'statefulset-controller',
  'token-cleaner',
  'ttl-after-finished-controller',
  'ttl-controller',
  'validatingadmissionpolicy-status-controller',
  'volumeattributesclass-protection-controller',
];

export const controllerAccounts: readonly ServiceAccount[] = controllers.map((name) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
}));
