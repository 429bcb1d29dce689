// The environment that a Pod gets from the Services of its namespace: docker-link variables and NAME_SERVICE_HOST/PORT.
// Mirrors pkg/kubelet/envvars/envvars.go and getServiceEnvVarMap of pkg/kubelet/kubelet_pods.go.
import { joinHostPort } from '../lib/ip.js';
import type { Service } from '../model/generated/api.js';

export interface Variable {
  readonly name: string;
  readonly value: string;
}

const hasClusterIP = (service: Service): boolean => !!service.spec.clusterIP && service.spec.clusterIP !== 'None';
const variableName = (text: string): string => text.replaceAll('-', '_').toUpperCase();

/** `services` are all of the cluster (or those of `namespace` and of default); each name comes once. */
export function serviceEnv(services: readonly Service[], namespace: string, enableServiceLinks: boolean): Variable[] {
  const chosen = new Map<string, Service>();
  for (const service of services) {
    if (!hasClusterIP(service)) continue;
    const { name } = service.metadata;
    // default/kubernetes reaches every Pod, unless its own namespace has a Service of that name.
    if (service.metadata.namespace === 'default' && name === 'kubernetes') {
      if (!chosen.has(name)) chosen.set(name, service);
    } else if (service.metadata.namespace === namespace && enableServiceLinks) chosen.set(name, service);
  }
  return [...chosen.values()].flatMap(variablesOf);
}

function variablesOf(service: Service): Variable[] {
  const prefix = variableName(service.metadata.name);
  const ip = service.spec.clusterIP!;
  const ports = service.spec.ports ?? [];
  const out: Variable[] = [{ name: `${prefix}_SERVICE_HOST`, value: ip }];
  // The first port is the one that has no name in its variable.
  if (ports[0]) out.push({ name: `${prefix}_SERVICE_PORT`, value: String(ports[0].port) });
  for (const port of ports) {
    if (port.name) out.push({ name: `${prefix}_SERVICE_PORT_${variableName(port.name)}`, value: String(port.port) });
  }
  for (const [i, port] of ports.entries()) {
    const protocol = port.protocol || 'TCP';
    const url = `${protocol.toLowerCase()}://${joinHostPort(ip, port.port)}`;
    if (i === 0) out.push({ name: `${prefix}_PORT`, value: url });
    const link = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
    out.push(
      { name: link, value: url },
      { name: `${link}_PROTO`, value: protocol.toLowerCase() },
      { name: `${link}_PORT`, value: String(port.port) },
      { name: `${link}_ADDR`, value: ip },
    );
  }
  return out;
}
