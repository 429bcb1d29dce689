// Parts that a fresh cluster does not have and `kubelab addons` puts in: kept in the cluster file, each with its settings.
export const addonsKey = 'addons';

export interface LoadBalancerAddon {
  /** Ranges ("172.30.1.200-172.30.1.250") and CIDRs. */
  readonly pool: readonly string[];
  /** Do the nodes' own rules take packets to the address (VIP), or does the load balancer answer it itself (Proxy)? */
  readonly ipMode: 'VIP' | 'Proxy';
}

export interface Addons {
  readonly 'load-balancer'?: LoadBalancerAddon;
}
