// kubectl cluster-info: where the API server and the cluster's own services are. Mirrors k8s.io/kubectl/pkg/cmd/clusterinfo/clusterinfo.go.
import { joinHostPort } from '../../lib/ip.js';
import type { EndpointSlice, Service } from '../../model/generated/api.js';
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { listObjects } from '../resources.js';

export const clusterInfo: Verb<Client> = {
  id: 'cluster-info',
  use: 'cluster-info [flags]',
  short: 'Display cluster information',
  flags: [],
  run({ io, client }) {
    const host = serverOf(client);
    const query = {
      resource: client.mapper.find('services'),
      namespace: 'kube-system',
      labelSelector: 'kubernetes.io/cluster-service=true',
    };
    io.out(`Kubernetes control plane is running at ${host}\n`);
    for (const service of listObjects(query, client).items as unknown as Service[])
      io.out(`${service.metadata.labels?.['kubernetes.io/name'] ?? service.metadata.name} is running at ${linkTo(service, host)}\n`);
    io.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  },
};

/** The API server is the endpoint of its own Service. */
function serverOf(client: Client): string {
  const at = { group: 'discovery.k8s.io', resource: 'endpointslices', namespace: 'default', name: 'kubernetes' };
  const { endpoints, ports } = client.call<EndpointSlice>({ verb: 'get', ...at } as never);
  return `https://${joinHostPort(endpoints?.[0]?.addresses[0] ?? '', ports?.[0]?.port ?? 443)}`;
}

/** Through the API server's proxy; a load balancer is named itself. */
function linkTo({ metadata, spec, status }: Service, host: string): string {
  const ingress = status?.loadBalancer?.ingress?.[0];
  const ports = spec?.ports ?? [];
  if (ingress) return ports.map((p) => `http://${ingress.ip || ingress.hostname}:${p.port} `).join('');
  const [port] = ports;
  const secure = port && (port.name === 'https' || port.port === 443);
  const name = !port
    ? metadata.name
    : secure
      ? `https:${metadata.name}:${port.name ?? ''}`
      : port.name
        ? `${metadata.name}:${port.name}`
        : metadata.name;
  return `${host}/api/v1/namespaces/${metadata.namespace}/services/${name}/proxy`;
}
