// The API server's own place in its network: the service range, and default/kubernetes with the endpoints it writes by itself.
// Mirrors pkg/controlplane (kubernetesservice, defaultservicecidr).
import { finalizer, ready } from '../../controllers/service-cidr.js';
import { serviceNameLabel, skipMirrorLabel } from '../../kinds/service/facts.js';
import { formatIP, nthIP, parseCIDR } from '../../lib/ip.js';
import type { ClusterConfig } from '../../model/config.js';
import type { Endpoints, EndpointSlice, Service, ServiceCIDR } from '../../model/generated/api.js';
import { timestamp, type World } from '../../model/world.js';
import { nodeIP } from './nodes.js';

const namespace = 'default';
const name = 'kubernetes';
const port = { name: 'https', port: 6443, protocol: 'TCP' };

/** The n-th address of the first service range: 1 is the API server's, 10 the DNS'. */
export const serviceIP = (config: ClusterConfig, n: number): string => formatIP(nthIP(parseCIDR(config.serviceCIDRs[0] ?? '')!, n));

export const serviceRange = (world: World, config: ClusterConfig): ServiceCIDR => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name, finalizers: [finalizer] },
  spec: { cidrs: [...config.serviceCIDRs] },
  status: { conditions: [{ type: 'Ready', ...ready, lastTransitionTime: timestamp(world.now()) }] },
});

export const apiService = (config: ClusterConfig): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: {
    clusterIP: serviceIP(config, 1),
    clusterIPs: [serviceIP(config, 1)],
    ipFamilyPolicy: 'SingleStack',
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    type: 'ClusterIP',
  },
  status: { loadBalancer: {} },
});

export const apiEndpoints = (): Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name, namespace, labels: { [skipMirrorLabel]: 'true' } },
  subsets: [{ addresses: [{ ip: nodeIP(0) }], ports: [port] }],
});

export const apiEndpointSlice = (): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace, labels: { [serviceNameLabel]: name } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [nodeIP(0)], conditions: { ready: true } }],
  ports: [port],
});
