// kubectl create service clusterip|nodeport|loadbalancer|externalname. Mirrors pkg/cmd/create/create_service.go.
import { isDNS1123Subdomain, isValidPortName, isValidPortNum } from '../../../lib/names.js';
import type { KubeObject } from '../../../model/object.js';
import type { Flag, Invocation, Verb } from '../../../model/verb.js';
import type { Client } from '../../client.js';
import { UsageError } from '../../errors.js';
import { parsePort } from '../../ports.js';
import { createFlags, createTyped, metadata, nameOf } from './typed.js';

const tcpFlag: Flag = {
  name: 'tcp',
  type: 'stringSlice',
  default: '[]',
  usage: "Port pairs, as '<port>:<targetPort>'; the target port may be left out.",
};

type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export const createServiceClusterIP = verb('ClusterIP', 'clusterip NAME [--tcp=<port>:<targetPort>]', [
  { name: 'clusterip', type: 'string', default: '', usage: "Address of the service; 'None' makes it headless." },
]);
export const createServiceNodePort = verb('NodePort', 'nodeport NAME [--tcp=port:targetPort]', [
  { name: 'node-port', type: 'int', default: '0', usage: 'Port on every node.' },
]);
export const createServiceLoadBalancer = verb('LoadBalancer', 'loadbalancer NAME [--tcp=port:targetPort]', []);
export const createServiceExternalName = verb('ExternalName', 'externalname NAME --external-name external.name', [
  { name: 'external-name', type: 'string', default: '', required: true, usage: 'Name the service stands for.' },
]);

function verb(type: ServiceType, use: string, own: readonly Flag[]): Verb<Client> {
  return {
    id: `create service ${type.toLowerCase()}`,
    use: `${use} [--dry-run=server|client|none]`,
    short: `Create ${type === 'ExternalName' ? 'an' : 'a'} ${type} service`,
    flags: [...createFlags, tcpFlag, ...own],
    run: (invocation) =>
      createTyped(invocation, () => ({
        group: '',
        version: 'v1',
        plural: 'services',
        failure: `failed to create ${type} service: `,
        object: service(type, invocation),
      })),
  };
}

function service(type: ServiceType, invocation: Invocation<Client>): KubeObject {
  const { flags } = invocation;
  const name = nameOf(invocation);
  const tcp = flags.strings('tcp');
  const clusterIP = type === 'ClusterIP' ? flags.string('clusterip') : '';
  const externalName = type === 'ExternalName' ? flags.string('external-name') : '';
  const nodePort = type === 'NodePort' ? flags.int('node-port') : 0;
  if (clusterIP !== 'None' && tcp.length === 0 && type !== 'ExternalName')
    throw new UsageError('at least one tcp port specifier must be provided');
  if (type === 'ExternalName' && isDNS1123Subdomain(externalName).length > 0)
    throw new UsageError(`invalid service external name ${externalName}`);
  const ports = tcp.map((pair) => portOf(pair, nodePort));
  const labels = { app: name };
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: metadata(name, invocation, { labels }),
    spec: {
      ...(ports.length > 0 && { ports }),
      selector: labels,
      ...(clusterIP !== '' && { clusterIP }),
      type,
      ...(externalName !== '' && { externalName }),
    },
    status: { loadBalancer: {} },
  };
}

/** "80:8080", "80:http", "80"; what follows a second colon is not looked at, as in kubectl. */
function portOf(pair: string, nodePort: number): Record<string, unknown> {
  const [first = '', second] = pair.split(':');
  const port = parsePort(first);
  return {
    name: pair.replaceAll(':', '-'),
    protocol: 'TCP',
    port,
    targetPort: second === undefined ? port : targetPort(second),
    ...(nodePort !== 0 && { nodePort }),
  };
}

function targetPort(text: string): number | string {
  const isNumber = /^[-+]?[0-9]+$/.test(text);
  const errors = isNumber ? isValidPortNum(Number(text)) : isValidPortName(text);
  if (errors.length > 0) throw new UsageError(errors.join(','));
  return isNumber ? Number(text) : text;
}
