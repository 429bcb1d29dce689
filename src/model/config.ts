// What is fixed when a cluster is created; stored in the cluster file.
export interface ClusterConfig {
  /** "v1.36.3" */
  readonly version: string;
  readonly clock: 'real' | 'virtual';
  readonly seed: number;
  /** One or two CIDRs; the first one's family is the default family of Services. */
  readonly serviceCIDRs: readonly string[];
  readonly podCIDRs: readonly string[];
  /** "cluster.local" */
  readonly clusterDomain: string;
  /** The network plugin that the nodes were founded with; absent in files of before there was a choice: kindnet. */
  readonly cni?: (typeof networkPlugins)[number];
}

export const networkPlugins = ['kindnet', 'flannel'] as const;
