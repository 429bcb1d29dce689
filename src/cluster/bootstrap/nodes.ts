// The Nodes of a fresh cluster: a tainted control plane and workers, ready, with addresses and a Pod range each.
import { healthy } from '../../controllers/node-status.js';
import { formatIP, nthIP, parseCIDR } from '../../lib/ip.js';
import type { ClusterConfig } from '../../model/config.js';
import type { Lease, Node } from '../../model/generated/api.js';
import type { KubeObject } from '../../model/object.js';
import { microTimestamp, timestamp, type World } from '../../model/world.js';
import { controlPlaneNode } from '../../programs/static-pods.js';

const controlPlane = controlPlaneNode;

/** "controlplane", "node01", "node02" ... */
export const nodeName = (index: number): string => (index === 0 ? controlPlane : `node${String(index).padStart(2, '0')}`);

/** 172.30.1.2 and up. */
export const nodeIP = (index: number): string => formatIP(nthIP(parseCIDR('172.30.0.0/16')!, 256 + 2 + index));

/** One of each family that Pods have, IPv4 first: fd00:172:30:1::2 and up. */
const nodeIPs = (config: ClusterConfig, index: number): string[] => [
  nodeIP(index),
  ...(config.podCIDRs.some((c) => c.includes(':')) ? [formatIP(nthIP(parseCIDR('fd00:172:30:1::/64')!, 2 + index))] : []),
];

/** Each node gets a /24 (IPv4) or /64 (IPv6) of the cluster's Pod ranges. */
export function podCIDRs(config: ClusterConfig, index: number): string[] {
  return config.podCIDRs.flatMap((text) => {
    const range = parseCIDR(text);
    if (!range) return [];
    const prefix = Math.max(range.prefix, range.family === 'IPv4' ? 24 : 64);
    const size = 1n << BigInt((range.family === 'IPv4' ? 32 : 128) - prefix);
    return [`${formatIP(nthIP(range, size * BigInt(index)))}/${prefix}`];
  });
}

export function node(world: World, config: ClusterConfig, index: number, name = nodeName(index)): Node & KubeObject {
  const cidrs = podCIDRs(config, index);
  const now = timestamp(world.now());
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: labels(name),
      annotations: { 'node.alpha.kubernetes.io/ttl': '0', 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: {
      ...(cidrs[0] && { podCIDR: cidrs[0], podCIDRs: cidrs }),
      ...(index === 0 && { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }),
    },
    status: {
      addresses: [...nodeIPs(config, index).map((address) => ({ type: 'InternalIP', address })), { type: 'Hostname', address: name }],
      capacity: { cpu: '4', 'ephemeral-storage': '50Gi', memory: '8Gi', pods: '110' },
      allocatable: { cpu: '4', 'ephemeral-storage': '45Gi', memory: '8Gi', pods: '110' },
      conditions: healthy.map((c) => ({ ...c, lastHeartbeatTime: now, lastTransitionTime: now })),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        architecture: 'amd64',
        bootID: world.uid(),
        containerRuntimeVersion: 'containerd://2.2.1',
        kernelVersion: '6.8.0-90-generic',
        kubeProxyVersion: config.version,
        kubeletVersion: config.version,
        machineID: world.uid().replaceAll('-', ''),
        operatingSystem: 'linux',
        osImage: 'Ubuntu 24.04.3 LTS',
        systemUUID: world.uid(),
      },
    },
  };
}

const labels = (name: string): Record<string, string> => ({
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
  ...(name === controlPlane && {
    'node-role.kubernetes.io/control-plane': '',
    'node.kubernetes.io/exclude-from-external-load-balancers': '',
  }),
});

/** By which a kubelet shows that it is alive. */
export function nodeLease(world: World, node: Node): Lease {
  const { name, uid = '' } = node.metadata;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease', ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTimestamp(world.now()) },
  };
}
